r"""Simulated: ReLU, n = 8: the stationary mean of G is not G_*; entries off the diagonal are lower by 0.1252/d, the next order of theory.

Problem: the correction is ``mean_corrections_at_eight_samples``; on ReLU's diagonal it is 0, since b = 1/2 whatever the start.
Method: simulation at d = 32, depth 15, two-sided.  Means are cut to [0, 1/4], beyond which hardly anything lies.
Guarantee: the mean entry is within a fifth of the correction from b c - 0.1252/d.
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.claims.mean_corrections_at_eight_samples import RELU
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

N, WIDTH = 8, 32
network = Network("relu", batch_size=N)


def off_diagonal(grams: np.ndarray) -> np.ndarray:
    """Mean entry off the diagonal, cut."""
    total = grams.sum(axis=(1, 2)) - np.trace(grams, axis1=1, axis2=2)
    return np.clip(total / (N * (N - 1)), 0.0, 0.25)


quantity = GramStatistic("mean entry off the diagonal, cut", off_diagonal, 0.0, 0.25)
predicted = fixed_point(network).off_diagonal + RELU / WIDTH
STATEMENT = less(Abs(ChainMean(quantity, network, WIDTH, 15) - predicted), Rational(1, 5) * Abs(RELU) / WIDTH)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=16_000, first=4000)),),
    source=DERIVED_HERE,
    title="ReLU n = 8: mean entry below bc by 0.1252/d",
)
