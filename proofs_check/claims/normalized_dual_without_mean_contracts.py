r"""Iterating the normalised dual, case kappa(0) = 0: |kappa(r)| <= |r|, so that correlations go to 0, at the rate kappa'(0) = p_1.

Problem: kappa(r) = sum p_k r^k with p_k >= 0 that add up to kappa(1) = 1 (Mehler) and p_0 = 0.  Five coefficients stand for any number:
each is compared alone.
Method: signs of coefficients, with the sum of the p_k written out.
Guarantee: sum p_k r^k <= r sum p_k for 0 <= r <= 1; |kappa(r)| <= kappa(|r|) does the rest.
"""

from sympy import Symbol, oo, symbols

from proofs_check import Claim, Interval, Variable, at_most
from theory import Source

p = symbols("p1:6", nonnegative=True)
r = Symbol("r", nonnegative=True)

CLAIM = Claim(
    statement=at_most(sum(c * r**k for k, c in enumerate(p, 1)), r * sum(p)),
    domain=(Variable(r, Interval(0, 1)), *(Variable(c, Interval(0, oo)) for c in p)),
    source=Source("joudaki2024", "attracting correlation, case dual(0) = 0"),
    title="Normalised dual: kappa(0) = 0 decorrelates",
)
