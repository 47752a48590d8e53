r"""ReLU: lambda_L = [(n-2)(1-c) + n J1'(r)/(n-1)] / ((n+1)(1-c)), r = -1/(n-1), at every batch size n >= 3.

Problem: centred batch normalisation; with f = relu(z),
lambda_L = (n-1)/(2 n mu) {E[f_1^2 (z_1^2 - (n - z_1^2)/(n-1))] - 2 E[f_1 f_3 (z_1^2 - (n - z_1^2 - z_3^2)/(n-2))]},
mu = (1-c)/2, c = J1(r) = (sqrt(1-r^2) + (pi - arccos r) r)/pi, J1'(r) = 1 - arccos(r)/pi.
Method: homogeneity reduces every mean to a Gaussian one; both sides multiplied by mu.
Guarantee: equality.
"""

from sympy import Max, acos, pi, sqrt

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

x, y = z[:2]
f, g = Max(x, 0), Max(y, 0)
one, two = SphereLaw(x, n), SphereLaw((x, y), n)
own = SphereMean(f**2 * (x**2 - (n - x**2) / (n - 1)), one)
cross = SphereMean(f * g * (x**2 - (n - x**2 - y**2) / (n - 2)), two)
r = -1 / (n - 1)
c, slope = (sqrt(1 - r**2) + (pi - acos(r)) * r) / pi, 1 - acos(r) / pi
form = ((n - 2) * (1 - c) + n * slope / (n - 1)) / ((n + 1) * (1 - c))
STATEMENT = equal((n - 1) / (2 * n) * (own - 2 * cross), form * (1 - c) / 2)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(3)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4)),),
    source=Source("yang2019", "linearisation at the fixed point, ReLU"),
    title="ReLU: lambda_L for every n",
)
