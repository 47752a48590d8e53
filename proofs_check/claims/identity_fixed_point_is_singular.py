r"""The linear network's fixed point under centred batch normalisation is singular: its eigenvalue on the ones vector is 0.

Problem: G_* = b((1-c) I + c 11^T), b + (n-1) b c = E z_1^2 + (n-1) E z_1 z_2.
Method: second moments of the uniform law on the sphere.
Guarantee: equality at every batch size n >= 3.  Its condition number is infinite, so the seed's Theorem 2, which asks for a
non-degenerate G_*, does not apply to the linear network with centring; the seed does not say so.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=equal(SphereMean(z[0] ** 2, SphereLaw(z[0], n)), -(n - 1) * SphereMean(z[0] * z[1], SphereLaw(z[:2], n))),
    domain=(Variable(n, Integers(3)),),
    source=DERIVED_HERE,
    title="Identity: G_* is singular",
)
