"""The hyperbolic tangent; no closed dual is known."""

from sympy import S
from sympy import tanh as hyperbolic_tangent

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import x

tanh = Activation(
    name="tanh",
    formula=hyperbolic_tangent(x),
    parity=Parity.ODD,
    growth=Growth(S.One, S.Zero),
)
