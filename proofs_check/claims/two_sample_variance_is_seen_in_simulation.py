r"""Simulated: two samples, linear, uncentred, d = 64: d E c_L^2 is within 12 % of 2/3.

Problem: depth 12 from orthonormal samples; the diagonal of G is 1 in the mean and c its off-diagonal entry; squares are cut at 16/(3d).
Method: simulation, two-sided; the constant is ``two_sample_stationary_variance_is_two_thirds``.
Guarantee: |E min(c_12^2, 8 p) - p| < 0.12 p, p = 2/(3 d).
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network
from theory.sources import DERIVED_HERE

WIDTH = 64
PREDICTED = Rational(2, 3 * WIDTH)


def squared_correlation(grams: np.ndarray) -> np.ndarray:
    """c^2, cut."""
    return np.minimum(grams[:, 0, 1] ** 2, 8 * float(PREDICTED))


quantity = GramStatistic(
    "squared correlation, cut at 8 times the prediction", squared_correlation, 0.0, 8 * float(PREDICTED)
)
mean = ChainMean(quantity, Network("identity", "batch-uncentered", 2), WIDTH, 12)
STATEMENT = less(Abs(mean - PREDICTED), Rational(12, 100) * PREDICTED)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=64_000, first=4000)),),
    source=DERIVED_HERE,
    title="n = 2, linear: simulated d E c^2",
)
