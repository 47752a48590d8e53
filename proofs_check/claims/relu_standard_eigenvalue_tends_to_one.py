r"""ReLU: lambda_L tends to 1 as the batch grows: the spread of sample norms is forgotten ever more slowly.

Problem: centred batch normalisation, at the exchangeable fixed point; (E[z s s'] - E s E s'')/Var s with the kink integrated by parts,
(E[(z^2-1) s^2]/2 - E s E[(z^2-1) s])/Var s.
Method: the closed form in n; its limit by sympy and by balls over all large n; the Gaussian means in closed form.
Guarantee: equality.  ReLU is stable at every finite n, and loses stability in the limit only.
"""

from sympy import Limit, Max, oo

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import GaussianLaw, GaussianMean, Network
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

law, s, wick = GaussianLaw(z[0]), Max(z[0], 0), z[0] ** 2 - 1
mean = GaussianMean(s, law)
top = GaussianMean(wick * s**2, law) / 2 - mean * GaussianMean(wick * s, law)
STATEMENT = equal(
    Limit(linearize(Network("relu")).eigenvalue_standard, n, oo), top / (GaussianMean(s**2, law) - mean**2)
)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("limit", STATEMENT, by=LimitAtInfinity()),),
    source=DERIVED_HERE,
    title="ReLU: lambda_L -> 1",
)
