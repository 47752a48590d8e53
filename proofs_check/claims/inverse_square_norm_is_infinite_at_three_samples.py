r"""Backward: at n = 3 the gradient growth is infinite, since E 1/|x|^2 exceeds every number for a row in the plane.

Problem: |x|^2/2 of a standard normal x in two dimensions is exponential, so that E[1/|x|^2; |x|^2 > 2 delta] is half of
E_1(delta) = -Ei(-delta), the integral of e^{-u}/u from delta on.  K is any number and delta = exp(-2 e K).
Method: at K = 0 the left side is E_1(1)/2 > 0; its derivative in K, e^{1 - delta}, is at least 1.
Guarantee: cut off at 2 exp(-2 e K), the mean is already K or more, for every K >= 0: it diverges like a logarithm.
"""

from sympy import E, Ei, Symbol, exp, oo

from proofs_check import Claim, Interval, Variable, at_least
from theory import Source

K = Symbol("K", nonnegative=True)
delta = exp(-2 * E * K)

CLAIM = Claim(
    statement=at_least(-Ei(-delta) / 2, K),
    domain=(Variable(K, Interval(0, oo)),),
    source=Source("yang2019", "Theorems 7-9, gradient growth"),
    title="n = 3: gradient growth is infinite",
)
