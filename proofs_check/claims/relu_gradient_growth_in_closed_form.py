r"""Backward: ReLU's gradient growth at every batch size n >= 4, from the step's and ReLU's sphere means.

Problem: centred batch normalisation; growth times mu (n-3) is E[f'_1^2 (n-1-z_1^2)] + E[f'_1 f'_2 (1 + z_1 z_2)], f' the unit step.
Method: homogeneity reduces every mean to a Gaussian one.
Guarantee: it equals (n-2)/2 + (pi - arccos r)/(2 pi) + J1(r)/2, r = -1/(n-1).
"""

from sympy import Heaviside, S, acos, pi, sqrt

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

x, y = z[:2]
f, g = Heaviside(x, S.Half), Heaviside(y, S.Half)
r = -1 / (n - 1)
left = SphereMean(f**2 * (n - 1 - x**2), SphereLaw(x, n)) + SphereMean(f * g * (1 + x * y), SphereLaw((x, y), n))
right = (n - 2) / 2 + (pi - acos(r)) / (2 * pi) + (sqrt(1 - r**2) + (pi - acos(r)) * r) / (2 * pi)
STATEMENT = equal(left, right)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(4)),),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4)),),
    source=Source("yang2019", "Theorems 7-9, gradient growth, ReLU"),
    title="ReLU: gradient growth for every n",
)
