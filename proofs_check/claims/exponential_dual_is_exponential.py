r"""The dual of the exponential: E e^x e^y = exp((q1+q2)/2 + c), every nondegenerate covariance (e^{bx}: replace x, y by bx, by).

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c.
Method: the moment generating function of x + y, confirmed in balls.
Guarantee: equality.
"""

from sympy import exp

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

STATEMENT = equal(PAIR.mean(exp(z[0]) * exp(z[1])), exp((PAIR.q1 + PAIR.q2) / 2 + PAIR.c))

CLAIM = Claim(
    statement=STATEMENT,
    domain=PAIR.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="exp: dual",
)
