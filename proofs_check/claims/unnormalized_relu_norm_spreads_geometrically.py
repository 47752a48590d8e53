r"""Without normalisation a ReLU network's squared norm spreads: E q_L^2 = (1 + 5/d)^L at He initialisation (E q_L = 1).

Problem: q_L = G_L[1,1] of a ReLU network with weight variance 2, orthonormal inputs.
Method: induction on depth; a positively homogeneous activation closes the moments of one sample.
Guarantee: equality at every depth and width.
"""

from proofs_check import ChainMean, Claim, Entry, EntryProduct, Integers, ProofStep, Variable, equal
from proofs_check.methods import InductionOnDepth
from theory import Network, Source
from theory.conventions import depth as L
from theory.conventions import width as d

STATEMENT = equal(
    ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), Network("relu", None, 2, weight_variance=2), d, L),
    (1 + 5 / d) ** L,
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(d, Integers(1)), Variable(L, Integers(0))),
    steps=(ProofStep("induction", STATEMENT, by=InductionOnDepth()),),
    source=Source("gramchain", "fourth moment of a ReLU neuron, by induction on depth"),
    title="Without BN: ReLU E q^2 = (1 + 5/d)^L",
)
