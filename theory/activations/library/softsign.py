"""Softsign, x/(1 + |x|)."""

from sympy import Abs, S

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import x

softsign = Activation(
    name="softsign",
    formula=x / (1 + Abs(x)),
    parity=Parity.ODD,
    kinks=(S.Zero,),
    growth=Growth(S.One, S.Zero),
)
