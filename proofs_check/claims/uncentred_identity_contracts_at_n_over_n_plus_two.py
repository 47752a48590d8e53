r"""Linear network without centring: G_* = I and the linear rate on off-diagonal entries is n/(n+2), at every batch size n >= 2.

Problem: lambda_M = (1/mu) E[z_1 z_2 z_1 z_2] of rows uniform on the sphere of radius sqrt(n), mu = 1.
Method: moments of the sphere, symbolic in n.
Guarantee: equality; 1/2 at n = 2, the slope of the exact halving.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

CLAIM = Claim(
    statement=equal(SphereMean(z[0] ** 2 * z[1] ** 2, SphereLaw(z[:2], n, False)), n / (n + 2)),
    domain=(Variable(n, Integers(2)),),
    source=Source("daneshmand2021", "orthogonalisation, linear networks without centring"),
    title="Identity, uncentred: rate n/(n+2)",
)
