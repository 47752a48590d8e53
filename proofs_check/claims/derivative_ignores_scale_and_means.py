r"""dF(G_*)[Delta] vanishes on Delta = M, and on every Delta with M Delta M = 0: F sees the centred Gram matrix up to scale.

Problem: dF(G_*)[Delta] = (1/2) E[s s^T ((n-1) u^T (Delta/mu) u - tr(M Delta)/mu)]; for Delta = M the bracket is, by exchangeability of
the places 3, ..., n, the one below times 1/mu.  (For Delta = 1 v^T + v 1^T it is 0 at once, since 1.u = 0 and M 1 = 0.)
Method: moments of the sphere, symbolic in n; here sigma(x) = x^3.
Guarantee: equality at every n >= 4.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.sources import DERIVED_HERE

a, b, other = z[:3]
squares = a**2 + b**2 + (n - 2) * other**2

CLAIM = Claim(
    statement=equal(SphereMean(a**3 * b**3 * ((n - 1) / n * squares - (n - 1)), SphereLaw(z[:3], n)), 0),
    domain=(Variable(n, Integers(4)),),
    source=DERIVED_HERE,
    title="dF ignores scale and means",
)
