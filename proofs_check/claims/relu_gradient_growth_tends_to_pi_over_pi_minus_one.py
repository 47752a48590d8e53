r"""Backward: ReLU's gradient growth tends to pi/(pi-1) = 1.467 a layer as the batch grows: gradients explode at every batch size.

Problem: centred batch normalisation, at the exchangeable fixed point; the limit is E s'^2/Var s.
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.
"""

from sympy import Limit, oo, pi

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network, Source
from theory.conventions import batch_size as n
from theory.gradients import gradient_growth

STATEMENT = equal(Limit(gradient_growth(Network("relu")), n, oo), pi / (pi - 1))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=Source("yang2019", "Theorems 7-9, gradient growth, ReLU"),
    title="ReLU: gradient growth -> pi/(pi-1)",
)
