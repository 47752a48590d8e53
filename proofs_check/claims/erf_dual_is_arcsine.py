r"""The dual of erf: E erf(x) erf(y) = (2/pi) arcsin(2c / sqrt((1+2 q1)(1+2 q2))), every nondegenerate covariance.

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c.
Method: the orthant probability of a widened pair, confirmed in balls.
Guarantee: equality.
"""

from sympy import asin, erf, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import PAIR
from theory import Source
from theory.conventions import z

q1, q2, c = PAIR.q1, PAIR.q2, PAIR.c
STATEMENT = equal(PAIR.mean(erf(z[0]) * erf(z[1])), 2 / pi * asin(2 * c / sqrt((1 + 2 * q1) * (1 + 2 * q2))))

CLAIM = Claim(
    statement=STATEMENT,
    domain=PAIR.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("williams1996", "arcsine kernel"),
    title="erf: arcsine kernel",
)
