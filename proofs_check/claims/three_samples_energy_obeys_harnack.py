r"""n = 3, (T2): the energy D = E|f|^2 is at most (1+s^3)/(1-s^3) times its value A at the fixed point.

Problem: |f|^2 has harmonics divisible by 6 only (those that have a mean), so that D is the Poisson integral of a nonnegative function at
radius s^3; Harnack's inequality is the upper bound of that kernel.
Method: signs of coefficients, with t = s^3.
Guarantee: an upper bound, attained at x = 1.
"""

from sympy import Symbol

from proofs_check import Claim, Interval, Variable, at_most
from theory.sources import DERIVED_HERE

t, x = Symbol("t", nonnegative=True), Symbol("x", real=True)

CLAIM = Claim(
    statement=at_most((1 - t**2) / (1 - 2 * t * x + t**2), (1 + t) / (1 - t)),
    domain=(Variable(t, Interval(0, 1, right_open=True)), Variable(x, Interval(-1, 1))),
    source=DERIVED_HERE,
    title="n = 3: Harnack's bound of the energy",
)
