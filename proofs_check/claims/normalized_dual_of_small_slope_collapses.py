r"""Iterating the normalised dual, case kappa(0) > 0 and kappa'(1) <= 1: kappa(r) >= r on [0, 1], so that correlations go to 1.

Problem: kappa(r) = sum p_k r^k, p_k >= 0; kappa'(1) <= kappa(1) says p_0 >= sum_{k >= 2} (k-1) p_k, so let p_0 be that sum plus e >= 0.
Method: signs of coefficients: p_k (k - 1 + r^k - k r) >= 0 for each k, five coefficients standing for any number.
Guarantee: r sum p_k <= sum p_k r^k for 0 <= r <= 1, strictly below 1 where e > 0 or some p_k > 0, k >= 2; the rate is kappa'(1).
"""

from sympy import Symbol, oo, symbols

from proofs_check import Claim, Interval, Variable, at_least
from theory import Source

e, *p = symbols("e p1:5", nonnegative=True)
r = Symbol("r", nonnegative=True)
coefficients = (e + sum((k - 1) * c for k, c in enumerate(p, 1)), *p)

CLAIM = Claim(
    statement=at_least(sum(c * r**k for k, c in enumerate(coefficients)), r * sum(coefficients)),
    domain=(Variable(r, Interval(0, 1)), *(Variable(c, Interval(0, oo)) for c in (e, *p))),
    source=Source("joudaki2024", "attracting correlation, case dual'(1) <= 1"),
    title="Normalised dual: kappa'(1) <= 1 collapses",
)
