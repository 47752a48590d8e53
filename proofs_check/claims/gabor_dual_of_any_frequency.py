r"""The dual of a Gabor function e^{-x^2/2} cos(w x), for every frequency w.

Problem: x, y centred Gaussian of variances q1 = 1, q2 and covariance c; D = (1+q1)(1+q2) - c^2.
Method: completing the square leaves a narrower pair, whose characteristic function at (w, w) and (w, -w) is taken; symbolic in w;
confirmed in balls.
Guarantee: E = D^{-1/2} exp(-w^2 (q1 + q2 + 2 (q1 q2 - c^2))/(2 D)) cosh(w^2 c/D), exactly; w = 0 is the Gaussian bump.
"""

from sympy import Symbol, cos, cosh, exp, oo, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from proofs_check.pairs import UNIT
from theory.conventions import z
from theory.sources import DERIVED_HERE

w = Symbol("w", real=True)
q1, q2, c = UNIT.q1, UNIT.q2, UNIT.c
D = (1 + q1) * (1 + q2) - c**2
first, second = (exp(-(v**2) / 2) * cos(w * v) for v in z[:2])
form = exp(-(w**2) * (q1 + q2 + 2 * (q1 * q2 - c**2)) / (2 * D)) * cosh(w**2 * c / D) / sqrt(D)
STATEMENT = equal(UNIT.mean(first * second), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(*UNIT.domain, Variable(w, Interval(-oo, oo))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=2, digits=15)),),
    source=DERIVED_HERE,
    title="Gabor: dual for every frequency",
)
