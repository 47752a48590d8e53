r"""Contraction is a statement about M G M: at GELU, n = 20, the centred map contracts at 0.946 while dF has norm above 1.38.

Problem: the Frobenius norm of dF(G_*) on the standard representation is sqrt(n (a^2 + 2(n-2) e^2)/(n-2)), a and e the coefficients
of the image of M diag(v) M in (diag v, off-diagonal v_i + v_j).
Method: enclosure of sphere means.
Guarantee: ||dF||_F > 1.38 and contraction rate < 0.95 at once (stated as a difference of more than 0.43).
"""

from sympy import Rational, sqrt

from proofs_check import Claim, greater
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

n = 20
linear = linearize(Network("gelu", batch_size=n))
a, e = linear.standard_block.diagonal, linear.standard_block.off_diagonal
norm = sqrt(Rational(n, n - 2) * (a**2 + 2 * (n - 2) * e**2))

CLAIM = Claim(
    statement=greater(norm - linear.eigenvalue_standard, Rational(43, 100)),
    source=DERIVED_HERE,
    title="GELU n = 20: dF expands, dT contracts",
)
