r"""Simulated: the seed's Theorem 2 at a setting of its figures, with constant 1 and alpha := 1 - rho^2 put in for the unknown ones.

Problem: ReLU, n = 10, d = 100, depth 20: kappa (1-alpha)^{l/2} + n d^{-1/2} alpha^{-1/2} ln^{1/2}(d/n) with rho = 0.7911 is about 2.5
without the transient.
Method: simulation of the probability that the error is within the stationary term alone.
Guarantee: with probability above 0.99.  The theorem prints no constants and its mixing rate is unknown: this shows the order of
magnitude at one setting, no more; the measured error is about a quarter of the bound.
"""

from sympy import Rational, log

from proofs_check import ChainProbability, Claim, Event, ProofStep, Relation, SquaredErrorToFixedPoint, greater
from proofs_check.methods import Simulation
from theory import Network, Source

n, d = 10, 100
alpha = 1 - Rational("0.7911") ** 2
square = Rational(n**2, d) / alpha * log(Rational(d, n))
inside = ChainProbability(
    Event(SquaredErrorToFixedPoint(), Relation.AT_MOST, square), Network("relu", batch_size=n), d, 20
)
STATEMENT = greater(inside, Rational(99, 100))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=8000, first=4000)),),
    source=Source("joudaki2023", "Theorem 2 of the poster"),
    title="Theorem 2 at the figures' setting",
)
