r"""Positively homogeneous activations: E q_L^2/E[q_L]^2 = (1 + (E s^4/(E s^2)^2 - 1)/d)^L; for |x| the ratio is 3, as for the identity.

Problem: q_L = G_L[1,1] of a network with sigma = |x|, no normalisation, weight variance 1 (E |z|^2 = 1).
Method: induction on depth.
Guarantee: E q_L^2 = (1 + 2/d)^L at every depth and width.
"""

from proofs_check import ChainMean, Claim, Entry, EntryProduct, Integers, ProofStep, Variable, equal
from proofs_check.methods import InductionOnDepth
from theory import Network
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

STATEMENT = equal(ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), Network("abs", None, 2), d, L), (1 + 2 / d) ** L)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(d, Integers(1)), Variable(L, Integers(0))),
    steps=(ProofStep("induction", STATEMENT, by=InductionOnDepth()),),
    source=DERIVED_HERE,
    title="Without BN: |x| E q^2 = (1 + 2/d)^L",
)
