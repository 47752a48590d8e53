r"""Linear layers: Var ln(chi^2_d/d) = psi'(d/2) lies within 8/d^2 of 2/d, the log-normal variance of the literature.

Problem: |x_L|^2/|x_0|^2 is a product of chi^2_d/d; E ln = psi(d/2) + ln(2/d) and Var ln = psi'(d/2) a layer (the cumulants of the log
of a Gamma variable: derivatives of ln Gamma(d/2 + s) + s ln(2/d) at s = 0).
Method: enclosure at widths from 2 to 4096.
Guarantee: |psi'(d/2) - 2/d| < 8/d^2 at each of those widths.
"""

from sympy import Abs, polygamma

from proofs_check import Choices, Claim, Variable, less
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=less(Abs(polygamma(1, d / 2) - 2 / d), 8 / d**2),
    domain=(Variable(d, Choices((2, 3, 4, 5, 8, 16, 50, 100, 500, 1000, 4096))),),
    source=DERIVED_HERE,
    title="Linear: Var ln is psi'(d/2), about 2/d",
)
