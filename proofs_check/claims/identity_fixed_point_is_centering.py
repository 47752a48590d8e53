"""The linear network's fixed point under centred batch normalisation is n/(n-1) M: off-diagonal entries -1/(n-1).

It is singular: its rows sum to zero, so its condition number is infinite, and the seed's Theorem 2 does not apply to it.
Method: second moments of the uniform law on the sphere.
Guarantee: equality at every batch size n >= 3.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size, z

CLAIM = Claim(
    statement=equal(SphereMean(z[0] * z[1], SphereLaw(z[:2], batch_size)), -1 / (batch_size - 1)),
    domain=(Variable(batch_size, Integers(3)),),
    source=Source("gramchain", "the coordinates of a centred row sum to zero and are exchangeable"),
    title="Identity: off-diagonal of G_* is -1/(n-1)",
)
