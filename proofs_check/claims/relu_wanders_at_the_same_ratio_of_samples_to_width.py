r"""Simulated: ReLU at n = 20, d = 80, the same n/sqrt d = 2.2, leaves the ball of radius mu/2 about S_* with probability above 0.95.

Problem: the ball is where the local theorem could hold at best; ``relu_wanders_at_a_hundred_samples_as_simulated`` has the setting itself
with few networks, this one many.
Method: simulation at depth 30.
Guarantee: P[ ||S_30 - mu M||_F > mu/2 ] > 0.95.
"""

import numpy as np
from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, GramStatistic, ProofStep, Relation, greater
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

N = 20
network = Network("relu", batch_size=N)
MU = float(fixed_point(network).mu.evalf(17))


def relative_distance(grams: np.ndarray) -> np.ndarray:
    """||M G M - mu M||_F over mu."""
    center = np.eye(N) - 1 / N
    return np.linalg.norm(center @ grams @ center - MU * center, axis=(1, 2)) / MU


quantity = GramStatistic("distance of S to mu M over mu", relative_distance, 0.0, None)
STATEMENT = greater(
    ChainProbability(Event(quantity, Relation.GREATER, Rational(1, 2)), network, 80, 30), Rational(95, 100)
)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=1500, first=750)),),
    source=DERIVED_HERE,
    title="ReLU wanders at n/sqrt d = 2.2",
)
