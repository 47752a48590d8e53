"""The exchangeable fixed point as a float matrix."""

from __future__ import annotations

import functools

import numpy as np

from numerics.evaluate import evaluate
from theory.mean_field import fixed_point
from theory.network import Network


@functools.lru_cache(maxsize=64)
def _numbers(network: Network) -> tuple[float, float]:
    point = fixed_point(network)
    return float(evaluate(point.diagonal, 20).value), float(evaluate(point.off_diagonal, 20).value)


def fixed_point_gram(network: Network) -> np.ndarray:
    """G_* as an n x n float64 array, from 20-digit evaluations of its two entries.

    Raises:
        NetworkError: no batch normalisation, or a symbolic batch size.
    """
    n = int(network.batch_size)
    diagonal, off_diagonal = _numbers(network)
    return np.full((n, n), off_diagonal) + (diagonal - off_diagonal) * np.eye(n)
