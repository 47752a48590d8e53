r"""Linear layers: E (chi^2_d/d)^s = (2/d)^s Gamma(d/2+s)/Gamma(d/2); here s = 3, (1 + 2/d)(1 + 4/d).

Problem: moments of order s of the squared norm of d independent normals; its logarithm's derivatives at s = 0 are
E ln = psi(d/2) + ln(2/d) and Var ln = psi'(d/2) a layer.
Method: the sixth moment of a normal by Isserlis, independence, symbolic in the width; the recurrence of Gamma.
Guarantee: equality at every width.
"""

from sympy import gamma

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import width as d
from theory.conventions import z
from theory.sources import DERIVED_HERE

law = GaussianLaw(z[0])
second, fourth, sixth = (GaussianMean(z[0] ** k, law) for k in (2, 4, 6))
third_moment = (d * sixth + 3 * d * (d - 1) * fourth * second + d * (d - 1) * (d - 2) * second**3) / d**3
ratio = (2 / d) ** 3 * gamma(d / 2 + 3) / gamma(d / 2)

CLAIM = Claim(
    statement=equal(third_moment, ratio),
    domain=(Variable(d, Integers(1)),),
    steps=(
        ProofStep("isserlis", equal(third_moment, (1 + 2 / d) * (1 + 4 / d))),
        ProofStep("gamma", equal((1 + 2 / d) * (1 + 4 / d), ratio)),
    ),
    source=DERIVED_HERE,
    title="Linear: moments of chi^2_d/d",
)
