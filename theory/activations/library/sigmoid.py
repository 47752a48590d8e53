"""The logistic function 1/(1 + e^{-x})."""

from sympy import S, exp

from theory.activations.base import Activation, Growth
from theory.conventions import x

sigmoid = Activation(
    name="sigmoid",
    formula=1 / (1 + exp(-x)),
    growth=Growth(S.One, S.Zero),
)
