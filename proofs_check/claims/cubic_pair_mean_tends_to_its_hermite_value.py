r"""Hermite limit of the Gegenbauer form: for sigma(x) = x^3, (n-1) b c tends to -9 = -(E z^4)^2, the first Hermite coefficient squared.

Problem: centred batch normalisation; as n grows the Gegenbauer series sum a_k^2 P_k(-1/(n-1)) becomes 9 r + 6 r^3, r = -1/(n-1).
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.
"""

from sympy import Limit, oo

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network, Source, fixed_point
from theory.conventions import batch_size as n

STATEMENT = equal(Limit((n - 1) * fixed_point(Network("x^3")).off_diagonal, n, oo), -9)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=Source("yang2019", "Gegenbauer expansion of the fixed point"),
    title="Cubic: Gegenbauer series tends to Hermite's",
)
