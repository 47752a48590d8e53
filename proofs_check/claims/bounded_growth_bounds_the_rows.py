r"""Rows: |sigma(t)| <= a0 + a1 |t| gives ||sigma(phi(x))||^2 <= (a0 + a1)^2 n, since the square sum of phi(x) is n.

Problem: sum (a0 + a1 |z_i|)^2 = a0^2 n + 2 a0 a1 sum |z_i| + a1^2 n, and sum |z_i| <= n by Cauchy-Schwarz: sum |z_i| = n - e, e >= 0.
Method: signs of coefficients.
Guarantee: an upper bound, attained where all |z_i| are 1.
"""

from sympy import oo, symbols

from proofs_check import Claim, Integers, Interval, Variable, at_most
from theory.conventions import batch_size as n
from theory.sources import DERIVED_HERE

a0, a1, e = symbols("a0 a1 e", nonnegative=True)

CLAIM = Claim(
    statement=at_most(a0**2 * n + 2 * a0 * a1 * (n - e) + a1**2 * n, (a0 + a1) ** 2 * n),
    domain=(*(Variable(v, Interval(0, oo)) for v in (a0, a1, e)), Variable(n, Integers(2))),
    source=DERIVED_HERE,
    title="Rows: R <= (a0 + a1)^2 n",
)
