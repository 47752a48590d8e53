r"""n = 3, sigma = id: R(w) = w, so that artanh of the anisotropy is exactly halved in each layer, at any distance.

Problem: r' = |R(w)| = |w| = s where r = 2s/(1+s^2).
Method: both sides have the derivative 1/(1-s^2) and vanish at s = 0.
Guarantee: tanh(artanh(r)/2) = s for every 0 <= s < 1; 1^perp is a plane, where the
map is that of two samples without centring (``two_linear_samples_halve_in_hyperbolic_distance`` has the network's own mean).
"""

from sympy import S, Symbol, atanh

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import EqualDerivatives
from theory.sources import DERIVED_HERE

s = Symbol("s", nonnegative=True)
STATEMENT = equal(atanh(2 * s / (1 + s**2)) / 2, atanh(s))

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(s, Interval(0, 1, right_open=True)),),
    steps=(ProofStep("derivatives", STATEMENT, by=EqualDerivatives(s, S.Zero)),),
    source=DERIVED_HERE,
    title="n = 3, linear: artanh r is halved",
)
