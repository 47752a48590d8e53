r"""The dual of e^{b x}: exp(b^2 ((q1+q2)/2 + c)), for every real b.

Problem: x, y centred Gaussian of variances q1 = 1, q2, covariance c.
Method: the moment generating function of x + y, symbolic in b; confirmed in balls.
Guarantee: equality.
"""

from sympy import Symbol, exp, oo

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory.conventions import z
from theory.sources import DERIVED_HERE

b = Symbol("b", real=True)
STATEMENT = equal(UNIT.mean(exp(b * z[0]) * exp(b * z[1])), exp(b**2 * ((UNIT.q1 + UNIT.q2) / 2 + UNIT.c)))

CLAIM = Claim(
    statement=STATEMENT,
    domain=(*UNIT.domain, Variable(b, Interval(-oo, oo))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="e^{bx}: dual for every b",
)
