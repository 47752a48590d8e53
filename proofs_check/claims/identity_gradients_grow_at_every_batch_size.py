r"""Backward: the linear network's gradients grow, (n-2)/(n-3) > 1, at every batch size n >= 4; at n = 3 the factor is infinite.

Problem: a centred row x of variance 1 has |x|^2 chi-squared with n - 1 degrees, and E 1/|x|^2 = 1/(n-3).
Method: signs of coefficients.
Guarantee: the growth exceeds 1 + 1/n.
"""

from proofs_check import Claim, Integers, Variable, greater
from theory import Source
from theory.conventions import batch_size as n

CLAIM = Claim(
    statement=greater((n - 2) / (n - 3), 1 + 1 / n),
    domain=(Variable(n, Integers(4)),),
    source=Source("yang2019", "Theorems 7-9, gradient growth, linear case"),
    title="Identity: gradients explode at every n",
)
