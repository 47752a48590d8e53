r"""ReLU's normalised dual has slope exactly 1 at correlation 1 (a table in circulation prints 0.95: a truncated series).

Problem: dual'(1)/dual(1) = E relu'(z)^2 / E relu(z)^2 by Price's theorem, z standard normal.
Method: both means are 1/2.
Guarantee: equality.
"""

from sympy import Heaviside, Max, Rational, S

from proofs_check import Claim, equal
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

law = GaussianLaw(z[0])

CLAIM = Claim(
    statement=equal(
        GaussianMean(Heaviside(z[0], Rational(1, 2)) ** 2, law) / GaussianMean(Max(z[0], 0) ** 2, law), S.One
    ),
    source=Source("joudaki2024", "rates of the normalised dual, by cases of its slope at 1"),
    title="ReLU: slope of the normalised dual at 1 is exactly 1",
)
