r"""The dual of e^{b x^2} for b > 0, where it exists: [(1-2b)^2 - 4 b^2 c^2]^{-1/2} at unit variances, here for 0 < b < 1/8.

Problem: x, y standard normal of correlation c; I - 2 b Sigma is positive definite for 2b (1 + |c|) < 1, which b < 1/4 ensures.
Method: a Gaussian integral, symbolic in b; confirmed in balls.
Guarantee: equality; at b = 1/4 and |c| = 1 the mean is infinite.
"""

from sympy import Rational, Symbol, exp, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

b, c = Symbol("b", positive=True), Symbol("c", real=True)
STATEMENT = equal(
    GaussianMean(exp(b * (z[0] ** 2 + z[1] ** 2)), GaussianLaw(z[:2], [[1, c], [c, 1]])),
    1 / sqrt((1 - 2 * b) ** 2 - 4 * b**2 * c**2),
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(b, Interval(0, Rational(1, 8), True, True)), Variable(c, Interval(-1, 1, True, True))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=2, digits=15)),),
    source=DERIVED_HERE,
    title="e^{b x^2}: dual for 0 < b < 1/8",
)
