r"""Leaky ReLU of slope a: E sigma^4/(E sigma^2)^2 = 6(1+a^4)/(1+a^2)^2; it drives E q_L^2/E[q_L]^2 = (1 + (ratio - 1)/d)^L.

Problem: z standard normal; 6 at a = 0 (ReLU), 3 at a = 1 and a = -1.
Method: moments by symmetry.
Guarantee: equality for every real slope.
"""

from sympy import Max, Min, Symbol, oo

from proofs_check import Claim, Interval, Variable, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

a = Symbol("a", real=True)
leaky, law = Max(z[0], 0) + a * Min(z[0], 0), GaussianLaw(z[0])

CLAIM = Claim(
    statement=equal(GaussianMean(leaky**4, law), 6 * (1 + a**4) / (1 + a**2) ** 2 * GaussianMean(leaky**2, law) ** 2),
    domain=(Variable(a, Interval(-oo, oo)),),
    source=DERIVED_HERE,
    title="Leaky ReLU: kurtosis ratio",
)
