r"""Without normalisation errors amplify: over 70 linear layers at n = 5, d = 1000 the squared error grows more than 20-fold.

Problem: the setting of the authors' picture with and without normalisation: n = 5, d = 1000, depth 2 (its first point, 0.245 in
norm) against depth 70.
Method: the moment recursion at both depths, exact rational numbers.
Guarantee: E ||G_70 - I||^2 > 20 E ||G_2 - I||^2.
"""

from proofs_check import ChainMean, Claim, ProofStep, SquaredErrorToStart, equal, greater
from proofs_check.methods import InductionOnDepth
from proofs_check.methods.induction_on_depth import moment_recursion
from theory import Network, Source

network = Network("identity", None, 5)
early, late = (ChainMean(SquaredErrorToStart(), network, 1000, depth) for depth in (2, 70))
early_value, late_value = (moment_recursion(node).at(int(node.depth)) for node in (early, late))

CLAIM = Claim(
    statement=greater(late, 20 * early),
    steps=(
        ProofStep("depth_70", equal(late, late_value), by=InductionOnDepth()),
        ProofStep("depth_2", equal(early, early_value), by=InductionOnDepth()),
        ProofStep("apart", greater(late_value, 20 * early_value), uses=("depth_70", "depth_2")),
    ),
    source=Source("joudaki2023", "figure with and without batch normalisation"),
    title="Without BN: error amplifies with depth",
)
