"""One layer of linear networks without normalisation: the Gram matrix is a Wishart matrix, drawn at a cost independent
of the width.

H^T H = A Z^T Z A^T with A A^T the covariance and Z of iid standard normals, d x n; Z^T Z = T T^T with T lower
triangular, T_ii^2 chi-squared with d - i degrees of freedom (i = 0, 1, ...), T_ij standard normal below the diagonal
(Bartlett 1933).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numerics.simulation.helmert import covariance_roots
from numerics.simulation.network_spec import NetworkSpec

TOGETHER_NUMBERS = 1 << 16


def wishart_applies(spec: NetworkSpec, samples: int, widths: Sequence[int]) -> bool:
    """Whether every layer is linear, unnormalised and at least as wide as the batch."""
    linear = spec.normalization == "none" and spec.activation.tree == ("x",)
    return linear and min(widths, default=0) >= samples


class WishartKernel:
    """Advances a batch of networks layer by layer, as `LayerKernel` does.

    Args:
        spec: the network's law.
        generators: one for each network.
        twins: from `twin_samples`.
    """

    def __init__(self, spec: NetworkSpec, generators: Sequence[np.random.Generator], twins: np.ndarray) -> None:
        self.spec = spec
        self.generators = generators
        self.twins = twins

    def advance(self, grams: np.ndarray, width: int, repeats: int, layer: int) -> np.ndarray:
        """The next layer's Gram matrices, from `grams`, shape (networks, n, n), of layer `layer`."""
        roots = covariance_roots(self.spec, grams, layer, np.dtype(np.float64))
        samples = grams.shape[1]
        freedoms = width - np.arange(samples)
        triangles = np.zeros_like(grams)
        below = np.tril_indices(samples, -1)
        for triangle, generator in zip(triangles, self.generators):
            np.fill_diagonal(triangle, np.sqrt(generator.chisquare(freedoms)))
            triangle[below] = generator.standard_normal(len(below[0]))
        factors = roots @ triangles
        total = factors @ np.swapaxes(factors, 1, 2)
        return ((total + np.swapaxes(total, 1, 2)) * (0.5 / width))[:, self.twins][:, :, self.twins]
