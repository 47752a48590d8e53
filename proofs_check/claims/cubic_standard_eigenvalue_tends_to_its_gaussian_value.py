r"""x^3: lambda_L tends to (E[z s s'] - E s E s'')/Var s = 3 E z^6/E z^6 = 3 as the batch grows: unstable.

Problem: centred batch normalisation, at the exchangeable fixed point.
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.
"""

from sympy import Limit, Rational, oo

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network
from theory.conventions import batch_size as n
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

STATEMENT = equal(Limit(linearize(Network("x^3")).eigenvalue_standard, n, oo), Rational(3))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=DERIVED_HERE,
    title="Cubic: lambda_L -> 3",
)
