r"""Isserlis: E x^3 y^3 = 9 q1 q2 c + 6 c^3, the dual of x^3, every nondegenerate covariance.

Method: the sum over the fifteen pairings of six factors: six of them cross three times, nine once.
Guarantee: equality.
"""

from proofs_check import Claim, equal
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=equal(PAIR.mean(z[0] ** 3 * z[1] ** 3), 9 * PAIR.q1 * PAIR.q2 * PAIR.c + 6 * PAIR.c**3),
    domain=PAIR.domain,
    source=DERIVED_HERE,
    title="Cube: dual by Isserlis",
)
