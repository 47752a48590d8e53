r"""The dual of ELU, x above 0 and e^x - 1 below, through the bivariate normal distribution.

Problem: x, y standard normal of correlation c; Phi_2(h, k) = P(X <= h, Y <= k).
Method: by hand: the arc-cosine kernel where both are positive, Stein's identity for relu(x) (e^y - 1), exponential tilting where both are
negative; reflected to positive arguments.  The rules of ``theory.dual`` and balls confirm it.
Guarantee: equality for every c in (-1, 1).  SELU has the same three parts with two constants.
"""

from sympy import Piecewise, S, Symbol, acos, erf, exp, pi, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE
from theory.special import BivariateNormalCdf, normal_density

c = Symbol("c", real=True)
root, tilt = sqrt(1 - c**2), exp(S.Half)


def phi(h):
    """P(X <= h)."""
    return (1 + erf(h / sqrt(2))) / 2


both = (BivariateNormalCdf(c, 1, c) + BivariateNormalCdf(1, c, c)) / 2  # the two are equal
form = (
    ((1 + c) * (pi - acos(c)) + root) / (2 * pi)
    - 1 / sqrt(2 * pi)
    + 2 * tilt * normal_density(c) * (1 - phi(root))
    + 2 * c * tilt * (phi(c) - both)
    - 2 * tilt * (1 - phi(S.One) - phi(c) + both)
    + exp(1 + c) * (1 - 2 * phi(1 + c) + BivariateNormalCdf(1 + c, 1 + c, c))
)

elu = [Piecewise((v, v > 0), (exp(v) - 1, True)) for v in z[:2]]
STATEMENT = equal(GaussianMean(elu[0] * elu[1], GaussianLaw(z[:2], [[1, c], [c, 1]])), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(c, Interval(-1, 1, True, True)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=2, digits=12)),),
    source=DERIVED_HERE,
    title="ELU: dual in closed form",
)
