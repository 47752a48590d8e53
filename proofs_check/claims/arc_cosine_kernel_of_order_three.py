r"""The printed general order of the arc-cosine kernel, J_k = (-1)^k sin^{2k+1}(th) ((1/sin th) d/dth)^k ((pi - th)/sin th), at k = 3.

Problem: E relu(x)^3 relu(y)^3 = J_3(th)/(2 pi), x, y standard normal of correlation r = cos th (variances by homogeneity), where
-(1/sin th) d/dth is d/dr; the operator is applied here, no expanded form is copied.
Method: Price's theorem three times, confirmed in balls.
Guarantee: equality for every r in (-1, 1).  Orders 0, 1 and 2 are claims of their own.
"""

from sympy import Max, Symbol, acos, pi, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

ORDER = 3
r = Symbol("r", real=True)
sine = sqrt(1 - r**2)
J3 = sine ** (2 * ORDER + 1) * ((pi - acos(r)) / sine).diff(r, ORDER)
STATEMENT = equal(
    GaussianMean(Max(z[0], 0) ** ORDER * Max(z[1], 0) ** ORDER, GaussianLaw(z[:2], [[1, r], [r, 1]])), J3 / (2 * pi)
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(r, Interval(-1, 1, True, True)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order n, as a differential operator"),
    title="ReLU cubed: arc-cosine kernel of order 3",
)
