r"""First derivative bound: W = (1/2) sum a_i (g_i^2 - 1), the score of N(0, S) along Delta, has E W^2 = (1/2) sum a_i^2.

Problem: a_1..a_3 are the eigenvalues of S^{-1/2} Delta S^{-1/2} (three dimensions stand for any number: different g_i do not mix).
With Cauchy-Schwarz, ||dT(S)[Delta]|| = sup E[<A, v v^T> W] <= R (E W^2)^{1/2} <= R ||Delta||/(sqrt(2) s) for S >= s M.
Method: Isserlis.
Guarantee: equality for all a.
"""

from sympy import oo, symbols

from proofs_check import Claim, Interval, Variable, equal
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

a = symbols("a1:4", real=True)
score = sum(s * (g**2 - 1) for s, g in zip(a, z, strict=False)) / 2

CLAIM = Claim(
    statement=equal(GaussianMean(score**2, GaussianLaw(z[:3])), sum(s**2 for s in a) / 2),
    domain=tuple(Variable(s, Interval(-oo, oo)) for s in a),
    source=DERIVED_HERE,
    title="Wick power of order 1",
)
