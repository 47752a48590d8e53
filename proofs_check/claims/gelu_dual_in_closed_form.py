r"""The dual of GELU, x Phi(x), in elementary functions, for every nondegenerate covariance with Var x = 1.

Problem: x, y centred Gaussian, Var x = q1 = 1, Var y = q2, Cov = c; D^2 = (1+q1)(1+q2) - c^2.
Method: Price's theorem and Stein's identity, confirmed in balls.
Guarantee: E = (1/(2 pi)) [(c^2 + q1 q2 D^2)/((1+q1)(1+q2) D) + c arctan(c/D)] + c/4, exactly.
"""

from sympy import atan, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory import Network
from theory.conventions import z
from theory.sources import DERIVED_HERE

gelu = Network("gelu").activation
q1, q2, c = UNIT.q1, UNIT.q2, UNIT.c
D = sqrt((1 + q1) * (1 + q2) - c**2)
form = ((c**2 + q1 * q2 * D**2) / ((1 + q1) * (1 + q2) * D) + c * atan(c / D)) / (2 * pi) + c / 4
STATEMENT = equal(UNIT.mean(gelu(z[0]) * gelu(z[1])), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=UNIT.domain,
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=DERIVED_HERE,
    title="GELU: dual in closed form",
)
