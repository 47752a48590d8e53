"""The cosine."""

from sympy import S, cosh, exp
from sympy import cos as cosine

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

cos = Activation(
    name="cos",
    formula=cosine(x),
    parity=Parity.EVEN,
    growth=Growth(S.One, S.Zero),
    dual=exp(-1) * cosh(rho),
    source=DERIVED_HERE,
)
