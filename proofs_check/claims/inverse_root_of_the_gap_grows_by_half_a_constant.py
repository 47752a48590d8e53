r"""Sub-geometric convergence: where a layer maps t = 1 - r to t (1 - A sqrt t), t^{-1/2} grows by at least A/2, so 1 - r_l <= 4/(A l)^2.

Problem: with x = A sqrt t in (0, 1/2], 1/sqrt(t') - 1/sqrt(t) = (A/x)((1-x)^{-1/2} - 1).
Method: the sign of derivatives in x.
Guarantee: (1-x)^{-1/2} >= 1 + x/2; the companion ``inverse_root_of_the_gap_grows_by_no_more`` has the upper bound.  With
A = 2 sqrt 2/(3 pi), ReLU's, 4/A^2 = 9 pi^2/2.
"""

from sympy import Rational, Symbol, sqrt

from proofs_check import Claim, Interval, Variable, at_least
from theory import Source

x = Symbol("x", nonnegative=True)

CLAIM = Claim(
    statement=at_least(1 / sqrt(1 - x), 1 + x / 2),
    domain=(Variable(x, Interval(0, Rational(1, 2))),),
    source=Source("joudaki2024", "rates of the normalised dual, slope 1 at correlation 1"),
    title="Slope 1: t^{-1/2} grows by at least A/2",
)
