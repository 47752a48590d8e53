r"""Local theorem, probability: one layer moves the chain by (1-rho) r or more with probability at most 2 exp(-d (1-rho)^2 r^2/(4 R^2)).

Problem: from a point of the ball T leads to within rho r of S_*, so that only noise of (1-rho) r or more leaves the ball of radius r;
adding up over L layers gives 2 L exp(...).  ReLU, n = 5, R = n.
Method: Pinelis' inequality with the threshold t = ((1-rho) r)^2, cited; its hypotheses are checked.
Guarantee: an upper bound for every d, r > 0 and rho in (0, 1).
"""

from sympy import Symbol, exp, oo

from proofs_check import (
    ChainProbability,
    Claim,
    Event,
    Integers,
    Interval,
    ProofStep,
    Relation,
    SquaredErrorToOrbit,
    Variable,
    at_most,
)
from proofs_check.methods import KnownInequality
from theory import Network, Source
from theory.conventions import width as d

room, r = Symbol("g", positive=True), Symbol("r", positive=True)  # room is 1 - rho
event = Event(SquaredErrorToOrbit(), Relation.AT_LEAST, room**2 * r**2)
STATEMENT = at_most(
    ChainProbability(event, Network("relu", batch_size=5), d, 1), 2 * exp(-d * room**2 * r**2 / (4 * 5**2))
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(
        Variable(d, Integers(1)),
        Variable(room, Interval(0, 1, True, True)),
        Variable(r, Interval(0, oo, True, True)),
    ),
    steps=(ProofStep("hilbert_space", STATEMENT, by=KnownInequality()),),
    source=Source("pinelis1994", "Hoeffding's inequality in a Hilbert space"),
    title="Local theorem: the chain stays in its ball",
)
