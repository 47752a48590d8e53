r"""Simulated: RMS normalisation of each sample over its d neurons couples the rows: one layer is biased, G stays a Markov chain.

Problem: identity, d = 2, start of correlation 4/5: a sample of two neurons becomes a point on the circle, and E G_1[1,2] is the mean
cosine of the angle between two samples, not their correlation.
Method: simulation.
Guarantee: E G_1[1,2] < 4/5 - 1/20, so that the unbiasedness of ``one_step_is_unbiased`` and the noise formula are batch normalisation's.
"""

from sympy import Rational, eye, ones

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, less
from proofs_check.methods import Simulation
from theory import Network
from theory.sources import DERIVED_HERE

c = Rational(4, 5)
start = (1 - c) * eye(2) + c * ones(2, 2)
correlation = GramStatistic("correlation of two samples of norm 1", lambda grams: grams[:, 0, 1], -1.0, 1.0)
STATEMENT = less(ChainMean(correlation, Network("identity", "rms", 2), 2, 1, start), c - Rational(1, 20))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=16_000, first=2000)),),
    source=DERIVED_HERE,
    title="Layer normalisation: one step is biased",
)
