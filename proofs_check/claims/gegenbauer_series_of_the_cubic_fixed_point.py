r"""Gegenbauer form of the fixed point, b c = sum_k a_k^2 P_k(-1/(n-1)), here for sigma(x) = x^3 at every batch size.

Problem: on the sphere of dimension m = n - 1, z^3 = alpha z + beta p_3(z) with p_3 = z^3 - 3(n-1)/(n+1) z orthogonal to z;
P_3(r) = ((m+2) r^3 - 3 r)/(m-1) is the Gegenbauer polynomial with P_3(1) = 1, and E p_3(z_1) p_3(z_2) = E p_3^2 P_3(r).
Method: moments of the sphere, symbolic in n.
Guarantee: equality at every n >= 4.  As n grows it becomes the Hermite form 9 c + 6 c^3.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

one = SphereLaw(z[0], n)
first_square = (SphereMean(z[0] ** 4, one)) ** 2
third_square = SphereMean(z[0] ** 6, one) - first_square
r, m = -1 / (n - 1), n - 1
P3 = ((m + 2) * r**3 - 3 * r) / (m - 1)

CLAIM = Claim(
    statement=equal(SphereMean(z[0] ** 3 * z[1] ** 3, SphereLaw(z[:2], n)), first_square * r + third_square * P3),
    domain=(Variable(n, Integers(4)),),
    source=Source("yang2019", "Gegenbauer expansion of the fixed point"),
    title="Cubic: Gegenbauer series of bc",
)
