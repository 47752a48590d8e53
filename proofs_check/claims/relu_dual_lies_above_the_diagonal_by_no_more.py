r"""ReLU's normalised dual is within a factor 1 + th^2 of r + A (1-r)^{3/2}, r = cos th: the order 3/2 and the constant A are sharp.

Problem: notation of ``relu_dual_lies_above_the_diagonal_by_three_halves``: sin th - th cos th <= (8/3) sin^3(th/2) (1 + th^2), through
sin th - th cos th <= th^3/3 and sin(x) >= x (1 - x^2/6).
Method: both inequalities by the sign of derivatives.
Guarantee: an upper bound for th <= 1 (r >= 0.54).
"""

from sympy import Rational, Symbol, cos, sin

from proofs_check import Claim, Interval, Variable, at_most
from theory import Source

th = Symbol("theta", nonnegative=True)

CLAIM = Claim(
    statement=at_most(sin(th) - th * cos(th), Rational(8, 3) * sin(th / 2) ** 3 * (1 + th**2)),
    domain=(Variable(th, Interval(0, 1)),),
    source=Source("joudaki2024", "rates of the normalised dual, slope 1 at correlation 1"),
    title="ReLU: dual above the diagonal by no more",
)
