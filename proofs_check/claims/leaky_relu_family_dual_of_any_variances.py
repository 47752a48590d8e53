r"""The dual of a min(x, 0) + b max(x, 0) at any variances: ReLU, leaky ReLU, |x| in one formula, as it enters a kernel recursion.

Problem: x, y centred Gaussian of variances q1 = 1 (homogeneity) and q2, covariance c; th = arccos(c/sqrt(q1 q2)).
Method: linearity, and the arc-cosine kernel of order 1; confirmed in balls.
Guarantee: E = (a-b)^2/(2 pi) sqrt(q1 q2 - c^2) + [(a^2+b^2)/2 - (a-b)^2 th/(2 pi)] c, for every real a and b.
"""

from sympy import Max, Min, Symbol, acos, oo, pi, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory import Source
from theory.conventions import z

a, b = (Symbol(name, real=True) for name in "ab")
c, q2 = UNIT.c, UNIT.q2
first, second = (a * Min(v, 0) + b * Max(v, 0) for v in z[:2])
angle = acos(c / sqrt(q2))
form = (a - b) ** 2 / (2 * pi) * sqrt(q2 - c**2) + ((a**2 + b**2) / 2 - (a - b) ** 2 * angle / (2 * pi)) * c
STATEMENT = equal(UNIT.mean(first * second), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(*UNIT.domain, *(Variable(v, Interval(-oo, oo)) for v in (a, b))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order 1, by linearity"),
    title="Leaky ReLU family: dual at any variances",
)
