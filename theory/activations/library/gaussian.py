"""The Gaussian bump exp(-x^2/2)."""

from sympy import S, exp, sqrt

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

gaussian = Activation(
    name="gaussian",
    formula=exp(-(x**2) / 2),
    parity=Parity.EVEN,
    growth=Growth(S.One, S.Zero),
    dual=1 / sqrt(4 - rho**2),
    source=DERIVED_HERE,
)
