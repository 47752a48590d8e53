r"""Second derivative bound: E W_2^2 <= (3/2) ||A||_F^4, hence ||d^2 T(S)|| <= sqrt(3/2) R/s^2 for S >= s M.

Problem: sum a_i^4 + (1/2)(sum a_i^2)^2 against (3/2)(sum a_i^2)^2, with b_i = a_i^2 >= 0 (``second_wick_power_has_its_squared_norm``).
Method: signs of coefficients.
Guarantee: an upper bound, attained when A has rank one.
"""

from sympy import Rational, oo, symbols

from proofs_check import Claim, Interval, Variable, at_most
from theory.sources import DERIVED_HERE

b = symbols("b1:5", nonnegative=True)
total = sum(b)

CLAIM = Claim(
    statement=at_most(sum(s**2 for s in b) + total**2 / 2, Rational(3, 2) * total**2),
    domain=tuple(Variable(s, Interval(0, oo)) for s in b),
    source=DERIVED_HERE,
    title="Second derivative of T is at most sqrt(3/2) R/s^2",
)
