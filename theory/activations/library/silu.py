"""SiLU (swish), x sigmoid(x)."""

from sympy import S, exp

from theory.activations.base import Activation, Growth
from theory.conventions import x

silu = Activation(
    name="silu",
    formula=x / (1 + exp(-x)),
    growth=Growth(S.Zero, S.One),
)
