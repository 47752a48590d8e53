r"""The two forms of the large-batch limit of lambda_L agree by integration by parts: E[(z^2-1) s^2]/2 = E[z s s'], here s = erf.

Problem: z standard normal; the form with derivatives needs a smooth s, the other does not.
Method: Stein's identity E z f = E f' with f = z s^2 and f = s s'; confirmed in balls.
Guarantee: equality.
"""

from sympy import erf

from proofs_check import Claim, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

v, law = z[0], GaussianLaw(z[0])

CLAIM = Claim(
    statement=equal(GaussianMean((v**2 - 1) * erf(v) ** 2, law) / 2, GaussianMean(v * erf(v) * erf(v).diff(v), law)),
    source=DERIVED_HERE,
    title="Large batches: two forms of lambda_L, by parts",
)
