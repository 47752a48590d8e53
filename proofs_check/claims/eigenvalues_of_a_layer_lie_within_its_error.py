r"""The seed's proposition on eigenvalues, in the mean square: the n - 1 lowest eigenvalues of G_l are within ||G_l - G_*||_F of mu.

Problem: ReLU, n = 5, d = 64, depth 10; G_* has the eigenvalue mu = b(1-c) on the complement of 1, below its top eigenvalue.
Method: Hoffman and Wielandt's inequality, cited; simulation looks for a violation.
Guarantee: E sum_{k<n} (lambda_k(G_L) - mu)^2 <= E||G_L - G_*||_F^2, the sum over the n - 1 lowest eigenvalues.
"""

import numpy as np

from proofs_check import ChainMean, Claim, GramStatistic, ProofStep, SquaredErrorToFixedPoint, at_most
from proofs_check.methods import Cited
from theory import Network, Source, fixed_point

network = Network("relu", batch_size=5)
MU = float(fixed_point(network).mu.evalf(17))


def squared_distances(grams: np.ndarray) -> np.ndarray:
    """Sum over the lowest n - 1 eigenvalues of their squared distance to mu."""
    return np.sum((np.linalg.eigvalsh(grams)[:, :-1] - MU) ** 2, axis=1)


spread = GramStatistic("sum of squared distances of the lowest eigenvalues to mu", squared_distances, 0.0, 100.0)
STATEMENT = at_most(ChainMean(spread, network, 64, 10), ChainMean(SquaredErrorToFixedPoint(), network, 64, 10))
SOURCE = Source("hoffman1953", "variation of the spectrum of a normal matrix")

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("hoffman_wielandt", STATEMENT, by=Cited(SOURCE)),),
    source=Source("joudaki2023", "Proposition on eigenvalues of the poster"),
    title="Eigenvalues lie within the error of mu",
)
