"""SELU with the two constants of its authors, to the 16 digits they print."""

from sympy import Piecewise, Rational, S, exp

from theory.activations.base import Activation, Growth
from theory.conventions import x
from theory.sources import Source

SCALE = Rational(10507009873554805, 10**16)
ALPHA = Rational(16732632423543772, 10**16)

selu = Activation(
    name="selu",
    formula=Piecewise((SCALE * x, x > 0), (SCALE * ALPHA * (exp(x) - 1), True)),
    kinks=(S.Zero,),
    growth=Growth(SCALE * ALPHA, SCALE),
    source=Source("klambauer2017", "the two constants"),
)
