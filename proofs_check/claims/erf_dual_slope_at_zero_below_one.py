r"""The normalised dual of erf has slope (2/3)/arcsin(2/3) < 1 at zero correlation: without normalisation or bias, erf networks
send every correlation to zero.

Problem: dual(rho) = E erf(u) erf(v) for unit variances and correlation rho; the slope of dual/dual(1) at rho = 0.
Method: Price's theorem gives the slope as a product of Gaussian means; the closed form of each; a ball.
Guarantee: strict inequality.
"""

from sympy import Rational, S, asin

from proofs_check import Claim, ProofStep, equal, less
from proofs_check.methods import BallInequality
from theory import GaussianLaw, GaussianMean, Network, Source
from theory.conventions import x, z

erf = Network("erf").activation
law = GaussianLaw(z[0])
slope = GaussianMean(erf.formula.diff(x).xreplace({x: z[0]}), law) ** 2 / GaussianMean(erf(z[0]) ** 2, law)
value = Rational(2, 3) / asin(Rational(2, 3))

CLAIM = Claim(
    statement=less(slope, S.One),
    steps=(
        ProofStep("closed_form", equal(slope, value)),
        ProofStep("below_one", less(value, S.One), by=BallInequality(bits=64), uses=("closed_form",)),
    ),
    source=Source("williams1996", "arcsine kernel"),
    title="erf: slope of the normalised dual at 0 is below 1",
)
