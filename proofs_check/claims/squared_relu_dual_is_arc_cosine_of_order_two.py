r"""The arc-cosine kernel of order 2: E relu(x)^2 relu(y)^2 = q1 q2/(2 pi) (3 sin th cos th + (pi - th)(1 + 2 cos^2 th)).

Problem: x, y centred Gaussian, Var x = q1 = 1 (homogeneity), Var y = q2, Cov = c = sqrt(q1 q2) cos th.
Method: Price's theorem twice, confirmed in balls.
Guarantee: equality.
"""

from sympy import Max, acos, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory import Source
from theory.conventions import z

cosine = UNIT.c / sqrt(UNIT.q2)
J2 = 3 * sqrt(1 - cosine**2) * cosine + (pi - acos(cosine)) * (1 + 2 * cosine**2)
STATEMENT = equal(UNIT.mean(Max(z[0], 0) ** 2 * Max(z[1], 0) ** 2), UNIT.q2 * J2 / (2 * pi))

CLAIM = Claim(
    statement=STATEMENT,
    domain=UNIT.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order 2"),
    title="ReLU squared: arc-cosine kernel of order 2",
)
