r"""With batch normalisation the error does not grow between depth 20 and depth 400.

Problem: ReLU, centred batch normalisation, n = 4, d = 64, orthonormal inputs; the event ||G_L - G_*||_F^2 > 3 n/d.
Method: simulation of both depths with streams of their own.
Guarantee: the probability of a large error at depth 400 exceeds that at depth 20 by less than 0.05.
"""

from sympy import Rational

from proofs_check import ChainProbability, Claim, Event, ProofStep, Relation, SquaredErrorToFixedPoint, less
from proofs_check.methods import Simulation
from theory import Network, Source

network = Network("relu", batch_size=4)
event = Event(SquaredErrorToFixedPoint(), Relation.GREATER, Rational(3, 64))
shallow, deep = (ChainProbability(event, network, 64, depth) for depth in (20, 400))
STATEMENT = less(deep, shallow + Rational(5, 100))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("both_depths", STATEMENT, by=Simulation(networks=16_000)),),
    source=Source("joudaki2023", "Theorem 2 of the poster: no growth with depth"),
    title="With BN: error flat between depth 20 and 400",
)
