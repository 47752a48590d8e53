r"""ReLU's fixed point has off-diagonal entry b c = J_1(-1/(n-1)) / 2, J_1(r) = (sqrt(1-r^2) + (pi - arccos r) r)/pi.

Problem: centred batch normalisation, batch size n >= 3; two coordinates of a normalised row have correlation -1/(n-1).
Method: homogeneity turns the sphere mean into a Gaussian one, the arc-cosine kernel of order 1.
Guarantee: equality.
"""

from sympy import acos, pi, sqrt

from proofs_check import Claim, Integers, Variable, equal
from theory import Network, Source, SphereLaw, SphereMean
from theory.conventions import batch_size, z

relu = Network("relu").activation
r = -1 / (batch_size - 1)

CLAIM = Claim(
    statement=equal(
        SphereMean(relu(z[0]) * relu(z[1]), SphereLaw(z[:2], batch_size)),
        (sqrt(1 - r**2) + (pi - acos(r)) * r) / (2 * pi),
    ),
    domain=(Variable(batch_size, Integers(3)),),
    source=Source("cho2009", "arc-cosine kernel of order 1"),
    title="ReLU: bc = J1(-1/(n-1))/2",
)
