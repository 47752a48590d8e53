r"""Linear layer of width 1: E ln z^2 = psi(1/2) + ln 2, the case d = 1 of E ln(chi^2_d/d) = psi(d/2) + ln(2/d).

Problem: z standard normal.  E |z|^{2s} = 2^s Gamma(1/2 + s)/sqrt(pi); the mean of the logarithm is its derivative at s = 0.
Method: none of this project's rules differentiates a moment in its exponent, and no enclosure is known for a mean whose integrand is
unbounded at 0.
Guarantee: open here; true by the argument above.
"""

from sympy import Rational, log, polygamma

from proofs_check import Claim, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=equal(GaussianMean(log(z[0] ** 2), GaussianLaw(z[0])), polygamma(0, Rational(1, 2)) + log(2)),
    source=DERIVED_HERE,
    title="E ln z^2 is psi(1/2) + ln 2",
)
