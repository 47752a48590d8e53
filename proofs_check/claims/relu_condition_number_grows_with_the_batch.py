r"""ReLU: the condition number of G_*, (1 + (n-1) c)/(1-c), grows like n/(pi-1): Theorem 2's kappa is no constant.

Problem: kappa/n as the batch grows; c = J1(-1/(n-1)) tends to 1/pi.
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.
"""

from sympy import Limit, oo, pi

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network, Source, fixed_point
from theory.conventions import batch_size as n

c = fixed_point(Network("relu")).c
STATEMENT = equal(Limit((1 + (n - 1) * c) / (1 - c) / n, n, oo), 1 / (pi - 1))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=Source("joudaki2023", "Theorem 2 of the poster: the condition number of G_*"),
    title="ReLU: condition number grows like n/(pi-1)",
)
