"""The absolute value."""

from sympy import Abs, S, asin, pi, sqrt

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

abs = Activation(
    name="abs",
    formula=Abs(x),
    parity=Parity.EVEN,
    kinks=(S.Zero,),
    growth=Growth(S.Zero, S.One),
    homogeneity=S.One,
    dual=2 * (sqrt(1 - rho**2) + rho * asin(rho)) / pi,
    source=DERIVED_HERE,
)
