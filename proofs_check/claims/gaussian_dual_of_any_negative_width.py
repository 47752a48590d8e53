r"""The dual of e^{b x^2}, b <= 0 (a Gaussian radial basis function): [(1-2 b q1)(1-2 b q2) - 4 b^2 c^2]^{-1/2}.

Problem: x, y centred Gaussian of variances q1 = 1, q2, covariance c; b = -s^2.
Method: a Gaussian integral, symbolic in s; confirmed in balls.
Guarantee: equality for every s.
"""

from sympy import Symbol, exp, sqrt

from proofs_check import Claim, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import POSITIVE, UNIT
from theory.conventions import z
from theory.sources import DERIVED_HERE

q2, c = UNIT.q2, UNIT.c
s = Symbol("s", positive=True)
form = 1 / sqrt((1 + 2 * s**2) * (1 + 2 * s**2 * q2) - 4 * s**4 * c**2)
STATEMENT = equal(UNIT.mean(exp(-(s**2) * z[0] ** 2) * exp(-(s**2) * z[1] ** 2)), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(*UNIT.domain, Variable(s, POSITIVE)),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="e^{b x^2}: dual for every b < 0",
)
