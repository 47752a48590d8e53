r"""Iterating the normalised dual: where kappa(0) > 0 there is no fixed point in (-1, 0), kappa(-s) > -s.

Problem: with O and E the odd and even parts, O(s) <= s sum of the odd p_k, and E(s) >= p_0 > 0; not stated in the source.
Method: signs of coefficients; five coefficients stand for any number.
Guarantee: kappa(-s) + s kappa(1) > 0 for 0 <= s <= 1 and p_0 > 0.
"""

from sympy import Symbol, oo, symbols

from proofs_check import Claim, Interval, Variable, greater
from theory.sources import DERIVED_HERE

p0 = Symbol("p0", positive=True)
p = symbols("p1:6", nonnegative=True)
s = Symbol("s", nonnegative=True)
coefficients = (p0, *p)

CLAIM = Claim(
    statement=greater(sum(c * (-s) ** k for k, c in enumerate(coefficients)), -s * sum(coefficients)),
    domain=(
        Variable(s, Interval(0, 1)),
        Variable(p0, Interval(0, oo, True, True)),
        *(Variable(c, Interval(0, oo)) for c in p),
    ),
    source=DERIVED_HERE,
    title="Normalised dual: no negative fixed point",
)
