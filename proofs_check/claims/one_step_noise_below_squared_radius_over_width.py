r"""The mean-square noise of one layer is below R^2/d, with R = sup ||sigma(phi(x))||^2: here ReLU, n = 5, d = 64.

Problem: E ||G_11 - F(G_10)||_F^2 is below E||s||^4/d, and ||s||^2 <= n for ReLU under batch normalisation.  Stated at depth 1,
where F(G_0) is the fixed point.
Method: exact expansion of the one-step noise, then a ball.
Guarantee: E ||G_1 - F(G_0)||_F^2 < 25/64.
"""

from sympy import Rational

from proofs_check import ChainMean, Claim, ProofStep, SquaredErrorToOrbit, equal, less
from proofs_check.methods import BallInequality, OneStep
from proofs_check.methods.one_step import expand_one_step
from theory import Network, Source

node = ChainMean(SquaredErrorToOrbit(), Network("relu", batch_size=5), 64, 1)
expansion = expand_one_step(node)

CLAIM = Claim(
    statement=less(node, Rational(25, 64)),
    steps=(
        ProofStep("expansion", equal(node, expansion), by=OneStep()),
        ProofStep("below", less(expansion, Rational(25, 64)), by=BallInequality(), uses=("expansion",)),
    ),
    source=Source("gramchain", "one-step noise, from ||phi(x)||^2 = n"),
    title="One-step noise is below R^2/d",
)
