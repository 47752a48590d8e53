r"""lambda_M = (n-1)/mu E[f_1 f_3 (u_1 - u_2)(u_3 - u_4)], here for sigma(x) = x^3 at every n, against the closed form of theory.

Problem: centred batch normalisation at the exchangeable fixed point, z = sqrt(n) u, f = sigma(z); theory reduces the four coordinates
to two, and derives the form from the derivative of F on the pairs representation.
Method: moments of the sphere in four coordinates, symbolic in n; both sides multiplied by mu.
Guarantee: equality at every n >= 4.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Network, Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.linearization import linearize

z1, z2, z3, z4 = z
linear = linearize(Network("x^3"))
form = (n - 1) / n * SphereMean(z1**3 * z3**3 * (z1 - z2) * (z3 - z4), SphereLaw(z, n))

CLAIM = Claim(
    statement=equal(form, linear.eigenvalue_pairs * linear.mu),
    domain=(Variable(n, Integers(4)),),
    source=Source("yang2019", "Theorem 6, linearisation at the fixed point"),
    title="Cubic: lambda_M from four coordinates",
)
