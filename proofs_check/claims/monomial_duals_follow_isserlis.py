r"""Isserlis: E x^2 y^2 = q1 q2 + 2 c^2, the dual of x^2, every nondegenerate covariance.

Method: the sum over pairings.
Guarantee: equality.
"""

from proofs_check import Claim, equal
from proofs_check.pairs import PAIR
from theory.conventions import z
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=equal(PAIR.mean(z[0] ** 2 * z[1] ** 2), PAIR.q1 * PAIR.q2 + 2 * PAIR.c**2),
    domain=PAIR.domain,
    source=DERIVED_HERE,
    title="Square: dual by Isserlis",
)
