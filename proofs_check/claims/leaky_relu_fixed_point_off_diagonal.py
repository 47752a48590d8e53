r"""Leaky ReLU of slope a: the off-diagonal entry of G_* from the arc-cosine kernel at r = -1/(n-1), at every n >= 3.

Problem: centred batch normalisation; sigma(x) = max(x, 0) + a min(x, 0).
Method: the sphere mean of a product of degree 2 is the Gaussian one.
Guarantee: b c = (1-a)^2/(2 pi) sqrt(1-r^2) + [(1+a^2)/2 - (1-a)^2 arccos(r)/(2 pi)] r, for every real slope; a = -1 is |x|.
"""

from sympy import Max, Min, Symbol, acos, oo, pi, sqrt

from proofs_check import Claim, Integers, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

a = Symbol("a", real=True)
r = -1 / (n - 1)
first, second = (Max(v, 0) + a * Min(v, 0) for v in z[:2])
form = (1 - a) ** 2 / (2 * pi) * sqrt(1 - r**2) + ((1 + a**2) / 2 - (1 - a) ** 2 * acos(r) / (2 * pi)) * r
STATEMENT = equal(SphereMean(first * second, SphereLaw(z[:2], n)), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(3)), Variable(a, Interval(-oo, oo))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4)),),
    source=Source("yang2019", "fixed point, positively homogeneous activations"),
    title="Leaky ReLU: bc for every slope",
)
