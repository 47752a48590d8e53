"""At batch size 5 ReLU's fixed point has the off-diagonal entry 0.10165494 that the seed's authors print, to all its digits.

Method: enclosure of the sphere mean.
Guarantee: |b c - 0.10165494| < 5e-9.
"""

from sympy import Abs, Rational

from proofs_check import Claim, ProofStep, less
from proofs_check.methods import BallInequality
from theory import Network, Source, SphereLaw, SphereMean
from theory.conventions import z

relu = Network("relu").activation

STATEMENT = less(
    Abs(SphereMean(relu(z[0]) * relu(z[1]), SphereLaw(z[:2], 5)) - Rational("0.10165494")), Rational(5, 10**9)
)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("enclosed", STATEMENT, by=BallInequality()),),
    source=Source("joudaki2023", "fixed point printed in the authors' notebook, ReLU, n = 5"),
    title="ReLU n = 5: bc = 0.10165494 as printed",
)
