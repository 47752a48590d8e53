r"""A coordinate of a normalised row is sqrt(n-1) s with density proportional to (1-s^2)^{(n-4)/2}: its sixth moment.

Problem: E z^6 for the uniform law on the sphere of radius sqrt(n) in 1^perp; the density gives (n-1)^3 B(7/2, (n-2)/2)/B(1/2,
(n-2)/2) = 15 (n-1)^2/((n+1)(n+3)).
Method: moments of the sphere, symbolic in n.
Guarantee: equality at every n >= 3; the Gaussian value 15 comes back as n grows.
"""

from proofs_check import Claim, Integers, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

CLAIM = Claim(
    statement=equal(SphereMean(z[0] ** 6, SphereLaw(z[0], n)), 15 * (n - 1) ** 2 / ((n + 1) * (n + 3))),
    domain=(Variable(n, Integers(3)),),
    source=Source("yang2019", "Gegenbauer weight"),
    title="Normalised coordinate: beta moments",
)
