r"""Gaussian duals of analytic activations by Mehler's series, over a whole matrix at once.

E sigma(x_i) sigma(x_j) = sum_k h_k(q_i) h_k(q_j) c_ij^k with h_k(q) = E sigma(sqrt(q) z) phi_k(z), phi_k = He_k/sqrt(k!): the
coefficients cost one trapezoid sum for each sample (exponentially convergent), each correlation a power and a sum.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from numerics.maps.prepared import PreparedActivation

REACH = 12.0
STEP = 0.08
# orders per attempt; beyond the last the ellipse means take over
ORDERS = (64, 160, 320, 640)
CONVERGED = 1e-15


@lru_cache(maxsize=8)
def hermite_rule(orders: int) -> tuple[np.ndarray, np.ndarray]:
    """Trapezoid nodes z and the matrix (nodes, orders) of weight times phi_k(z)."""
    count = int(np.ceil(REACH / STEP))
    z = np.arange(-count, count + 1) * STEP
    matrix = np.empty((len(z), orders))
    # phi_k times sqrt of the density keeps the recurrence in range
    matrix[:, 0] = np.exp(-z * z / 4)
    matrix[:, 1] = z * matrix[:, 0]
    for k in range(1, orders - 1):
        matrix[:, k + 1] = (z * matrix[:, k] - np.sqrt(k) * matrix[:, k - 1]) / np.sqrt(k + 1)
    matrix *= (np.exp(-z * z / 4) * STEP / np.sqrt(2 * np.pi))[:, None]
    return z, matrix


def hermite_dual(sigma: PreparedActivation, cosines: np.ndarray, deviations: np.ndarray) -> np.ndarray | None:
    """The dual matrix, or None where the series or the trapezoid sums have not converged to rounding.

    Args:
        cosines: (n, n) correlations, 1 on the diagonal.
        deviations: (n,) standard deviations.
    """
    found = hermite_coefficients(sigma, deviations)
    return None if found is None else _summed(*found, cosines)


def hermite_coefficients(sigma: PreparedActivation, deviations: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """h_k(q_i), (n, orders), and E sigma^2, (n,), for each standard deviation, or None where they have not converged."""
    z, _ = hermite_rule(ORDERS[0])
    samples = sigma.value(np.multiply.outer(deviations, z))
    if not np.isfinite(samples).all() or np.abs(samples).max() > 1e150:
        return None
    # the mass at the last node, and the sums at twice the step, whose error is the square root of this step's
    weights = np.exp(-z * z / 2) * STEP / np.sqrt(2 * np.pi)
    masses = samples**2 @ weights
    ends = np.maximum(samples[:, 0] ** 2, samples[:, -1] ** 2) * weights[0]
    halved = samples[:, len(z) // 2 % 2 :: 2] ** 2 @ (2 * weights[len(z) // 2 % 2 :: 2])
    scale = masses.max()
    if (ends > CONVERGED * scale).any() or (np.abs(halved - masses) > np.sqrt(CONVERGED) * scale).any():
        return None
    for orders in ORDERS:
        coefficients = samples @ hermite_rule(orders)[1]
        missing = np.abs(masses - (coefficients**2).sum(axis=1))
        # rounding of Parseval's sum allows a few units; the last orders must have died out as well
        if (missing <= 8 * CONVERGED * scale).all() and (coefficients[:, -4:] ** 2 <= CONVERGED * 1e-2 * scale).all():
            return coefficients, masses
    return None


def _summed(coefficients: np.ndarray, masses: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    n, orders = coefficients.shape
    first, second = np.triu_indices(n, 1)
    powers = np.empty((orders, len(first)))
    powers[0] = 1.0
    powers[1:] = cosines[first, second]
    np.multiply.accumulate(powers, axis=0, out=powers)
    by_order = np.ascontiguousarray(coefficients.T)
    pairs = np.einsum("kp,kp,kp->p", by_order[:, first], by_order[:, second], powers)
    total = np.empty((n, n))
    total[first, second] = total[second, first] = pairs
    total[np.arange(n), np.arange(n)] = masses
    return total
