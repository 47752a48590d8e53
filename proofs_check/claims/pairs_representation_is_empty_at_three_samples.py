r"""n = 3: symmetric matrices of zero diagonal and zero row sums are 0, so that there is no lambda_M and the rate is |lambda_L|.

Problem: entries a = D_12, b = D_13, c = D_23; the row sums are a + b, a + c, b + c.
Method: the sum of squares of the row sums is a positive definite form.
Guarantee: it is at least a^2 + b^2 + c^2, so that zero row sums leave nothing: dimension n(n-3)/2 = 0.
"""

from sympy import oo, symbols

from proofs_check import Claim, Interval, Variable, at_least
from theory.sources import DERIVED_HERE

a, b, c = symbols("a b c", real=True)

CLAIM = Claim(
    statement=at_least((a + b) ** 2 + (a + c) ** 2 + (b + c) ** 2, a**2 + b**2 + c**2),
    domain=tuple(Variable(v, Interval(-oo, oo)) for v in (a, b, c)),
    source=DERIVED_HERE,
    title="n = 3: no pairs",
)
