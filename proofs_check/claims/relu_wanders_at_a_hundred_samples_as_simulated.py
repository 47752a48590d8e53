r"""Simulated: ReLU at n = 100, d = 2000 (n/sqrt d = 2.2): after 5 layers S is farther than 2 mu from S_* = mu M, more often than not.

Problem: the local theorem could hold within mu/2 at best; ``relu_wanders_at_a_hundred_samples_and_width_two_thousand`` has the
prediction, an error above 3 mu.
Method: simulation at the setting itself, 5 layers from orthonormal samples.
Guarantee: P[ ||S_5 - mu M||_F > 2 mu ] > 1/2.
"""

import numpy as np
from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, GramStatistic, ProofStep, Relation, greater
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

N = 100
network = Network("relu", batch_size=N)
MU = float(fixed_point(network).mu.evalf(17))


def relative_distance(grams: np.ndarray) -> np.ndarray:
    """||M G M - mu M||_F over mu."""
    center = np.eye(N) - 1 / N
    return np.linalg.norm(center @ grams @ center - MU * center, axis=(1, 2)) / MU


quantity = GramStatistic("distance of S to mu M over mu", relative_distance, 0.0, None)
event = Event(quantity, Relation.GREATER, Rational(2))
STATEMENT = greater(ChainProbability(event, network, 2000, 5), Rational(1, 2))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=120, first=40)),),
    source=DERIVED_HERE,
    title="ReLU n = 100, d = 2000: simulated error above 2 mu",
)
