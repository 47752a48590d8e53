"""Means of functions of a whole row at an exchangeable Gram matrix, by randomly shifted lattices in float64.

For what no formula in one or two coordinates gives: a row of n samples is one point of an n-dimensional rule, and a symmetric
function of it (power sums) stands for all its places at once.  The shifts are independent, so that their spread is an honest
estimate of the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

POINTS, SHIFTS, SEED = 1 << 15, 16, 20220513
"""Points of one shifted lattice, how many shifts, and the seed of the shifts."""


def _irrational_steps(count: int) -> np.ndarray:
    """Fractional parts of the square roots of the first primes: they are independent over the rationals."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < count:
        if all(candidate % p for p in primes):
            primes.append(candidate)
        candidate += 1
    return np.sqrt(np.array(primes, dtype=float)) % 1


def _normals(uniform: np.ndarray) -> np.ndarray:
    """Standard normals from uniform columns, two by two (Box and Muller)."""
    radius = np.sqrt(-2 * np.log1p(-uniform[:, 0::2]))
    angle = 2 * np.pi * uniform[:, 1::2]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def normalized_rows(
    batch_size: int, correlation: float, points: int = POINTS, shifts: int = SHIFTS
) -> Iterator[np.ndarray]:
    """Rows sqrt(n) x/|x| with x ~ N(0, (1-c) I + c 11^T), one array (points, n) for each shift."""
    n = batch_size
    low, high = np.sqrt(1 - correlation), np.sqrt(1 + (n - 1) * correlation)
    pairs = (n + 1) // 2
    # the tent map makes the integrand periodic
    base = np.arange(points)[:, None] * _irrational_steps(2 * pairs)[None]
    random = np.random.default_rng(SEED)
    for _ in range(shifts):
        uniform = 1 - np.abs(2 * ((base + random.random(2 * pairs)) % 1) - 1)
        g = _normals(np.clip(uniform, 0, 1 - 1e-16))[:, :n]
        mean = g.mean(axis=1, keepdims=True)
        x = low * (g - mean) + high * mean
        yield x * (np.sqrt(n) / np.linalg.norm(x, axis=1, keepdims=True))


def row_averages(
    batch_size: int, correlation: float, body: Callable[[np.ndarray], np.ndarray], points: int = POINTS
) -> np.ndarray:
    """The means of the columns of ``body(rows)`` for every shift, shape (SHIFTS, columns).

    Args:
        batch_size: n.
        correlation: c, between -1/(n-1) and 1.
        body: from rows (points, n) to values (points, columns).
    """
    return np.stack([body(rows).mean(axis=0) for rows in normalized_rows(batch_size, correlation, points)])
