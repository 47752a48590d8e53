r"""Homogeneous activations: the sphere mean is the Gaussian mean times a ratio of Gamma functions; here relu(x)^2 at every n.

Problem: E sigma(z_1) sigma(z_2) on the sphere of radius sqrt(n) in dimension m = n - 1, degree k = 4 in all: the Gaussian mean at
correlation -1/(n-1), variance n/(n-1), over E R^4/n^2 = (m/2)(m/2 + 1) 4/n^2.
Method: independence of length and direction of a Gaussian vector.
Guarantee: E relu(z_1)^2 relu(z_2)^2 = (n-1)/(n+1) times the arc-cosine kernel of order 2 at r = -1/(n-1), exactly.
"""

from sympy import Max, acos, pi, sqrt

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.sources import DERIVED_HERE

r = -1 / (n - 1)
J2 = 3 * sqrt(1 - r**2) * r + (pi - acos(r)) * (1 + 2 * r**2)
STATEMENT = equal(
    SphereMean(Max(z[0], 0) ** 2 * Max(z[1], 0) ** 2, SphereLaw(z[:2], n)), (n - 1) / (n + 1) * J2 / (2 * pi)
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(3)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4)),),
    source=DERIVED_HERE,
    title="Homogeneous: sphere mean from the Gaussian one",
)
