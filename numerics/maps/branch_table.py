"""Analytic functions and their radial derivatives on an interval as polynomials on short cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from numerics.maps.circle import chebyshev_cosines, chebyshev_transform
from numerics.maps.prepared import Function, MapError
from theory.activations.base import Parity

# powers of two: x times one of them is exact
SCALES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
TERMS = 9
SAMPLED = 14
# Chebyshev coefficients beyond the terms, relatively to the largest value in the cell
MISSED = 6e-16
# and what their rounding may reach
NOISE = 5e-15


@dataclass(frozen=True)
class BranchTable:
    """Polynomials in the place of x scale in its cell, from -1/2 to 1/2.

    Args:
        scale: cells to a unit.
        first: the number of cells below 0.
        coefficients: (functions, cells, 2, TERMS) of the value and of x times the derivative, lowest first.
    """

    scale: float
    first: int
    coefficients: np.ndarray

    def at(self, coefficients: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Value and radial derivative of the functions with some coefficients (..., cells, 2, TERMS) at points (..., any)."""
        scaled = points * self.scale
        cells = np.floor(scaled)
        places = scaled - cells - 0.5
        rows = cells.astype(np.intp) + self.first
        lead = coefficients.ndim - 3
        if lead:
            flat = coefficients.reshape(-1, 2, TERMS)
            shape = coefficients.shape[:lead]
            start = np.arange(int(np.prod(shape))).reshape(shape) * coefficients.shape[lead]
            rows = rows + start.reshape(shape + (1,) * (rows.ndim - lead))
        else:
            flat = coefficients
        picked = flat[rows]
        value, radial = picked[..., 0, TERMS - 1], picked[..., 1, TERMS - 1]
        for power in range(TERMS - 2, -1, -1):
            value, radial = value * places + picked[..., 0, power], radial * places + picked[..., 1, power]
        return value, radial


@dataclass(frozen=True)
class HarmonicTable:
    """Fourier coefficients a_k(r) of f(r cos psi) and those of its radial derivative, as polynomials on cells of r.

    Args:
        scale: cells to a unit.
        coefficients: (functions, cells, TERMS, 2, k).
    """

    scale: float
    coefficients: np.ndarray


def branch_table(functions: list[tuple[Function, Function]], largest: float) -> BranchTable:
    """The table of (value, radial derivative) pairs on [-largest, largest].

    Raises:
        MapError: a function that polynomials on short cells do not represent.
    """

    def values(points: np.ndarray) -> np.ndarray:
        return np.array([[function(points) for function in pair] for pair in functions])

    # a cell more at each end: |x| <= largest up to rounding
    scale, table = _fitted(values, lambda scale: np.arange(-_cells(largest, scale), _cells(largest, scale)))
    return BranchTable(scale, _cells(largest, scale), np.ascontiguousarray(np.moveaxis(table, 1, 2)))


def _cells(largest: float, scale: float) -> int:
    return int(np.ceil(largest * scale)) + 1


def harmonic_table(functions: list[tuple[Function, Function]], largest: float, count: int) -> HarmonicTable:
    """The first `count` coefficients of (value, radial derivative) pairs on cells of the radius, up to `largest`.

    Raises:
        MapError: as `branch_table`.
    """
    cosines, _, transform = chebyshev_transform(4 * count, Parity.NONE)

    def values(radii: np.ndarray) -> np.ndarray:
        points = np.multiply.outer(radii, cosines)
        found = np.array([[function(points) @ transform[:, :count] for function in pair] for pair in functions])
        return np.moveaxis(found, -1, 2)

    scale, table = _fitted(values, lambda scale: np.arange(_cells(largest, scale)))
    return HarmonicTable(scale, np.ascontiguousarray(table.transpose(0, 3, 4, 1, 2)))


def _fitted(
    values: Callable[[np.ndarray], np.ndarray], cells_of: Callable[[float], np.ndarray]
) -> tuple[float, np.ndarray]:
    """The coarsest cells that will do, or the best, and polynomials (..., cells, TERMS) of functions at points (cells, SAMPLED)."""
    cosines = chebyshev_cosines(SAMPLED, SAMPLED)
    transform = 2 * cosines.T / SAMPLED
    transform[0] /= 2
    to_powers = np.zeros((TERMS, TERMS))
    for k in range(TERMS):
        to_powers[: k + 1, k] = chebyshev.cheb2poly(np.eye(TERMS)[k]) * 2.0 ** np.arange(k + 1)
    best = np.inf
    for scale in SCALES:
        sampled = values((cells_of(scale)[:, None] + (1 + cosines[:, 1]) / 2) / scale)
        if not np.isfinite(sampled).all():
            raise MapError("a branch is not finite")
        found = sampled @ transform.T
        others = (*range(found.ndim - 2), -1)
        beyond, sizes = np.abs(found[..., TERMS:]).max(axis=others), np.abs(sampled).max(axis=others)
        missed = float((beyond / np.where(sizes > 0, sizes, 1)).max())
        if missed < best:
            best, kept = missed, (scale, found[..., :TERMS] @ to_powers.T)
        if missed <= MISSED:
            break
    if best > NOISE:
        raise MapError("a branch varies too fast for a table")
    return kept
