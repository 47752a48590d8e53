r"""With batch normalisation the stationary error has the shape K n/sqrt(d): a constant fitted on three widths serves three others.

Problem: ReLU, centred batch normalisation, n = 4, depth 20, orthonormal inputs; K is the median of ||G - G_*||_F sqrt(d)/n at
widths 24, 64 and 192, fitted on networks of its own.
Method: simulation at the widths 40, 96 and 384, which the fit has not seen; the shape predicts a probability of one half.
Guarantee: P[ ||G_20 - G_*||_F^2 <= K^2 n^2/d ] is above 0.44 and (the companion claim) below 0.56.
"""

from sympy import Rational, Symbol

from proofs_check import ChainProbability, Choices, Claim, Event, Relation, SquaredErrorToFixedPoint, Variable, greater
from proofs_check.claim import ProofStep
from proofs_check.finite_width.fit import MedianFit
from proofs_check.methods import Simulation
from theory import Network, Source
from theory.conventions import width as d

K2 = Symbol("K2", positive=True)
network = Network("relu", batch_size=4)
FIT = MedianFit(K2, SquaredErrorToFixedPoint(), network, widths=(24, 64, 192), depth=20, scale=16 / d, width=d)
DOMAIN = (Variable(d, Choices((40, 96, 384))),)
inside = ChainProbability(Event(SquaredErrorToFixedPoint(), Relation.AT_MOST, 16 * K2 / d), network, d, 20)
STATEMENT = greater(inside, Rational(44, 100))

CLAIM = Claim(
    statement=STATEMENT,
    domain=DOMAIN,
    steps=(ProofStep("held_out_widths", STATEMENT, by=Simulation(networks=16_000)),),
    fits=(FIT,),
    source=Source("joudaki2023", "Theorem 2 of the poster: the term n/sqrt(d)"),
    title="With BN: error is at most the fitted K n/sqrt(d)",
)
