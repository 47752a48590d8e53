r"""Backward: a linear network's mean squared gradient norm grows by (n-2)/(n-3) a layer, at every batch size n >= 4.

Problem: centred batch normalisation; growth = (E[f'_1^2 (n-1-z_1^2)] + E[f'_1 f'_2 (1 + z_1 z_2)]) / (mu (n-3)), f' = 1.
Method: moments of the sphere, symbolic in n; both sides multiplied by mu (n-3).
Guarantee: equality; always above 1, infinite at n <= 3.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

x, y = z[:2]
one, two = SphereLaw(x, n), SphereLaw((x, y), n)
mu = SphereMean(x**2, one) - SphereMean(x * y, two)

CLAIM = Claim(
    statement=equal(SphereMean(n - 1 - x**2, one) + SphereMean(1 + x * y, two), (n - 2) / (n - 3) * mu * (n - 3)),
    domain=(Variable(n, Integers(4)),),
    source=Source("yang2019", "Theorems 7-9, gradient growth, linear case"),
    title="Identity: gradients grow by (n-2)/(n-3)",
)
