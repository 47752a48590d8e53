r"""ReLU: lambda_M tends to (E s')^2/Var s = pi/(2(pi-1)) = 0.7335 as the batch grows.

Problem: centred batch normalisation, at the exchangeable fixed point.
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.
"""

from sympy import Limit, oo, pi

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network
from theory.conventions import batch_size as n
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

STATEMENT = equal(Limit(linearize(Network("relu")).eigenvalue_pairs, n, oo), pi / (2 * (pi - 1)))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=DERIVED_HERE,
    title="ReLU: lambda_M -> pi/(2(pi-1))",
)
