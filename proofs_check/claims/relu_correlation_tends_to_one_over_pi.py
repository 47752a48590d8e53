r"""ReLU: the correlation c of the fixed point tends to 1/pi as the batch grows, the Gaussian (E s)^2/E s^2.

Problem: centred batch normalisation; c = J1(-1/(n-1)).
Method: the closed form in n; its limit by sympy and by balls over all large n.
Guarantee: equality.  So the condition number of G_*, (1 + (n-1) c)/(1-c), grows like n/(pi-1).
"""

from sympy import Limit, oo, pi

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import Network, fixed_point
from theory.conventions import batch_size as n
from theory.sources import DERIVED_HERE

STATEMENT = equal(Limit(fixed_point(Network("relu")).c, n, oo), 1 / pi)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=DERIVED_HERE,
    title="ReLU: c -> 1/pi",
)
