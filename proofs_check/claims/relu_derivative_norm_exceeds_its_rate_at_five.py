r"""ReLU at n = 5: the Frobenius norm of dF(G_*) on centred matrices is 0.81, its spectral rate 0.61.

Problem: as in ``whole_map_expands_where_the_centred_map_contracts``.
Method: enclosure.
Guarantee: the norm is 0.81 to the digits shown.
"""

from sympy import Abs, Rational, sqrt

from proofs_check import Claim, less
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

n = 5
linear = linearize(Network("relu", batch_size=n))
a, e = linear.standard_block.diagonal, linear.standard_block.off_diagonal
norm = sqrt(Rational(n, n - 2) * (a**2 + 2 * (n - 2) * e**2))

CLAIM = Claim(
    statement=less(Abs(norm - Rational("0.81")), Rational("0.005")),
    source=DERIVED_HERE,
    title="ReLU n = 5: norm of dF is 0.81",
)
