r"""Second derivative bound: W_2 = W^2 + (1/2) sum a_i^2 - sum a_i^2 g_i^2, the second derivative of the density of N(0, S) over itself.

Problem: notation of ``first_wick_power_has_half_the_squared_norm``.  E W_2^2 = sum a_i^4 + (1/2)(sum a_i^2)^2.
Method: Isserlis.
Guarantee: equality for all a.
"""

from sympy import oo, symbols

from proofs_check import Claim, Interval, Variable, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

a = symbols("a1:3", real=True)
score = sum(s * (g**2 - 1) for s, g in zip(a, z, strict=False)) / 2
second = score**2 + sum(s**2 for s in a) / 2 - sum(s**2 * g**2 for s, g in zip(a, z, strict=False))

CLAIM = Claim(
    statement=equal(GaussianMean(second**2, GaussianLaw(z[:2])), sum(s**4 for s in a) + sum(s**2 for s in a) ** 2 / 2),
    domain=tuple(Variable(s, Interval(-oo, oo)) for s in a),
    source=DERIVED_HERE,
    title="Wick power of order 2",
)
