r"""n = 3: the direction of a row of anisotropy r has the density sqrt(1-r^2)/(1 - r cos 2 psi), the Poisson kernel, s = tanh(artanh(r)/2).

Problem: 1^perp is a plane; x ~ N(0, S) with eigenvalues proportional to 1 +- r; r = 2s/(1+s^2).  The Poisson kernel has the Fourier
coefficients s^|k|, so that E e^{2ik psi} = s^|k|: the angular central Gaussian law.
Method: both sides squared (they are positive), rational normal form.
Guarantee: equality for every 0 <= s < 1 and x = cos 2 psi.
"""

from sympy import Symbol

from proofs_check import Claim, Interval, Variable, equal
from theory.sources import DERIVED_HERE

s, x = Symbol("s", nonnegative=True), Symbol("x", real=True)
r = 2 * s / (1 + s**2)

CLAIM = Claim(
    statement=equal((1 - r**2) / (1 - r * x) ** 2, ((1 - s**2) / (1 - 2 * s * x + s**2)) ** 2),
    domain=(Variable(s, Interval(0, 1, right_open=True)), Variable(x, Interval(-1, 1))),
    source=DERIVED_HERE,
    title="n = 3: rows follow the Poisson kernel",
)
