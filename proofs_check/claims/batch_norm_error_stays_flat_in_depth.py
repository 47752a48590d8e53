r"""With batch normalisation the error does not grow between depth 20 and depth 400.

Problem: ReLU, centred batch normalisation, n = 4, d = 32, orthonormal inputs; the event ||G_L - G_*||_F^2 > 3/16.
Method: simulation of both depths with streams of their own.
Guarantee: the probability of a large error at depth 400 exceeds that at depth 20 by less than 0.1.
"""

from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, ProofStep, Relation, SquaredErrorToFixedPoint, less
from proofs_check.methods import Simulation
from theory import Network, Source

network = Network("relu", batch_size=4)
event = Event(SquaredErrorToFixedPoint(), Relation.GREATER, Rational(3, 16))
shallow, deep = (ChainProbability(event, network, 32, depth) for depth in (20, 400))
STATEMENT = less(deep, shallow + Rational(1, 10))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("both_depths", STATEMENT, by=Simulation(networks=10_000)),),
    source=Source("joudaki2023", "Theorem 2 of the poster: no growth with depth"),
    title="With BN: error flat between depth 20 and 400",
)
