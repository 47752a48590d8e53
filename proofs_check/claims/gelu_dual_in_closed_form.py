r"""The dual of GELU, x Phi(x), in elementary functions, for every nondegenerate covariance.

Problem: x, y centred Gaussian, Var x = q1, Var y = q2, Cov = c; D^2 = (1+q1)(1+q2) - c^2.
Method: Price's theorem and Stein's identity give a form with an inverse sine, confirmed in balls; it is the inverse tangent below,
since both vanish at c = 0 and have the derivative 1/D.
Guarantee: E = (1/(2 pi)) [(c^2 + q1 q2 D^2)/((1+q1)(1+q2) D) + c arctan(c/D)] + c/4, exactly.
"""

from sympy import S, asin, atan, pi, sqrt

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import EqualDerivatives, ExactIdentity
from proofs_check.pairs import PAIR, q
from theory import Network
from theory.conventions import z
from theory.sources import DERIVED_HERE

gelu = Network("gelu").activation
q1, q2, c = PAIR.q1, PAIR.q2, PAIR.c
both = (1 + q1) * (1 + q2)
D = sqrt(both - c**2)


def form(angle):
    """The dual with one of the two ways to write the angle."""
    return ((c**2 + q1 * q2 * D**2) / (both * D) + c * angle) / (2 * pi) + c / 4


sine, tangent = asin(c / sqrt(both)), atan(c / D)
dual = PAIR.mean(gelu(z[0]) * gelu(z[1]))

CLAIM = Claim(
    statement=equal(dual, form(tangent)),
    domain=PAIR.domain,
    steps=(
        ProofStep("with_sine", equal(dual, form(sine)), by=ExactIdentity(points=4, digits=18)),
        ProofStep("one_angle", equal(sine, tangent), by=EqualDerivatives(q, S.Zero)),
    ),
    source=DERIVED_HERE,
    title="GELU: dual in closed form",
)
