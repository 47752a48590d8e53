r"""n = 3 is the Chebyshev limit of the Gegenbauer form: with lambda = 0, sigma(x) = x^3 has b c = 9/4 cos(2 pi/3) + 1/4 cos(3 * 2 pi/3).

Problem: rows are sqrt(2) cos(psi - phi_i), angles 2 pi/3 apart; z^3 = 2^{3/2} (3 cos psi + cos 3 psi)/4, a_1^2 = 9/4, a_3^2 = 1/4.
Method: moments of the circle.
Guarantee: equality: P_k = C_k^lambda/C_k^lambda(1) becomes cos(k arccos(-1/2)).
"""

from sympy import Rational, cos, pi

from proofs_check import Claim, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import z

CLAIM = Claim(
    statement=equal(
        SphereMean(z[0] ** 3 * z[1] ** 3, SphereLaw(z[:2], 3)), Rational(9, 4) * cos(2 * pi / 3) + cos(2 * pi) / 4
    ),
    source=Source("yang2019", "Gegenbauer expansion of the fixed point"),
    title="n = 3: Chebyshev limit",
)
