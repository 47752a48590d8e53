r"""The arc-cosine kernel of order 1: E relu(x) relu(y) = sqrt(q1 q2)/(2 pi) (sin th + (pi - th) cos th).

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c = sqrt(q1 q2) cos th, every nondegenerate covariance up to the
scale of x, which homogeneity takes out (q1 = 1).
Method: Price's theorem from the order-0 kernel, confirmed in balls.
Guarantee: equality.
"""

from sympy import Max, acos, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory import Source
from theory.conventions import z

cosine = UNIT.c / sqrt(UNIT.q2)
J1 = sqrt(1 - cosine**2) + (pi - acos(cosine)) * cosine
STATEMENT = equal(UNIT.mean(Max(z[0], 0) * Max(z[1], 0)), sqrt(UNIT.q2) * J1 / (2 * pi))

CLAIM = Claim(
    statement=STATEMENT,
    domain=UNIT.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order 1"),
    title="ReLU: arc-cosine kernel of order 1",
)
