r"""Local theorem, both derivative bounds: ||S^{-1/2} Delta S^{-1/2}||_F <= ||Delta||_F/s for S >= s on the centred space.

Problem: in the eigenbasis of S the entries become Delta_ij/sqrt(s_i s_j), s_i = s (1 + a_i), a_i >= 0.  With E W^2 = (1/2)||.||^2
(``first_wick_power_has_half_the_squared_norm``) and E W_2^2 <= (3/2)||.||^4 (``second_wick_power_is_at_most_three_halves``),
||dT(S)|| <= R/(sqrt 2 s) and ||d^2 T(S)|| <= sqrt(3/2) R/s^2.
Method: signs of coefficients; two eigenvalues stand for any number.
Guarantee: an upper bound, attained at S = s.
"""

from sympy import Symbol, oo, symbols

from proofs_check import Claim, Interval, Variable, at_most
from theory.sources import DERIVED_HERE

u, v, w = symbols("u v w", nonnegative=True)  # squares of the entries 11, 12, 22
a, b = symbols("a b", nonnegative=True)
s = Symbol("s", positive=True)

CLAIM = Claim(
    statement=at_most(
        u / (s * (1 + a)) ** 2 + 2 * v / (s**2 * (1 + a) * (1 + b)) + w / (s * (1 + b)) ** 2, (u + 2 * v + w) / s**2
    ),
    domain=(*(Variable(t, Interval(0, oo)) for t in (u, v, w, a, b)), Variable(s, Interval(0, oo, True, True))),
    source=DERIVED_HERE,
    title="Local theorem: whitening shrinks",
)
