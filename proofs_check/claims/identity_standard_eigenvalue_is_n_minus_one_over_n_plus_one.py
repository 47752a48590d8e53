r"""The linear network: the eigenvalue on the spread of sample norms is (n-1)/(n+1) as well, at every batch size n >= 3.

Problem: centred batch normalisation, sigma = id; with f = sigma(z),
lambda_L = (n-1)/(2 n mu) {E[f_1^2 (z_1^2 - (n - z_1^2)/(n-1))] - 2 E[f_1 f_3 (z_1^2 - (n - z_1^2 - z_3^2)/(n-2))]}.
Method: moments of the uniform law on the sphere, symbolic in n; both sides multiplied by mu > 0.
Guarantee: equality; the other eigenvalue is the same number (``identity_contraction_rate_is_n_minus_one_over_n_plus_one``).
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

x, y = z[:2]
one, two = SphereLaw(x, n), SphereLaw((x, y), n)
mu = SphereMean(x**2, one) - SphereMean(x * y, two)
own = SphereMean(x**2 * (x**2 - (n - x**2) / (n - 1)), one)
cross = SphereMean(x * y * (x**2 - (n - x**2 - y**2) / (n - 2)), two)

CLAIM = Claim(
    statement=equal((n - 1) / (2 * n) * (own - 2 * cross), (n - 1) / (n + 1) * mu),
    domain=(Variable(n, Integers(3)),),
    source=Source("yang2019", "linearisation at the fixed point, linear case"),
    title="Identity: lambda_L is (n-1)/(n+1)",
)
