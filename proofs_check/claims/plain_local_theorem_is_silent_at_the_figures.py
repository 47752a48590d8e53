r"""Local theorem with its plain constants, ReLU n = 5: at the figures' width 1000 it says nothing, not even for one layer.

Problem: notation of ``plain_local_theorem_speaks_at_very_large_widths``.
Method: enclosure.
Guarantee: 2 exp(-d (1-rho)^2 r^2/(4 R^2)) > 1 at d = 10^6, a thousand times wider than the figures: a bound that holds for every
depth is not yet informative at any one width.
"""

from sympy import S, exp

from proofs_check import Claim, greater
from proofs_check.claims.plain_local_theorem_speaks_at_very_large_widths import R, radius, room
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=greater(2 * exp(-(10**6) * (room / 2) ** 2 * radius**2 / (4 * R**2)), S.One),
    source=DERIVED_HERE,
    title="Local theorem: plain constants are silent at d = 10^6",
)
