r"""Daneshmand, Joudaki and Bach 2021 read as their proof has it, sigma_min^2 >= alpha: the decay 1 - 2 alpha/3 is no faster than truth.

Problem: E V(H_{l+1}) <= 2 (1 - 2 alpha/3)^l + 3n/(alpha sqrt d); for orthonormal samples sigma_min^2 of H/||H||_F is 1/n, the largest
alpha can be; the linear rate of the mean-field map at the orthogonal matrix is n/(n+2)
(``uncentred_identity_contracts_at_n_over_n_plus_two``).
Method: signs of coefficients.
Guarantee: n/(n+2) <= 1 - 2/(3n) for every n >= 2.
"""

from proofs_check import Claim, Integers, Variable, at_most
from theory import Source
from theory.conventions import batch_size as n

CLAIM = Claim(
    statement=at_most(n / (n + 2), 1 - 2 / (3 * n)),
    domain=(Variable(n, Integers(2)),),
    source=Source("daneshmand2021", "orthogonality gap, the proof's hypothesis sigma_min^2 >= alpha"),
    title="2021 bound, the proof's reading",
)
