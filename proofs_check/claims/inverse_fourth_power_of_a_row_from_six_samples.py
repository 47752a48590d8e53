r"""Backward: E 1/|x|^4 = 1/((n-3)(n-5)) for a centred row of variance 1, from n = 6 samples on: below, gradients have no variance.

Problem: |x|^2 is chi-squared with n - 1 = k + 4 degrees, whose moment of order -2 is Gamma(k/2)/(4 Gamma(k/2 + 2)), k = n - 5; at n = 5 it
is a quarter of E_1(0), infinite as in ``inverse_square_norm_is_infinite_at_three_samples``.
Method: the recurrence of Gamma.
Guarantee: equality at every n >= 6.  So squared gradients have no central limit theorem at n <= 5, and no interval built on one holds.
"""

from sympy import Symbol, gamma

from proofs_check import Claim, Integers, Variable, equal
from theory.sources import DERIVED_HERE

k = Symbol("k", integer=True, positive=True)
n = k + 5

CLAIM = Claim(
    statement=equal(gamma(k / 2) / (4 * gamma(k / 2 + 2)), 1 / ((n - 3) * (n - 5))),
    domain=(Variable(k, Integers(1)),),
    source=DERIVED_HERE,
    title="Rows: E|x|^-4 = 1/((n-3)(n-5))",
)
