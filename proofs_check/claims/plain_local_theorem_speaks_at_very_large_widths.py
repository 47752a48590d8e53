r"""Local theorem with its plain constants, ReLU n = 5: a million layers stay in the ball with probability above 1 - 10^-6 at d = 10^11.

Problem: r = (1-rho_*) mu^2/(8 sqrt(3/2) R), rho = (1+rho_*)/2, 2 L exp(-d (1-rho)^2 r^2/(4 R^2)) with R = 5.
Method: enclosure of rho_* and mu.
Guarantee: the failure probability is below 10^-6; it is an exponential in the width, so that the depth may be one too.  The second
derivative's constant sqrt(3/2) R/mu^2 = 39 is what costs; sharper constants speak from d of a few millions on (docs/tightness.md).
"""

from sympy import Rational, exp, sqrt

from proofs_check import Claim, less
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

R, depth, width = 5, 10**6, 10**11
linear = linearize(Network("relu", batch_size=R))
room = 1 - linear.eigenvalue_standard  # the larger of the two eigenvalues (``relu_eigenvalues_at_five``)
radius = room * linear.mu**2 / (8 * sqrt(Rational(3, 2)) * R)

CLAIM = Claim(
    statement=less(2 * depth * exp(-width * (room / 2) ** 2 * radius**2 / (4 * R**2)), Rational(1, 10**6)),
    source=DERIVED_HERE,
    title="Local theorem: plain constants at d = 10^11",
)
