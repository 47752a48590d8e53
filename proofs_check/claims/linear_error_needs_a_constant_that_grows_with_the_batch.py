r"""The seed's Theorem 1, ||G - G_*||_F = O(n/sqrt(d)) for linear networks, cannot hold with a constant free of n.

Problem: the stationary mean square of ||G - G_*||_F is tr V/d to leading order, and tr V/n^2 = (1 - 1/(n-1)) (n+1)^2/(4n).
Method: signs of coefficients.
Guarantee: tr V/n^2 >= n/8 for every n >= 3: the error is n^{3/2}/(2 sqrt(d)), a factor of order sqrt(n) above n/sqrt(d).  Theorem 2
has that factor in alpha^{-1/2}, since alpha is at most of order 1/n here; Theorem 1, read with an absolute constant, lost it.
"""

from sympy import Rational

from proofs_check import Claim, Integers, Variable, at_least
from theory import Source
from theory.conventions import batch_size as n

CLAIM = Claim(
    statement=at_least((1 - 1 / (n - 1)) / (1 - ((n - 1) / (n + 1)) ** 2), Rational(1, 8) * n),
    domain=(Variable(n, Integers(3)),),
    source=Source("joudaki2023", "Theorem 1 of the poster, after daneshmand2021"),
    title="Theorem 1: the constant grows like sqrt(n)",
)
