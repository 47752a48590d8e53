r"""Linear layers: E ln(chi^2_d/d) = psi(d/2) + ln(2/d) lies within 1/(2 d^2) of -1/d: typical norms shrink while the mean stays 1.

Problem: |x_L|^2/|x_0|^2 is a product of chi^2_d/d, whose moment of order s is (2/d)^s Gamma(d/2+s)/Gamma(d/2)
(``chi_squared_moments_are_ratios_of_gammas``); the derivative of its logarithm at s = 0.
Method: enclosure at widths from 2 to 4096.
Guarantee: |psi(d/2) + ln(2/d) + 1/d| < 1/(2 d^2) at each of those widths.
"""

from sympy import Abs, log, polygamma

from proofs_check import Choices, Claim, Variable, less
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=less(Abs(polygamma(0, d / 2) + log(2 / d) + 1 / d), 1 / (2 * d**2)),
    domain=(Variable(d, Choices((2, 3, 4, 5, 8, 16, 50, 100, 500, 1000, 4096))),),
    source=DERIVED_HERE,
    title="Linear: E ln is psi(d/2) + ln(2/d), about -1/d",
)
