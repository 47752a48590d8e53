r"""Without normalisation a linear network's squared norm spreads: E q_L^2 = (1 + 2/d)^L (E q_L = 1).

Problem: q_L = G_L[1,1] of a linear network with weight variance 1, orthonormal inputs.
Method: induction on depth; moments of one sample close.
Guarantee: equality at every depth and width.
"""

from proofs_check import ChainMean, Claim, Entry, EntryProduct, Integers, ProofStep, Variable, equal
from proofs_check.methods import InductionOnDepth
from theory import Network
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

STATEMENT = equal(
    ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), Network("identity", None, 2), d, L), (1 + 2 / d) ** L
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(d, Integers(1)), Variable(L, Integers(0))),
    steps=(ProofStep("induction", STATEMENT, by=InductionOnDepth()),),
    source=DERIVED_HERE,
    title="Without BN: linear E q^2 = (1 + 2/d)^L",
)
