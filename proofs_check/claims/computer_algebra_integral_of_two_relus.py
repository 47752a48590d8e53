r"""Refuted, as it must be: E relu(u) relu(v) at correlation 1/2 is not 17 sqrt(3)/(48 pi) + 1/4.

Problem: the closed form that sympy 1.14's ``integrate`` returns for the plane integral, 0.4453; the mean is 0.3045.
Method: enclosure of both sides.  No identity here rests on one engine's word, and this is why.
Guarantee: the two sides differ.
"""

from sympy import Max, Rational, pi, sqrt

from proofs_check import Claim, equal
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

half = Rational(1, 2)
CLAIM = Claim(
    statement=equal(
        GaussianMean(Max(z[0], 0) * Max(z[1], 0), GaussianLaw(z[:2], [[1, half], [half, 1]])),
        17 * sqrt(3) / (48 * pi) + Rational(1, 4),
    ),
    source=Source("gramchain", "what a computer algebra system returned"),
    title="A computer algebra system's integral of two ReLUs",
)
