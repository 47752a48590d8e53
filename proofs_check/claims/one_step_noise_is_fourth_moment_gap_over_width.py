r"""The noise of one layer: E ||G_1 - F(G_0)||_F^2 = (E ||s||^4 - ||F(G_0)||_F^2) / d, exactly.

Problem: as in ``one_step_is_unbiased``; ||s||^4 = sum_ij s_i^2 s_j^2.
Method: an average over d independent rows has 1/d of the variance of one row, entry by entry.
Guarantee: equality, for any activation, batch size n >= 3 and width d.
"""

from proofs_check import ChainMean, Claim, Integers, SquaredErrorToOrbit, Variable, equal
from theory import Activation, Network, Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import width as d
from theory.conventions import z

sigma = Activation.arbitrary()
one, two = SphereLaw(z[0], n), SphereLaw(z[:2], n)
fourth = n * SphereMean(sigma(z[0]) ** 4, one) + n * (n - 1) * SphereMean(sigma(z[0]) ** 2 * sigma(z[1]) ** 2, two)
norm = n * SphereMean(sigma(z[0]) ** 2, one) ** 2 + n * (n - 1) * SphereMean(sigma(z[0]) * sigma(z[1]), two) ** 2

CLAIM = Claim(
    statement=equal(ChainMean(SquaredErrorToOrbit(), Network(sigma, batch_size=n), d, 1), (fourth - norm) / d),
    domain=(Variable(n, Integers(3)), Variable(d, Integers(1))),
    source=Source("gramchain", "the rows of a layer are independent given the layer before"),
    title="One-step noise is (E||s||^4 - ||F||^2)/d",
)
