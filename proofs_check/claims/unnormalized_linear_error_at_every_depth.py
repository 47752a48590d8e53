r"""Without normalisation, a linear network's squared error at every depth L, width d and batch size n, in closed form.

Problem: G_L of a linear network without normalisation, orthonormal inputs (G_0 = I).
Method: induction on depth; second moments of Gram entries close under a layer (Isserlis).
Guarantee: E ||G_L - I||_F^2 = n[(1+2/d)^L - 1] + n(n-1)/3 [(1+2/d)^L - (1-1/d)^L], exactly.
"""

from proofs_check import ChainMean, Claim, Integers, SquaredErrorToStart, Variable, equal
from proofs_check.claim import ProofStep
from proofs_check.methods import InductionOnDepth
from theory import Network, Source
from theory.conventions import batch_size as n
from theory.conventions import depth as L
from theory.conventions import width as d

STATEMENT = equal(
    ChainMean(SquaredErrorToStart(), Network("identity", None, n), d, L),
    n * ((1 + 2 / d) ** L - 1) + n * (n - 1) / 3 * ((1 + 2 / d) ** L - (1 - 1 / d) ** L),
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(n, Integers(2)), Variable(d, Integers(2)), Variable(L, Integers(0))),
    steps=(ProofStep("induction", STATEMENT, by=InductionOnDepth()),),
    source=Source("gramchain", "second moments of products of Gaussian matrices, by induction on depth"),
    title="Without BN: linear error at every depth",
)
