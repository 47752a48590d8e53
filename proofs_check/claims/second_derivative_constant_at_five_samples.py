r"""Local theorem: the bound sqrt(3/2) R/s^2 of the second derivative is 39 for ReLU at n = 5, s = mu, R = 5.

Problem: the second derivative itself is about 1.06 along the worst direction that a search finds, a 36th: Cauchy-Schwarz forgets that a
row's direction sees a small share of a quartic Wick power (``second_derivative_is_above_its_recalled_value_at_five_samples``).
Method: enclosure.
Guarantee: 39 to the digits shown.
"""

from sympy import Abs, Rational, sqrt

from proofs_check import Claim, less
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

mu = fixed_point(Network("relu", batch_size=5)).mu

CLAIM = Claim(
    statement=less(Abs(sqrt(Rational(3, 2)) * 5 / mu**2 - 39), Rational(1, 2)),
    source=DERIVED_HERE,
    title="ReLU n = 5: bound of the second derivative is 39",
)
