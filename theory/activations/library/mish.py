"""Mish, x tanh(log(1 + e^x))."""

from sympy import S, exp, log, tanh

from theory.activations.base import Activation, Growth
from theory.conventions import x

mish = Activation(
    name="mish",
    formula=x * tanh(log(1 + exp(x))),
    growth=Growth(S.Zero, S.One),
)
