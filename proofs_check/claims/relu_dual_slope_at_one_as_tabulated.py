r"""Refuted, as it must be: ReLU's normalised dual does not have slope 0.95 at correlation 1; a table in circulation prints that.

Problem: dual'(1)/dual(1) = E relu'(z)^2/E relu(z)^2 = 1 exactly (``relu_dual_slope_at_one_is_one``); a Hermite series cut off after a
few terms gives 0.95, since its coefficients decay slowly at a kink.
Method: enclosure.
Guarantee: the two numbers differ.  With slope 1 the convergence of correlations is sub-geometric, with 0.95 it would be geometric.
"""

from sympy import Heaviside, Max, Rational, S

from proofs_check import Claim, equal
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

law = GaussianLaw(z[0])

CLAIM = Claim(
    statement=equal(
        GaussianMean(Heaviside(z[0], S.Half) ** 2, law) / GaussianMean(Max(z[0], 0) ** 2, law), Rational(95, 100)
    ),
    source=Source("joudaki2024", "table of slopes in circulation"),
    title="ReLU: slope 0.95 as tabulated",
)
