r"""The figures set alpha = 1/2 by hand; at their batch size n = 10 ReLU's linear rate leaves only 1 - rho = 0.209 a layer.

Problem: the exponent (1-alpha)^{l/2} of the plotted curve against the contraction rate rho of the mean-field map at G_*.
Method: enclosure.
Guarantee: rho > 1 - 1/4: even the square root of the assumed rate, 0.707, is faster than what the mean-field orbit does.
alpha is about total variation of the finite-width law and is another number than 1 - rho; but a curve for the error that decays
faster than the mean-field orbit itself cannot be right from a general start.
"""

from sympy import Rational

from proofs_check import Claim, greater
from theory import Network, Source
from theory.linearization import linearize

CLAIM = Claim(
    statement=greater(linearize(Network("relu", batch_size=10)).contraction_rate, Rational(3, 4)),
    source=Source("joudaki2023", "the curve of the figures, alpha = 0.5"),
    title="Figures assume faster decay than holds",
)
