r"""Two samples, linear network, uncentred batch normalisation: one layer halves artanh of the correlation, at any distance.

Problem: G = [[1, c], [c, 1]] maps to a matrix with off-diagonal entry c' = E z_1 z_2, z = sqrt(2) x/|x|, x ~ N(0, G).
Method: in the eigenbasis of G the mean is an angular integral, c' = (sqrt(1+c) - sqrt(1-c))/(sqrt(1+c) + sqrt(1-c)), which equals
(1 - sqrt(1-c^2))/c; then c = (1-u^2)/(1+u^2) turns both sides into (1-u)/(1+u).
Guarantee: c' = tanh((artanh c)/2) for every c in (-1, 1).
"""

from sympy import Symbol, atanh, sqrt, tanh

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import CircleResidues, Substitution
from theory import BatchNormLaw, BatchNormMean, Source
from theory.conventions import z

c = Symbol("c", real=True)
u = Symbol("u", positive=True)
image = BatchNormMean(z[0] * z[1], BatchNormLaw(z[:2], (0, 1), [[1, c], [c, 1]], False))
form = (sqrt(1 + c) - sqrt(1 - c)) / (sqrt(1 + c) + sqrt(1 - c))

CLAIM = Claim(
    statement=equal(image, tanh(atanh(c) / 2)),
    domain=(Variable(c, Interval(-1, 1, left_open=True, right_open=True)),),
    steps=(
        ProofStep("residues", equal(image, form), by=CircleResidues()),
        ProofStep(
            "halving",
            equal(form, tanh(atanh(c) / 2)),
            by=Substitution(c, (1 - u**2) / (1 + u**2), u),
            uses=("residues",),
        ),
    ),
    source=Source("gramchain", "residues of an angular integral"),
    title="n = 2, linear, uncentred: artanh c is halved",
)
