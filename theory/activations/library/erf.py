"""The error function."""

from sympy import S, asin, pi
from sympy import erf as error_function

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import Source

erf = Activation(
    name="erf",
    formula=error_function(x),
    parity=Parity.ODD,
    growth=Growth(S.One, S.Zero),
    dual=2 * asin(2 * rho / 3) / pi,
    source=Source("williams1996", "arcsine kernel"),
)
