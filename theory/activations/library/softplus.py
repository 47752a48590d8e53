"""Softplus, log(1 + e^x)."""

from sympy import S, exp, log

from theory.activations.base import Activation, Growth
from theory.conventions import x

softplus = Activation(
    name="softplus",
    formula=log(1 + exp(x)),
    growth=Growth(log(2), S.One),
)
