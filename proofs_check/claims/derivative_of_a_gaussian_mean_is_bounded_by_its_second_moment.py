r"""Cauchy-Schwarz against the score: |E f W| <= sqrt(E f^2) sqrt(E W^2), no smoothness of f needed; here f = relu(g_1) relu(g_2).

Problem: W = (g_1^2 + g_2^2)/2 - 1, the derivative of scale; the left side is a derivative of the mean-field map in a Gram entry.
Method: the Cauchy-Schwarz inequality, both second moments exact.
Guarantee: an upper bound.
"""

from sympy import Abs, Max, sqrt

from proofs_check import Claim, ProofStep, at_most
from proofs_check.methods import KnownInequality
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

law = GaussianLaw(z[:2])
f, score = Max(z[0], 0) * Max(z[1], 0), (z[0] ** 2 + z[1] ** 2) / 2 - 1
STATEMENT = at_most(Abs(GaussianMean(f * score, law)), sqrt(GaussianMean(f**2, law) * GaussianMean(score**2, law)))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("cauchy_schwarz", STATEMENT, by=KnownInequality()),),
    source=DERIVED_HERE,
    title="Cauchy-Schwarz against the score",
)
