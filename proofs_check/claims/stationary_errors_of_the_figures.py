r"""The figures' settings for ReLU: root mean squares 0.079 (n = 5, d = 1000), 0.625, 0.284 and 0.203 (n = 10, d = 100, 500, 1000).

Problem: sqrt(tr V/d) against the stationary errors measured at those settings, which scatter by 20 % from draw to draw.
Method: enclosure of tr V at n = 5 and n = 10.
Guarantee: all four within 10 %.
"""

from sympy import Abs, Max, Rational, sqrt

from proofs_check import Claim, less
from theory import Network, Source
from theory.fluctuations import stationary_fluctuations

MEASURED = ((5, 1000, "0.079"), (10, 100, "0.625"), (10, 500, "0.284"), (10, 1000, "0.203"))
constants = {n: stationary_fluctuations(Network("relu", batch_size=n)).fluctuation_constant for n in (5, 10)}
misses = [Abs(sqrt(constants[n] / d) / Rational(value) - 1, evaluate=False) for n, d, value in MEASURED]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), Rational(1, 10)),
    source=Source("joudaki2023", "settings of the figures, ReLU"),
    title="ReLU: stationary errors at the figures' settings",
)
