"""ReLU's fixed point has diagonal b = 1/2 at every batch size n >= 3 (centred batch normalisation).

Method: homogeneity of degree 2 turns the sphere mean into a Gaussian one, and half of E z^2 = 1 lies on each side of 0.
Guarantee: equality.
"""

from sympy import Rational

from proofs_check import Claim, Integers, Variable, equal
from theory import Network, Source, SphereLaw, SphereMean
from theory.conventions import batch_size, z

relu = Network("relu").activation

CLAIM = Claim(
    statement=equal(SphereMean(relu(z[0]) ** 2, SphereLaw(z[0], batch_size)), Rational(1, 2)),
    domain=(Variable(batch_size, Integers(3)),),
    source=Source("yang2019", "fixed points under batch normalisation"),
    title="ReLU: b = 1/2",
)
