r"""The linear network contracts towards its fixed point at the rate (n-1)/(n+1), at every batch size n >= 4.

Problem: centred batch normalisation, sigma = id; the eigenvalue of dF(G_*) on matrices of zero diagonal and zero row sums (the
pairs representation) is (n-1)/(n mu) E[z_1 z_3 (z_1 - z_2)(z_3 - z_4)], with mu = E z_1^2 - E z_1 z_2 the eigenvalue of G_*; both
sides of the statement are multiplied by mu > 0.
Method: moments of the uniform law on the sphere, symbolic in n.
Guarantee: equality; the other eigenvalue of the derivative is the same number, so it is the contraction rate.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

z1, z2, z3, z4 = z
mu = SphereMean(z1**2, SphereLaw(z1, n)) - SphereMean(z1 * z2, SphereLaw((z1, z2), n))

CLAIM = Claim(
    statement=equal((n - 1) * SphereMean(z1 * z3 * (z1 - z2) * (z3 - z4), SphereLaw(z, n)) / n, (n - 1) / (n + 1) * mu),
    domain=(Variable(n, Integers(4)),),
    source=Source("yang2019", "linearisation at the fixed point, linear case"),
    title="Identity: contraction rate is (n-1)/(n+1)",
)
