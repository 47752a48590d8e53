r"""One linear layer: E (x'.y')^2 = (1 + 1/d)(x.y)^2 + |x|^2 |y|^2/d, for every pair of samples.

Problem: x' = W x with entries N(0, 1/d): the d coordinates are independent pairs of variances q1/d, q2/d and covariance c/d.
Method: Isserlis for one coordinate, independence for two; symbolic in the width.
Guarantee: equality for every width and every pair.
"""

from proofs_check import Claim, Integers, Variable, equal
from proofs_check.pairs import PAIR
from theory.conventions import width as d
from theory.conventions import z
from theory.sources import DERIVED_HERE

q1, q2, c = PAIR.q1, PAIR.q2, PAIR.c
same, mixed = PAIR.mean(z[0] ** 2 * z[1] ** 2), PAIR.mean(z[0] * z[1])

CLAIM = Claim(
    statement=equal((d * same + d * (d - 1) * mixed**2) / d**2, (1 + 1 / d) * c**2 + q1 * q2 / d),
    domain=(Variable(d, Integers(1)), *PAIR.domain),
    source=DERIVED_HERE,
    title="Linear layer: squared inner product",
)
