r"""ReLU: lambda_M = n J1'(r)/((n+1)(1-c)), r = -1/(n-1), at every batch size n >= 4.

Problem: centred batch normalisation; with f = relu(z), lambda_M = (n-1)/(n mu) E[f_1 f_3 (z_1 - z_2)(z_3 - z_4)], mu = (1-c)/2,
c = J1(r) = (sqrt(1-r^2) + (pi - arccos r) r)/pi, J1'(r) = 1 - arccos(r)/pi.
Method: given z_1 and z_3 the other coordinates are uniform on a smaller sphere, which leaves two coordinates; homogeneity reduces
those to Gaussian means; both sides multiplied by mu.
Guarantee: equality.  At n = 3 there are no pairs: the representation n(n-3)/2 has dimension 0.
"""

from sympy import Max, acos, pi, sqrt

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

z1, z2, z3, z4 = z
pairs = SphereMean(Max(z1, 0) * Max(z3, 0) * (z1 - z2) * (z3 - z4), SphereLaw(z, n))
r = -1 / (n - 1)
c, slope = (sqrt(1 - r**2) + (pi - acos(r)) * r) / pi, 1 - acos(r) / pi
form = n * slope / ((n + 1) * (1 - c))
STATEMENT = equal((n - 1) / n * pairs, form * (1 - c) / 2)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(4)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=2, digits=15)),),
    source=Source("yang2019", "linearisation at the fixed point, ReLU"),
    title="ReLU: lambda_M for every n",
)
