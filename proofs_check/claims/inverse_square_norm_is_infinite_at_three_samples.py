r"""Backward: at n = 3 the gradient growth is infinite, since E 1/|x|^2 diverges like a logarithm for a row in the plane.

Problem: |x|^2/2 of a standard normal x in two dimensions is exponential, so that E[1/|x|^2; |x|^2 > 2 delta] is half the integral of
e^{-u}/u from delta on; where e^{-u} >= e^{-1}, this is at least half of e^{-1} ln(1/delta), which no number exceeds.
Method: the bound of the integrand, times u, by a cover.
Guarantee: e^{-u} >= e^{-1} for 0 <= u <= 1.
"""

from sympy import Symbol, exp

from proofs_check import Claim, Interval, Variable, at_least
from theory import Source

u = Symbol("u", nonnegative=True)

CLAIM = Claim(
    statement=at_least(exp(-u), exp(-1)),
    domain=(Variable(u, Interval(0, 1)),),
    source=Source("yang2019", "Theorems 7-9, gradient growth"),
    title="n = 3: gradient growth is infinite",
)
