r"""Without normalisation: at n = 5, d = 1000 and two layers the root mean square distance to I is 0.2450, the plotted start.

Method: the moment recursion, exact; a ball.
Guarantee: E||G_2 - I||_F^2 lies between 0.24495^2 and 0.24505^2 (stated as a distance from 0.245^2).
"""

from sympy import Abs, Rational

from proofs_check import ChainMean, Claim, ProofStep, SquaredErrorToStart, equal, less
from proofs_check.methods import InductionOnDepth
from proofs_check.methods.induction_on_depth import moment_recursion
from theory import Network, Source

node = ChainMean(SquaredErrorToStart(), Network("identity", None, 5), 1000, 2)
value = moment_recursion(node).at(2)
target, room = Rational("0.245") ** 2, Rational("0.0000245")

CLAIM = Claim(
    statement=less(Abs(node - target), room),
    steps=(
        ProofStep("depth_2", equal(node, value), by=InductionOnDepth()),
        ProofStep("plotted", less(Abs(value - target), room), uses=("depth_2",)),
    ),
    source=Source("joudaki2023", "figure with and without batch normalisation, first point"),
    title="Without BN: 0.2450 at the start",
)
