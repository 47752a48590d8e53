r"""The arc-cosine kernel of order 0: E H(x) H(y) = (pi - th)/(2 pi), th = arccos(c/sqrt(q1 q2)), H the unit step.

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c, every nondegenerate covariance (q1 = 1: the step sees no scale).
Method: the orthant probability, confirmed in balls.
Guarantee: equality.
"""

from sympy import Heaviside, S, acos, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory import Source
from theory.conventions import z

angle = acos(UNIT.c / sqrt(UNIT.q2))
STATEMENT = equal(UNIT.mean(Heaviside(z[0], S.Half) * Heaviside(z[1], S.Half)), (pi - angle) / (2 * pi))

CLAIM = Claim(
    statement=STATEMENT,
    domain=UNIT.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order 0"),
    title="Step: arc-cosine kernel of order 0",
)
