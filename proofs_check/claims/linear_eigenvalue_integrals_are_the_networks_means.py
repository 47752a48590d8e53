r"""sigma = id, three and four eigenvalues: x_i' = (n/2) int_0^oo x_i/(1 + x_i t) prod_j (1 + x_j t)^{-1/2} dt is the network's own mean.

Problem: batch normalisation without centring of x ~ N(0, diag(x_1, ..., x_n)): x_i' = E z_i^2, at the eigenvalues 1, 2, 4 and 1, 2, 4, 8.
Method: both sides in balls, by two different integrals.  The network's mean is over a row's length and direction.  The (Carlson)
integral is taken with t = tan^2 of an angle, a mean over the circle, for three; with t = u/(1-u), u uniform on [0, 1], for four.
Guarantee: the image of the lowest and of the highest agree to 1e-12.  Two eigenvalues are elementary
(``linear_eigenvalue_integral_of_two_is_elementary``).
"""

from sympy import Abs, Max, Mul, Rational, diag, pi, sqrt

from proofs_check import Claim, less
from theory import BatchNormMean, SphereLaw, SphereMean
from theory.conventions import z
from theory.expectation import BatchNormLaw
from theory.sources import DERIVED_HERE

sine = z[0] / sqrt(2)  # of a uniform angle: a coordinate of three samples
uniform = (1 + z[0] / sqrt(3)) / 2  # a coordinate of four samples


def of_three(values, i):
    """dt = 2 sin/cos^3, 1 + x t = (cos^2 + x sin^2)/cos^2: cos^2 is left over."""
    spread = [1 + (x - 1) * sine**2 for x in values]
    body = 2 * Abs(sine) * (1 - sine**2) * values[i] / spread[i] * Mul(*(1 / sqrt(s) for s in spread))
    return Rational(3, 2) * pi / 2 * SphereMean(body, SphereLaw(z[0], 3))


def of_four(values, i):
    """dt = 1/(1-u)^2, 1 + x t = (1 - u + x u)/(1-u): one factor 1-u is left over."""
    spread = [1 + (x - 1) * uniform for x in values]
    body = (1 - uniform) * values[i] / spread[i] * Mul(*(1 / sqrt(s) for s in spread))
    return 2 * SphereMean(body, SphereLaw(z[0], 4))


def mean(values, i):
    """The network's."""
    return BatchNormMean(z[0] ** 2, BatchNormLaw(z[0], (i,), diag(*values), False))


misses = [
    Abs(mean(values, i) - integral(values, i), evaluate=False)
    for values, integral in (((1, 2, 4), of_three), ((1, 2, 4, 8), of_four))
    for i in (0, len(values) - 1)
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), Rational(1, 10**12)),
    source=DERIVED_HERE,
    title="Linear: eigenvalue integrals are the network's means",
)
