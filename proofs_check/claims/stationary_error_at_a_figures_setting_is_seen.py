r"""Simulated: ReLU, n = 10, d = 100, depth 20, a setting of the figures: the mean square error is within 20 % of 0.625^2.

Problem: the recalled root mean square 0.625 scatters by 20 % from draw to draw; the prediction is ``stationary_errors_of_the_figures``.
Squares are cut at 3, beyond which hardly anything lies.
Method: simulation, two-sided.
Guarantee: |E min(||G_20 - G_*||_F^2, 3) - 0.625^2| < 0.2 * 0.625^2.
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network, Source, fixed_point

SEEN = Rational("0.625") ** 2
network = Network("relu", batch_size=10)
TARGET = np.array(fixed_point(network).matrix().evalf(17).tolist(), dtype=float)


def squared_error(grams: np.ndarray) -> np.ndarray:
    """||G - G_*||_F^2, cut at 3."""
    return np.minimum(np.sum((grams - TARGET) ** 2, axis=(1, 2)), 3.0)


quantity = GramStatistic("squared error, cut at 3", squared_error, 0.0, 3.0)
STATEMENT = less(Abs(ChainMean(quantity, network, 100, 20) - SEEN), SEEN / 5)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=8_000, first=1000)),),
    source=Source("joudaki2023", "settings of the figures, ReLU"),
    title="ReLU n = 10, d = 100: 0.625 simulated",
)
