r"""Gaussian duals of analytic activations by Mehler's series, over a whole matrix at once.

E sigma(x_i) sigma(x_j) = sum_k h_k(q_i) h_k(q_j) c_ij^k with h_k(q) = E sigma(sqrt(q) z) phi_k(z), phi_k = He_k/sqrt(k!): the
coefficients cost one trapezoid sum for each sample (exponentially convergent), each correlation a power and a sum.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from numerics.maps.prepared import PreparedActivation
from theory.activations.base import Parity

# reach and step of the trapezoid rules, the coarser tried first
GRIDS = ((9.6, 0.16), (12.0, 0.08))
# orders per attempt; beyond the last the ellipse means take over
ORDERS = (32, 64, 160, 320, 640)
# orders of which the coarser rule resolves the oscillation, sqrt(k) against 2 pi/step
COARSE_ORDERS = 160
CONVERGED = 1e-15


@lru_cache(maxsize=64)
def hermite_rule(
    grid: tuple[float, float], orders: int, parity: Parity, dtype: type = np.float64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Trapezoid nodes z, the orders k, and the matrix (nodes, k) of weight times phi_k(z).

    Half the nodes and half the orders where a parity is given.
    """
    reach, step = grid
    count = round(reach / step)
    z = np.arange(-count, count + 1, dtype=dtype) * dtype(step)
    matrix: np.ndarray = np.empty((len(z), orders), dtype)
    # phi_k times sqrt of the density keeps the recurrence in range
    matrix[:, 0] = np.exp(-z * z / 4)
    matrix[:, 1] = z * matrix[:, 0]
    for k in range(1, orders - 1):
        matrix[:, k + 1] = (z * matrix[:, k] - np.sqrt(dtype(k)) * matrix[:, k - 1]) / np.sqrt(dtype(k + 1))
    matrix *= (np.exp(-z * z / 4) * (dtype(step) / np.sqrt(8 * np.arctan(dtype(1)))))[:, None]
    numbers = np.arange(orders)
    if parity is Parity.NONE:
        return z, numbers, matrix
    kept = numbers[numbers % 2 == (1 if parity is Parity.ODD else 0)]
    half = 2 * matrix[count:, kept]
    half[0] /= 2
    return z[count:], kept, np.ascontiguousarray(half)


@lru_cache(maxsize=16)
def _mass_rules(grid: tuple[float, float], parity: Parity) -> np.ndarray:
    """Weights (nodes, 2) of E sigma^2 by the rule and by the rule of twice the step."""
    z, _, matrix = hermite_rule(grid, 2, Parity.NONE if parity is Parity.NONE else Parity.EVEN)
    weights = matrix[:, 0]
    every_other = np.where(np.round(z / grid[1]).astype(int) % 2 == 0, 2 * weights, 0.0)
    return np.stack([weights, every_other], axis=1)


def hermite_dual(sigma: PreparedActivation, cosines: np.ndarray, deviations: np.ndarray) -> np.ndarray | None:
    """The dual matrix, or None where the series or the trapezoid sums have not converged to rounding.

    Args:
        cosines: (n, n) correlations, 1 on the diagonal.
        deviations: (n,) standard deviations.
    """
    first, second, flat, mirrored = pairs_of(len(deviations))
    pairs = cosines.take(flat)
    largest = max(float(pairs.max()), -float(pairs.min())) if len(pairs) else 0.0
    found = hermite_coefficients(sigma, deviations, largest)
    if found is None:
        return None
    orders, coefficients, masses = found
    by_order = np.ascontiguousarray(coefficients.T)
    powers = np.empty((len(orders), len(pairs)))
    powers[1:] = pairs * pairs if len(orders) > 1 and orders[1] - orders[0] == 2 else pairs
    powers[0] = pairs if orders[0] == 1 else 1.0
    np.multiply.accumulate(powers, axis=0, out=powers)
    powers *= by_order.take(first, axis=1)
    powers *= by_order.take(second, axis=1)
    total = np.empty((len(deviations), len(deviations)))
    entries = total.ravel()
    entries[flat] = entries[mirrored] = powers.sum(axis=0)
    entries[:: len(deviations) + 1] = masses
    return total


@lru_cache(maxsize=32)
def pairs_of(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """i < j, and the places of (i, j) and (j, i) in the raveled matrix."""
    first, second = np.triu_indices(n, 1)
    return first, second, first * n + second, second * n + first


def hermite_coefficients(
    sigma: PreparedActivation, deviations: np.ndarray, largest: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Orders k, h_k(q_i) of shape (n, k), and E sigma^2, (n,), or None where they have not converged.

    Args:
        deviations: (n,) standard deviations.
        largest: of the |correlations| that the series will be summed at: sum_{k >= K} h_k(i) h_k(j) c^k is at most c^K
            times the mass that the first K orders miss.
    """
    for grid in GRIDS:
        found = _on_grid(sigma, deviations, largest, grid)
        if found is not None:
            return found
    return None


def _on_grid(
    sigma: PreparedActivation, deviations: np.ndarray, largest: float, grid: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    z = hermite_rule(grid, ORDERS[0], sigma.parity)[0]
    rules = _mass_rules(grid, sigma.parity)
    with np.errstate(over="ignore", invalid="ignore"):
        samples = sigma.value(deviations[:, None] * z)
        squares = samples * samples
        # the mass at the last nodes, and the sums at twice the step, whose error is the square root of this step's
        masses, halved = (squares @ rules).T
    scale = float(masses.max())
    if not scale < 1e300:
        return None
    ends = max(
        float(squares[:, 0].max() * rules[0, 0]) if z[0] < 0 else 0.0, float(squares[:, -1].max() * rules[-1, 0])
    )
    if ends > CONVERGED * scale or float(np.abs(halved - masses).max()) > np.sqrt(CONVERGED) * scale:
        return None
    for count in ORDERS:
        if grid == GRIDS[0] and count > COARSE_ORDERS:
            return None
        _, orders, matrix = hermite_rule(grid, count, sigma.parity)
        coefficients = samples @ matrix
        squared = coefficients * coefficients
        missing = float(np.abs(masses - squared.sum(axis=1)).max())
        beyond = largest**count
        # what the series misses off the diagonal, with the rounding of Parseval's sum; the last orders must have died out
        if missing * beyond <= 1e-2 * CONVERGED * scale or (
            missing <= 8 * CONVERGED * scale and float(squared[:, -4:].max()) * beyond <= CONVERGED * 1e-2 * scale
        ):
            return orders, coefficients, masses
    return None
