r"""The dual of every function a min(x, 0) + b max(x, 0): ReLU, leaky ReLU, |x| and the identity in one formula.

Problem: x, y standard normal of correlation c, th = arccos c; slopes a, b any real numbers.
Method: linearity, and the arc-cosine kernel of order 1; confirmed in balls.
Guarantee: E sigma(x) sigma(y) = (a-b)^2/(2 pi) sqrt(1-c^2) + [(a^2+b^2)/2 - (a-b)^2 th/(2 pi)] c, exactly.
"""

from sympy import Max, Min, Symbol, acos, oo, pi, sqrt

from proofs_check import Claim, Interval, ProofStep, Variable, equal
from proofs_check.methods import ExactIdentity
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import z

a, b, c = (Symbol(name, real=True) for name in "abc")
first, second = (a * Min(v, 0) + b * Max(v, 0) for v in z[:2])
form = (a - b) ** 2 / (2 * pi) * sqrt(1 - c**2) + ((a**2 + b**2) / 2 - (a - b) ** 2 * acos(c) / (2 * pi)) * c
STATEMENT = equal(GaussianMean(first * second, GaussianLaw(z[:2], [[1, c], [c, 1]])), form)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(Variable(c, Interval(-1, 1)), Variable(a, Interval(-oo, oo)), Variable(b, Interval(-oo, oo))),
    steps=(ProofStep("identity", STATEMENT, by=ExactIdentity(points=4, digits=18)),),
    source=Source("cho2009", "arc-cosine kernel of order 1, by linearity"),
    title="Leaky ReLU family: dual",
)
