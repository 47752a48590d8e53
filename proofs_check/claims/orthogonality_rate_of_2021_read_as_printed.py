r"""Refuted: the 2021 bound read as its statement prints it, sigma_min >= alpha, decays faster than the mean-field map itself.

Problem: with sigma_min >= alpha one may take alpha near 1/sqrt(n) around orthonormal samples, and 2 (1 - 2 alpha/3)^l would decay at
the rate 1 - 2/(3 sqrt n); as d grows the gap V decays at the linear rate n/(n+2).
Method: enclosure.
Guarantee: the rate n/(n+2) exceeds 1 - 2/(3 sqrt n) from n = 5 on.  Erratum: the proof uses sigma_min^2 >= alpha
(``orthogonality_rate_of_2021_read_with_squared_singular_values``), which is the reading that holds.
"""

from sympy import sqrt

from proofs_check import Claim, Integers, Variable, at_most
from theory import Source
from theory.conventions import batch_size as n

CLAIM = Claim(
    statement=at_most(n / (n + 2), 1 - 2 / (3 * sqrt(n))),
    domain=(Variable(n, Integers(2)),),
    source=Source("daneshmand2021", "orthogonality gap, the statement's hypothesis sigma_min >= alpha"),
    title="2021 bound, the printed reading",
)
