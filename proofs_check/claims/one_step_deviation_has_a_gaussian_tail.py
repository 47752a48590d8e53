r"""Pinelis: P(||G_1 - F(G_0)||_F^2 >= t) <= 2 exp(-d t/(4 R^2)) with R = n for ReLU; here n = 5, every width and threshold.

Problem: one layer of width d under centred batch normalisation; ||s||^2 <= R always, so d independent terms of norm at most
sqrt(2) R are averaged in a Hilbert space.
Method: Pinelis' inequality, cited; its hypotheses are checked.
Guarantee: an upper bound for every d >= 1 and t > 0.
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

t = Symbol("t", positive=True)
event = Event(SquaredErrorToOrbit(), Relation.AT_LEAST, t)
STATEMENT = at_most(ChainProbability(event, Network("relu", batch_size=5), d, 1), 2 * exp(-d * t / 100))

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(d, Integers(1)), Variable(t, Interval(0, oo, True, True))),
    steps=(ProofStep("hilbert_space", STATEMENT, by=KnownInequality()),),
    source=Source("pinelis1994", "Hoeffding's inequality in a Hilbert space"),
    title="One step: Gaussian tail",
)
