r"""Simulated: the orthogonality gap of Daneshmand, Joudaki and Bach 2021 at n = 2, width 400, is below 3n/(alpha sqrt d), alpha = 1/2.

Problem: V(H) = ||H^T H/||H||_F^2 - I/n||_F, linear network without centring, orthonormal samples, depth 10; alpha = 1/n is the largest
that sigma_min^2 >= alpha allows.
Method: simulation.
Guarantee: E V(H_10) < 0.6 = 3n/(alpha sqrt d); the evidence names the ratio of bound to measured gap.
"""

import numpy as np
from sympy import Rational

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network, Source


def gap(grams: np.ndarray) -> np.ndarray:
    """V of each Gram matrix."""
    n = grams.shape[1]
    scaled = grams / np.trace(grams, axis1=1, axis2=2)[:, None, None]
    return np.linalg.norm(scaled - np.eye(n) / n, axis=(1, 2))


quantity = GramStatistic("orthogonality gap", gap, 0.0, 1.0)
STATEMENT = less(ChainMean(quantity, Network("identity", "batch-uncentered", 2), 400, 10), Rational(6, 10))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=2000)),),
    source=Source("daneshmand2021", "orthogonality gap"),
    title="2021 bound at n = 2",
)
