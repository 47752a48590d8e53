"""ReLU, max(x, 0)."""

from sympy import Max, S, acos, pi, sqrt

from theory.activations.base import Activation, Growth
from theory.conventions import rho, x
from theory.sources import Source

relu = Activation(
    name="relu",
    formula=Max(x, 0),
    kinks=(S.Zero,),
    growth=Growth(S.Zero, S.One),
    homogeneity=S.One,
    dual=(sqrt(1 - rho**2) + (pi - acos(rho)) * rho) / (2 * pi),
    source=Source("cho2009", "arc-cosine kernel of order 1"),
)
