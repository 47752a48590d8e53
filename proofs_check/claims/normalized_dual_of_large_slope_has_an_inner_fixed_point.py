r"""Iterating the normalised dual, case kappa(0) > 0 and kappa'(1) > 1, at sigma(x) = x^2: kappa(r) = (1+2r^2)/3 attracts (-1, 1) to 1/2.

Problem: kappa(0) = 1/3, kappa'(1) = 4/3; the fixed points are 1/2 and 1, and kappa'(1/2) = 2/3 is the rate.
Method: Isserlis gives kappa; kappa(r) - 1/2 = (2/3)(r + 1/2)(r - 1/2), whose square is compared with (r - 1/2)^2 by signs of coefficients.
Guarantee: (kappa(r) - 1/2)^2 <= (r - 1/2)^2 on [-1, 1]: every layer comes closer.
"""

from sympy import Rational, Symbol

from proofs_check import Claim, Interval, ProofStep, Variable, at_most, equal
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

r = Symbol("r", real=True)
half = Rational(1, 2)
pair = GaussianMean(z[0] ** 2 * z[1] ** 2, GaussianLaw(z[:2], [[1, r], [r, 1]]))
kappa = pair / GaussianMean(z[0] ** 4, GaussianLaw(z[0]))
form = (1 + 2 * r**2) / 3

CLAIM = Claim(
    statement=at_most((kappa - half) ** 2, (r - half) ** 2),
    domain=(Variable(r, Interval(-1, 1)),),
    steps=(
        ProofStep("dual", equal((kappa - half) ** 2, (form - half) ** 2)),
        ProofStep("closer", at_most((form - half) ** 2, (r - half) ** 2), uses=("dual",)),
    ),
    source=Source("joudaki2024", "attracting correlation, case dual'(1) > 1"),
    title="Normalised dual: x^2 attracts to 1/2",
)
