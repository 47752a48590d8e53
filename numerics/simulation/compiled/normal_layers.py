"""The half of the normal density as equal boxes and what they leave over: the tables behind compiled normals.

Boxes [0, edge_i] x [floor_i, exp(-edge_i^2/2)] of equal area lie under the density, each on top of the one before, until
no further one fits (McFarland, J. Stat. Comput. Simul. 86, 2016, after Marsaglia and Tsang's ziggurat). A point of a box
needs no test. What is left over, under one per cent, is the tail, a piece right of every box, and a cap.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

LAYERS = 512


class NormalLayers(NamedTuple):
    """Tables for sampling; `boxes` of the LAYERS equal shares of probability are boxes, the others what is left over.

    Attributes:
        boxes: how many boxes fit.
        edges: right edges of the boxes, then 0: shape (boxes + 1,); region 0 is the tail right of edges[0], region i the
            piece between edges[i] and edges[i - 1], the last one the cap.
        densities: exp(-edge^2/2).
        bulges: region i's density, from 1 to 0 across its rectangle, keeps this close to the straight line.
        thresholds, aliases: Walker's alias method over the regions, LAYERS slots.
    """

    boxes: int
    edges: np.ndarray
    densities: np.ndarray
    bulges: np.ndarray
    thresholds: np.ndarray
    aliases: np.ndarray


def density(x: float) -> float:
    return math.exp(-x * x / 2)


def _largest_root(decreasing, low: float, high: float) -> float:
    """The last float64 at which the function is still >= 0."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return low
        low, high = (middle, high) if decreasing(middle) >= 0 else (low, middle)


def build() -> NormalLayers:
    """The tables, from nothing but the density.

    Example:
        >>> layers = build()
        >>> layers.boxes, round(float(layers.edges[0]), 3)
        (509, 3.836)
    """
    half = math.sqrt(math.pi / 2)
    share = half / LAYERS
    edges: list[float] = []
    floor, right = 0.0, 20.0
    while True:
        # the largest box on this floor ends where d/dx x (density - floor) = 0
        best = _largest_root(lambda x, floor=floor: density(x) * (1 - x * x) - floor, 0.0, 1.0)
        if best * (density(best) - floor) < share:
            break
        right = _largest_root(lambda x, floor=floor: x * (density(x) - floor) - share, best, right)
        edges.append(right)
        floor = density(right)
    boxes = len(edges)
    edges.append(0.0)
    places = np.array(edges)
    beyond = [half * math.erfc(x / math.sqrt(2)) for x in edges]
    left_over = [beyond[0]]
    bulges = [0.0]
    across = np.linspace(0, 1, 257)
    for i in range(1, boxes + 1):
        wide = edges[i - 1] - edges[i]
        floor = density(edges[i - 1])
        left_over.append(beyond[i] - beyond[i - 1] - floor * wide)
        height = (np.exp(-((edges[i] + across * wide) ** 2) / 2) - floor) / (density(edges[i]) - floor)
        # nearly a parabola: its largest value on the grid is within a part in 10^4 of the true one
        bulges.append(1.02 * float(np.abs(height - (1 - across)).max()) + 1e-9)
    thresholds, aliases = _alias(np.array(left_over))
    return NormalLayers(boxes, places, np.exp(-(places**2) / 2), np.array(bulges), thresholds, aliases)


def _alias(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Walker's tables: take slot i where a uniform number is below thresholds[i], else aliases[i]."""
    scaled = np.zeros(LAYERS)
    scaled[: len(weights)] = weights / weights.sum() * LAYERS
    thresholds, aliases = np.ones(LAYERS), np.arange(LAYERS)
    small = [i for i in range(LAYERS) if scaled[i] < 1]
    large = [i for i in range(LAYERS) if scaled[i] >= 1]
    while small and large:
        low, high = small.pop(), large.pop()
        thresholds[low], aliases[low] = scaled[low], high
        scaled[high] -= 1 - scaled[low]
        (small if scaled[high] < 1 else large).append(high)
    return thresholds, aliases
