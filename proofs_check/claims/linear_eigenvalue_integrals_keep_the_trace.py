r"""sigma = id: the eigenvalues follow x_i' = (n/2) int_0^oo x_i/(1 + x_i t) prod_j (1 + x_j t)^{-1/2} dt; they add up to n.

Problem: G' = n E[x x^T/|x|^2] with 1/|x|^2 = int exp(-t |x|^2/2) dt/2 (Carlson's integrals R_D); the sum of the integrands over i is
-2 times the derivative of prod_j (1 + x_j t)^{-1/2}, which falls from 1 to 0.
Method: differentiation; four eigenvalues.
Guarantee: the identity of the integrands, for all x_i > 0 and t >= 0.
"""

from sympy import Mul, Symbol, oo, sqrt, symbols

from proofs_check import Claim, Interval, Variable, equal
from theory.sources import DERIVED_HERE

x, t = symbols("x1:5", positive=True), Symbol("t", nonnegative=True)
product = Mul(*(1 / sqrt(1 + v * t) for v in x))

CLAIM = Claim(
    statement=equal(sum(v / (1 + v * t) for v in x) * product, -2 * product.diff(t)),
    domain=(Variable(t, Interval(0, oo)), *(Variable(v, Interval(0, oo, True, True)) for v in x)),
    source=DERIVED_HERE,
    title="Linear: eigenvalue integrals keep the trace",
)
