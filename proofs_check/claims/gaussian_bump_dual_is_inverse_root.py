r"""The dual of a Gaussian bump: E e^{-x^2} e^{-y^2} = [(1+2 q1)(1+2 q2) - 4 c^2]^{-1/2}, every nondegenerate covariance.

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c.  It is exp(b x^2) at b = -1; other b < 0 by scaling, and for b > 0
the formula holds as long as the determinant I - 2 b Sigma stays positive definite.
Method: a Gaussian integral, confirmed in balls.
Guarantee: equality.
"""

from sympy import exp, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

q1, q2, c = PAIR.q1, PAIR.q2, PAIR.c
STATEMENT = equal(PAIR.mean(exp(-(z[0] ** 2)) * exp(-(z[1] ** 2))), 1 / sqrt((1 + 2 * q1) * (1 + 2 * q2) - 4 * c**2))

CLAIM = Claim(
    statement=STATEMENT,
    domain=PAIR.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="Gaussian bump: dual",
)
