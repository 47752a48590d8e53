r"""Simulated: ReLU, n = 4, d = 128: d E||G_L - G_*||_F^2 is within 12 % of tr V = 3.84.

Problem: depth 12, where the transient 0.53^24 is gone; the constant is ``relu_fluctuation_constants_at_four``.  Squares are cut at eight
times the prediction, beyond which hardly anything lies, so that their mean can be tested.
Method: simulation, two-sided.
Guarantee: |E min(||G_12 - G_*||_F^2, 8 p) - p| < 0.12 p, p = 3.84/128.
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

WIDTH = 128
PREDICTED = Rational("3.84") / WIDTH
network = Network("relu", batch_size=4)
TARGET = np.array(fixed_point(network).matrix().evalf(17).tolist(), dtype=float)


def squared_error(grams: np.ndarray) -> np.ndarray:
    """||G - G_*||_F^2, cut."""
    return np.minimum(np.sum((grams - TARGET) ** 2, axis=(1, 2)), 8 * float(PREDICTED))


quantity = GramStatistic("squared error, cut at 8 times the prediction", squared_error, 0.0, 8 * float(PREDICTED))
STATEMENT = less(Abs(ChainMean(quantity, network, WIDTH, 12) - PREDICTED), Rational(12, 100) * PREDICTED)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=16_000, first=2000)),),
    source=DERIVED_HERE,
    title="ReLU n = 4: simulated tr V",
)
