r"""Simulated: sigma(x) = max(x - 1, 0) at n = 8 has regular G_* and linear growth, and its chain sits away from G_* however wide it is.

Problem: centred batch normalisation; lambda_L = 1.287 at G_*: a layer multiplies small errors by that, until they no longer are small.
What the seed's Theorem 2 asks for besides mixing holds: |sigma(x)| <= |x|, mu > 0.
Method: simulation at two widths, 40 layers, from orthonormal samples.
Guarantee: at d = 256 and at d = 2048, ||G_40 - G_*||_F^2 exceeds 0.05 with probability above 3/4; an error of order n/sqrt(d) would
have fallen by 8 in the square.  So either no rate alpha free of d exists, or the invariant law is not at G_*.
"""

from sympy import Rational

from proofs_check import (
    ChainProbability,
    Choices,
    Claim,
    Event,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    Variable,
    greater,
)
from proofs_check.methods import Simulation
from theory import Network, Source
from theory.conventions import width as d
from theory.grammar import parse_expression

network = Network(parse_expression("max(x-1,0)"), batch_size=8)
event = Event(SquaredErrorToFixedPoint(), Relation.GREATER, Rational("0.05"))
STATEMENT = greater(ChainProbability(event, network, d, 40), Rational(3, 4))

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(d, Choices((256, 2048))),),
    steps=(ProofStep("both_widths", STATEMENT, by=Simulation(networks=240, first=120)),),
    source=Source("joudaki2023", "Theorem 2 of the poster: its hypotheses"),
    title="Mixing alone does not place the invariant law",
)
