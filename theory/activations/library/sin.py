"""The sine."""

from sympy import S, exp, sinh
from sympy import sin as sine

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

sin = Activation(
    name="sin",
    formula=sine(x),
    parity=Parity.ODD,
    growth=Growth(S.One, S.Zero),
    dual=exp(-1) * sinh(rho),
    source=DERIVED_HERE,
)
