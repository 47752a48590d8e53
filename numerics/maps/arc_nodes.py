"""How many Gauss-Legendre points an arc of an ellipse takes: by its length, its radius, and what it adds to the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import lgamma

import numpy as np

from numerics.maps.circle import chebyshev_transform, legendre
from numerics.maps.prepared import NOISE, Function, MapError
from theory.activations.base import Parity

# even: points come in pairs about the middle of the arc
ORDERS = (2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128, 192, 256, 384, 512)
LENGTHS = 48
RINGS = 24
# weights below 10^-k, k < LEVELS, let an arc be that much coarser
LEVELS = 16
# Fourier coefficients sampled, and the fraction of the largest below which they are rounding
SAMPLES = 1024
ROUNDING = 1e-16
# what one arc may miss, before its weight, relatively to the mean square of sigma
MISSED = 1e-16
# what arcs that are left out may weigh
LEAST = 1e-19


@dataclass(frozen=True)
class ArcNodes:
    """Gauss-Legendre rules, and the longest arcs they serve.

    Args:
        largest: the radius of the outermost ring.
        longest: (LEVELS, RINGS, orders) half the length of the longest arc that a rule serves, increasing.
        kept: (LEVELS, RINGS) how many Fourier coefficients of the functions count.
        least: weight of arcs that still count.
    """

    largest: float
    longest: np.ndarray
    kept: np.ndarray
    least: float

    @cached_property
    def halves(self) -> tuple[np.ndarray, np.ndarray]:
        """The positive nodes on [-1, 1] and the weights of each rule, (orders, most/2), filled up with zeros."""
        places, weights = np.zeros((2, len(ORDERS), ORDERS[-1] // 2))
        for row, order in enumerate(ORDERS):
            x, w = legendre(order)
            places[row, : order // 2] = 2 * x[order // 2 :] - 1
            weights[row, : order // 2] = 2 * w[order // 2 :]
        return places, weights

    def chosen(self, half_lengths: np.ndarray, radii: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Which rule serves each arc."""
        with np.errstate(divide="ignore"):
            levels = np.clip(-np.log10(np.abs(weights)), 0, LEVELS - 1).astype(int)
        rings = np.minimum((radii / self.largest * RINGS).astype(int), RINGS - 1)
        served = self.longest[levels, rings] >= np.abs(half_lengths)[..., None]
        return np.minimum((~served).sum(axis=-1), len(ORDERS) - 1)


def arc_nodes(pairs: list[tuple[Function, Function]], largest: float, size: float) -> ArcNodes:
    """The rules for arcs of the product of one function and the radial derivative of another.

    A function of the angle with the Fourier coefficients c_k leaves Gauss-Legendre an error of at most h sum |c_k| error(k h) on an
    arc of half the length h, error(z) about that of exp(i z x) on [-1, 1]: e_m z^(2m) exp(-z^2/(8m+6)) while z < 2m, and at most 4.

    Args:
        pairs: (value, radial derivative) of each.
        size: what errors are measured by.

    Raises:
        MapError: the largest rule does not serve every arc that counts.
    """
    cosines, orders, transform = chebyshev_transform(SAMPLES, Parity.NONE)
    rings = largest * (1 + np.arange(RINGS)) / RINGS
    points = np.multiply.outer(rings, cosines)
    # (value or radial, rings, orders)
    sizes = np.max([[np.abs(function(points) @ transform) for function in pair] for pair in pairs], axis=0)
    if not np.isfinite(sizes).all():
        raise MapError("a branch is not finite")
    # the last quarter is rounding
    most, noise = sizes.max(axis=2, keepdims=True), sizes[..., -SAMPLES // 4 :].max(axis=2, keepdims=True)
    if (noise > NOISE * most).any():
        raise MapError("a branch varies too fast for arcs")
    sizes[sizes < np.maximum(ROUNDING * most, 2 * noise)] = 0
    # of this or a later order, at this or a smaller radius
    sizes = np.maximum.accumulate(np.maximum.accumulate(sizes[..., ::-1], axis=2)[..., ::-1], axis=1)
    count = int(orders[sizes.any(axis=(0, 1))].max()) + 1
    products = np.array([2 * np.convolve(*both) for both in sizes[:, :, :count].transpose(1, 0, 2)])
    h = np.geomspace(1e-3, np.pi / 2, LENGTHS)
    k = np.arange(products.shape[1])
    longest = np.zeros((LEVELS, RINGS, len(ORDERS)))
    with np.errstate(divide="ignore"):
        log_kh = np.log(np.multiply.outer(k, h))
    for place, m in enumerate(ORDERS):
        log_e = (2 * m + 1) * np.log(2) + 4 * lgamma(m + 1) - np.log(2 * m + 1) - 3 * lgamma(2 * m + 1)
        log_error = log_e + 2 * m * log_kh - np.exp(2 * log_kh) / (8 * m + 6)
        missed = h * (products @ np.exp(np.where(log_kh < np.log(2 * m), np.minimum(log_error, np.log(4)), np.log(4))))
        for level in range(LEVELS):
            fine = missed <= MISSED * size * 10.0**level
            # the longest before the first that is too long
            reached = np.where(fine.all(axis=1), LENGTHS, fine.argmin(axis=1))
            longest[level, :, place] = np.where(reached > 0, h[reached - 1], 0)
    longest = np.maximum.accumulate(longest, axis=2)
    # no node of the sum over t weighs more than a tenth
    if longest[1, -1, -1] < h[-1]:
        raise MapError("a branch varies too fast for arcs")
    # arcs shorter than all those tried are served by any rule but the first
    longest[..., 1:] = np.maximum(longest[..., 1:], h[0])
    both = sizes.max(axis=0)[:, :count]
    # times what the other function of a product may be at any radius
    left = np.cumsum(both[:, ::-1], axis=1)[:, ::-1] * both.max()
    least = MISSED * size * 10.0 ** np.arange(LEVELS)
    kept = (left > least[:, None, None]).sum(axis=2)
    return ArcNodes(largest, longest, np.maximum(kept, 2), LEAST * size / float(both[-1].max() ** 2))
