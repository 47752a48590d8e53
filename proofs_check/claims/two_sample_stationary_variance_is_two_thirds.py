r"""Two samples, linear, uncentred: d E c_L^2 -> 2/3.

Problem: at c = 0 one layer adds variance E z_1^2 z_2^2/d = 1/(2d), and halves what was there (the slope of tanh(artanh(c)/2) at 0).
Method: moments of the circle.
Guarantee: (1/2)/(1 - 1/4) = 2/3, the sharp constant.
"""

from sympy import Rational

from proofs_check import Claim, equal
from theory import SphereLaw, SphereMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=equal(
        SphereMean(z[0] ** 2 * z[1] ** 2, SphereLaw(z[:2], 2, False)) / (1 - Rational(1, 2) ** 2), Rational(2, 3)
    ),
    source=DERIVED_HERE,
    title="n = 2, linear: d E c^2 -> 2/3",
)
