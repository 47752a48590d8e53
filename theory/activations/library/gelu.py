"""GELU, x Phi(x) with the exact normal distribution function."""

from sympy import S, acos, erf, pi, sqrt

from theory.activations.base import Activation, Growth
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

gelu = Activation(
    name="gelu",
    formula=x * (1 + erf(x / sqrt(2))) / 2,
    growth=Growth(S.Zero, S.One),
    dual=(1 / sqrt(4 - rho**2) + rho * (pi - acos(rho / 2))) / (2 * pi),
    source=DERIVED_HERE,
)
