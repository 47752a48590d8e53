r"""Simulated: ReLU at n = 100, d = 2000 (n/sqrt d = 2.2): after 5 layers S is farther than 2 mu from S_* = mu M, more often than not.

Problem: the local theorem could hold within mu/2 at best; ``relu_wanders_at_a_hundred_samples_and_width_two_thousand`` has the
prediction, an error above 3 mu.
Method: simulation at the setting itself, 5 layers from orthonormal samples.
Guarantee: P[ ||S_5 - mu M||_F > 2 mu ] > 1/2.
"""

from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, ProofStep, Relation, greater
from proofs_check.claims.relu_wanders_at_the_same_ratio_of_samples_to_width import distance
from proofs_check.methods import Simulation
from theory import Network
from theory.sources import DERIVED_HERE

network = Network("relu", batch_size=100)
event = Event(distance(network), Relation.GREATER, Rational(2))
STATEMENT = greater(ChainProbability(event, network, 2000, 5), Rational(1, 2))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=120, first=40)),),
    source=DERIVED_HERE,
    title="ReLU n = 100, d = 2000: simulated error above 2 mu",
)
