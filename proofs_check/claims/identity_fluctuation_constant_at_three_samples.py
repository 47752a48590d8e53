r"""Linear network, centred, n = 3: the sharp constant tr V is 6, the closed form of all other batch sizes.

Problem: at three samples there are no pairs, and (n^2 - n^2/(n-1))/(1 - ((n-1)/(n+1))^2) = (9/2)/(3/4); the noise 9/2 is
E||s||^4 - ||G_*||_F^2 with ||s||^2 = 3 always.
Method: the constant of the general theory on the irreps of three samples; the noise from the circle's moments, over 1 - rho^2.
Guarantee: both are 6 (``identity_fluctuation_constant_in_closed_form`` has n >= 4).
"""

from sympy import Rational

from proofs_check import Claim, equal
from theory import Network, SphereLaw, SphereMean
from theory.conventions import z
from theory.fluctuations import stationary_fluctuations
from theory.sources import DERIVED_HERE

x, y = z[:2]
one, two = SphereLaw(x, 3), SphereLaw((x, y), 3)
noise = (
    3 * SphereMean(x**4, one)
    + 6 * SphereMean(x**2 * y**2, two)
    - 3 * SphereMean(x**2, one) ** 2
    - 6 * SphereMean(x * y, two) ** 2
)
constant = stationary_fluctuations(Network("identity", batch_size=3)).fluctuation_constant

CLAIM = Claim(
    statement=equal(noise / (1 - Rational(1, 2) ** 2), constant),
    source=DERIVED_HERE,
    title="Identity n = 3: tr V = 6",
)
