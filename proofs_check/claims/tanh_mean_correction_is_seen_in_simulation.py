r"""Simulated: tanh, n = 8: the stationary mean of G's diagonal lies above b by 0.2498/d, the next order of theory.

Problem, method: as in ``relu_mean_correction_is_seen_in_simulation``; means of the diagonal are cut to [3/8, 1/2].
Guarantee: the mean entry is within a fifth of the correction from b + 0.2498/d.
"""

import numpy as np
from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.claims.mean_corrections_at_eight_samples import TANH
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

N, WIDTH = 8, 32
network = Network("tanh", batch_size=N)


def diagonal(grams: np.ndarray) -> np.ndarray:
    """Mean entry on the diagonal, cut."""
    return np.clip(np.trace(grams, axis1=1, axis2=2) / N, 0.375, 0.5)


quantity = GramStatistic("mean entry on the diagonal, cut", diagonal, 0.375, 0.5)
predicted = fixed_point(network).diagonal + TANH / WIDTH
STATEMENT = less(Abs(ChainMean(quantity, network, WIDTH, 15) - predicted), Rational(1, 5) * TANH / WIDTH)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=16_000, first=4000)),),
    source=DERIVED_HERE,
    title="tanh n = 8: mean entry above b by 0.2498/d",
)
