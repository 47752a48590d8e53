"""The derivative of the mean-field map at an arbitrary Gram matrix in float64: extrapolated central differences of the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.maps.mean_field import MapError, mean_field_step
from theory.network import BatchNorm, Network

STEP = 0.01


@dataclass(frozen=True)
class SlopeEstimate:
    """dF(G)[D] and an estimate of its largest error: no bound."""

    matrix: np.ndarray
    error: float


def extrapolated_slope(function: Callable[[float], np.ndarray], step: float) -> tuple[np.ndarray, np.ndarray]:
    """Derivative at 0 by central differences extrapolated from steps 1, 2, 4, 8, and its distance from that of 1, 2, 4."""
    rows = [(function(k * step) - function(-k * step)) / (2 * k * step) for k in (1, 2, 4, 8)]
    kept = rows[0]
    for order in (4, 16, 64):
        kept, rows = rows[0], [(order * a - b) / (order - 1) for a, b in pairwise(rows)]
    return rows[0], np.abs(rows[0] - kept)


def mean_field_slope(network: Network, gram: Any, direction: Any) -> SlopeEstimate:
    """``dF(gram)[direction]`` for any Gram matrix that is regular where rows live, about nine digits.

    Args:
        network: any normalisation (layer and RMS: of the map in the limit of width, see `mean_field_step`).
        gram: symmetric (n, n), positive definite (on the complement of 1 where batch normalisation centres).
        direction: symmetric (n, n), any size: the derivative is linear.

    Raises:
        MapError: as `mean_field_step`; a direction of another shape or not symmetric; a singular Gram matrix.

    >>> found = mean_field_slope(Network("identity", batch_size=4), np.eye(4), np.diag([1.0, -1.0, 0, 0]))
    >>> bool(abs(found.matrix[0, 0] - 3 / 5 * 2 / 3) < 1e-9)  # 3/5 is the eigenvalue, 2/3 what centring leaves
    True

    See Also:
        theory.derivative.mean_field_derivative: the same as unevaluated means.
    """
    matrix, change = np.array(gram, dtype=float), np.array(direction, dtype=float)
    mean_field_step(network, matrix)  # refuses what is no Gram matrix
    if change.shape != matrix.shape or not np.allclose(
        change, change.T, rtol=0, atol=1e-12 * np.abs(change).max(initial=1)
    ):
        raise MapError(f"a direction is a symmetric matrix of shape {matrix.shape}, not of shape {change.shape}")
    n = len(matrix)
    project = np.eye(n)
    if isinstance(network.normalization, BatchNorm) and network.normalization.centered:
        project = project - 1 / n
    seen, moved = project @ matrix @ project, project @ change @ project
    spectrum = np.linalg.eigvalsh(seen)[n - round(np.trace(project)) :]
    if spectrum[0] <= 1e-9 * spectrum[-1]:
        raise MapError("the Gram matrix is singular where rows live: the map need not be differentiable there")
    size = np.linalg.norm(moved, 2)
    if size <= 1e-14 * np.linalg.norm(change, 2) or not change.any():
        return SlopeEstimate(np.zeros_like(matrix), 0.0)
    # 8 steps stay in the cone of Gram matrices
    step = STEP * spectrum[0] / size
    slope, error = extrapolated_slope(lambda h: mean_field_step(network, seen + h * moved), step)
    return SlopeEstimate(slope, float(error.max()) + 1e-13 / step)
