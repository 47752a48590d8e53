r"""Simulated: ReLU, n = 4, d = 128: d E||S_L - mu M||_F^2 is within 12 % of 1.71, the constant of S = M G M.

Problem: the local theorem's peer is this constant, not tr V of G; squares are cut as in
``relu_stationary_errors_match_the_sharp_constants``.
Method: simulation at depth 12, two-sided.
Guarantee: |E min(||S_12 - mu M||_F^2, 8 p) - p| < 0.12 p, p = 1.71/128.
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

N, WIDTH = 4, 128
PREDICTED = Rational("1.71") / WIDTH
network = Network("relu", batch_size=N)
MU = float(fixed_point(network).mu.evalf(17))


def squared_distance(grams: np.ndarray) -> np.ndarray:
    """||M G M - mu M||_F^2, cut."""
    center = np.eye(N) - 1 / N
    return np.minimum(np.sum((center @ grams @ center - MU * center) ** 2, axis=(1, 2)), 8 * float(PREDICTED))


quantity = GramStatistic(
    "squared error of S, cut at 8 times the prediction", squared_distance, 0.0, 8 * float(PREDICTED)
)
STATEMENT = less(Abs(ChainMean(quantity, network, WIDTH, 12) - PREDICTED), Rational(12, 100) * PREDICTED)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=16_000, first=2000)),),
    source=DERIVED_HERE,
    title="ReLU n = 4: simulated tr V of S",
)
