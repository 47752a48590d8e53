r"""One layer of finite width is unbiased: the mean Gram matrix after one step is the mean-field map.

Problem: G_1 = (1/d) sum_r s_r s_r^T with iid rows s_r = sigma(phi(x_r)), x_r ~ N(0, G_0), centred batch normalisation,
orthonormal inputs, any activation, any batch size n >= 3 and width d.
Method: linearity of the mean over the rows.
Guarantee: E G_1 = F(G_0), exactly (stated for an off-diagonal entry).
"""

from proofs_check import ChainMean, Claim, Entry, Integers, Variable, equal
from theory import Activation, Network, Source, SphereLaw, SphereMean
from theory.conventions import batch_size, width, z

sigma = Activation.arbitrary()

CLAIM = Claim(
    statement=equal(
        ChainMean(Entry(0, 1), Network(sigma, batch_size=batch_size), width, 1),
        SphereMean(sigma(z[0]) * sigma(z[1]), SphereLaw(z[:2], batch_size)),
    ),
    domain=(Variable(batch_size, Integers(3)), Variable(width, Integers(1))),
    source=Source("gramchain", "the rows of a layer are independent given the layer before"),
    title="One step is unbiased: E G_1 = F(G_0)",
)
