r"""Sub-geometric convergence, the other side: t^{-1/2} grows by at most A/2 + A^2 sqrt t, so that 1 - r_l ~ 4/(A l)^2 exactly.

Problem: notation of ``inverse_root_of_the_gap_grows_by_half_a_constant``; the increments tend to A/2 as t tends to 0, and so do their
averages.
Method: the sign of derivatives in x.
Guarantee: (1-x)^{-1/2} <= 1 + x/2 + x^2 for 0 <= x <= 1/2.
"""

from sympy import Rational, Symbol, sqrt

from proofs_check import Claim, Interval, Variable, at_most
from theory import Source

x = Symbol("x", nonnegative=True)

CLAIM = Claim(
    statement=at_most(1 / sqrt(1 - x), 1 + x / 2 + x**2),
    domain=(Variable(x, Interval(0, Rational(1, 2))),),
    source=Source("joudaki2024", "rates of the normalised dual, slope 1 at correlation 1"),
    title="Slope 1: t^{-1/2} grows by A/2 and no more",
)
