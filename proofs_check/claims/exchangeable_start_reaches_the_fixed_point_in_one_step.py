r"""Every exchangeable Gram matrix is mapped to G_* in one step: the row is uniform on its sphere whatever the two numbers are.

Problem: any activation, n = 4, start 3 [(1-c) I + c 11^T] with c = 4/5, every width; M G_0 M is a multiple of M, and batch normalisation
sees no more of G_0 than that.  A layer is unbiased, so its mean off-diagonal entry is F's.
Method: linearity of the mean over the rows, whose law is that of orthonormal inputs; simulated networks agree.
Guarantee: equality with the off-diagonal entry b c of G_*.
"""

from sympy import Rational, eye, ones

from proofs_check import ChainMean, Claim, Entry, Integers, ProofStep, Variable, equal
from proofs_check.methods import OneStep
from theory import Activation, Network, Source, SphereLaw, SphereMean
from theory.conventions import width, z

sigma = Activation.arbitrary()
start = 3 * (eye(4) / 5 + Rational(4, 5) * ones(4, 4))

STATEMENT = equal(
    ChainMean(Entry(0, 1), Network(sigma, batch_size=4), width, 1, start),
    SphereMean(sigma(z[0]) * sigma(z[1]), SphereLaw(z[:2], 4)),
)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(width, Integers(1)),),
    steps=(ProofStep("one_step", STATEMENT, by=OneStep()),),
    source=Source("joudaki2023", "exchangeable fixed points G_*; one step, after yang2019"),
    title="Exchangeable starts reach G_* in one step",
)
