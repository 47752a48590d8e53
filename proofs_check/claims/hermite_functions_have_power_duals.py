r"""Mehler: the dual of the Hermite polynomial He_k is k! c^k, and different degrees are orthogonal; here k = 3, with k = 2 mixed in.

Problem: x, y standard normal of correlation c; sigma = He_3 + He_2, whose dual must be 6 c^3 + 2 c^2.
Method: Isserlis' theorem.
Guarantee: equality for every c in [-1, 1].
"""

from sympy import Symbol

from proofs_check import Claim, Interval, Variable, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

c = Symbol("c", real=True)
first, second = (v**3 - 3 * v + v**2 - 1 for v in z[:2])

CLAIM = Claim(
    statement=equal(GaussianMean(first * second, GaussianLaw(z[:2], [[1, c], [c, 1]])), 6 * c**3 + 2 * c**2),
    domain=(Variable(c, Interval(-1, 1)),),
    source=DERIVED_HERE,
    title="Hermite: He_k has the dual k! c^k",
)
