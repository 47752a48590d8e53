"""The step function, 1 for x > 0 (one half at 0)."""

from sympy import Heaviside, Rational, S, acos, pi

from theory.activations.base import Activation, Growth
from theory.conventions import rho, x
from theory.sources import Source

step = Activation(
    name="step",
    formula=Heaviside(x, Rational(1, 2)),
    kinks=(S.Zero,),
    growth=Growth(S.One, S.Zero),
    homogeneity=S.Zero,
    dual=(pi - acos(rho)) / (2 * pi),
    source=Source("cho2009", "arc-cosine kernel of order 0"),
)
