r"""Simulated: ReLU at n = 20, d = 80, the same n/sqrt d = 2.2, leaves the ball of radius mu/2 about S_* with probability above 0.95.

Problem: the ball is where the local theorem could hold at best; ``relu_wanders_at_a_hundred_samples_as_simulated`` has the setting itself
with few networks, this one many.
Method: simulation at depth 30.
Guarantee: P[ ||S_30 - mu M||_F > mu/2 ] > 0.95.
"""

from functools import partial

import numpy as np
from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, GramStatistic, ProofStep, Relation, greater
from proofs_check.methods import Simulation
from theory import Network, fixed_point
from theory.sources import DERIVED_HERE

network = Network("relu", batch_size=20)


def relative_distance(mu: float, grams: np.ndarray) -> np.ndarray:
    """||M G M - mu M||_F over mu."""
    n = grams.shape[-1]
    center = np.eye(n) - 1 / n
    return np.linalg.norm(center @ grams @ center - mu * center, axis=(1, 2)) / mu


def distance(network: Network) -> GramStatistic:
    """How far S is from S_* = mu M, in units of mu."""
    mu = float(fixed_point(network).mu.evalf(17))
    return GramStatistic("distance of S to mu M over mu", partial(relative_distance, mu), 0.0, None)


STATEMENT = greater(
    ChainProbability(Event(distance(network), Relation.GREATER, Rational(1, 2)), network, 80, 30), Rational(95, 100)
)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=1500, first=750)),),
    source=DERIVED_HERE,
    title="ReLU wanders at n/sqrt d = 2.2",
)
