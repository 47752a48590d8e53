r"""Price's theorem: the derivative of a dual in the covariance is the mean of the derivatives, here for erf.

Problem: d/dc E erf(x) erf(y) = E erf'(x) erf'(y), every nondegenerate covariance; the left side from the arcsine kernel.
Method: a Gaussian integral for the right side, confirmed in balls.
Guarantee: equality.
"""

from sympy import Symbol, asin, erf, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

c = Symbol("c", real=True)
kernel = 2 / pi * asin(2 * c / sqrt((1 + 2 * PAIR.q1) * (1 + 2 * PAIR.q2)))
slope = erf(z[0]).diff(z[0]) * erf(z[1]).diff(z[1])
STATEMENT = equal(PAIR.mean(slope), kernel.diff(c).subs(c, PAIR.c))

CLAIM = Claim(
    statement=STATEMENT,
    domain=PAIR.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="Price's theorem for erf",
)
