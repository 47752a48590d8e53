"""The sign function."""

from sympy import S, asin, pi
from sympy import sign as sign_function

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

sign = Activation(
    name="sign",
    formula=sign_function(x),
    parity=Parity.ODD,
    kinks=(S.Zero,),
    growth=Growth(S.One, S.Zero),
    homogeneity=S.Zero,
    dual=2 * asin(rho) / pi,
    source=DERIVED_HERE,
)
