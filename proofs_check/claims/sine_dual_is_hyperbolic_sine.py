r"""The dual of sin: E sin(x) sin(y) = exp(-(q1+q2)/2) sinh(c), every nondegenerate covariance.

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c; the odd half of the random Fourier feature.
Method: the moment generating function of x - y and x + y, confirmed in balls.
Guarantee: equality.
"""

from sympy import exp, sin, sinh

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

STATEMENT = equal(PAIR.mean(sin(z[0]) * sin(z[1])), exp(-(PAIR.q1 + PAIR.q2) / 2) * sinh(PAIR.c))

CLAIM = Claim(
    statement=STATEMENT,
    domain=PAIR.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="sin: dual is exp(-(q1+q2)/2) sinh c",
)
