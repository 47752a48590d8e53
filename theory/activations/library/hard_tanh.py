"""Hard tanh, x clipped to [-1, 1]; its dual needs the bivariate normal distribution function."""

from sympy import Max, Min, S

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import x

hard_tanh = Activation(
    name="hard_tanh",
    formula=Max(Min(x, 1), -1),
    parity=Parity.ODD,
    kinks=(S.NegativeOne, S.One),
    growth=Growth(S.One, S.Zero),
)
