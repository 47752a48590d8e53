r"""n = 3, (T1): the Poisson kernel is at least kappa = (1-s)/(1+s), so that the law of a row's direction contains kappa times the uniform.

Problem: P_w = (1-s^2)/(1 - 2 s x + s^2), x the cosine.  f^2 has no constant harmonic, so that only the rest of the law moves the
anisotropy: |N| <= D - kappa A.
Method: signs of coefficients.
Guarantee: a lower bound, attained at x = -1.
"""

from sympy import Symbol

from proofs_check import Claim, Interval, Variable, at_least
from theory.sources import DERIVED_HERE

s, x = Symbol("s", nonnegative=True), Symbol("x", real=True)

CLAIM = Claim(
    statement=at_least((1 - s**2) / (1 - 2 * s * x + s**2), (1 - s) / (1 + s)),
    domain=(Variable(s, Interval(0, 1, right_open=True)), Variable(x, Interval(-1, 1))),
    source=DERIVED_HERE,
    title="n = 3: the kernel is at least (1-s)/(1+s)",
)
