r"""Nodes in the Laplace variable t of the batch-normalisation map: integrals of dt/t over (0, infinity).

The integrands are analytic for |arg t| < pi, fall like t towards 0 and like prod (1 + 2 t lambda_a)^(-1/2) towards
infinity; t = exp(centre + alpha sinh s) turns both into double-exponential decay, and the trapezoid rule converges
exponentially.
"""

from __future__ import annotations

import numpy as np

# e^-39 is below the rounding of float64
TAIL = 39.0
ALPHA = 2.5


def upper_end(eigenvalues: np.ndarray, tail: float = TAIL) -> float:
    """log t beyond which prod (1 + 2 t lambda)^(-1/2) < e^-tail."""
    low, high = -np.log(2 * eigenvalues.max()), -np.log(2 * eigenvalues.min()) + 2 * tail + 2
    for _ in range(50):
        middle = (low + high) / 2
        if 0.5 * np.log1p(2 * np.exp(middle) * eigenvalues).sum() > tail:
            high = middle
        else:
            low = middle
    return high


def laplace_nodes(
    eigenvalues: np.ndarray, step_scale: float = 1.0, left_tail: float = TAIL
) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t and weights of int dt/t, for positive eigenvalues in any order.

    Args:
        eigenvalues: the nonzero eigenvalues of the (centred) covariance.
        step_scale: 1 for full float64 accuracy; smaller is finer.
        left_tail: larger where the integrand falls more slowly than t towards 0.
    """
    logs = np.log(2 * eigenvalues)
    centre = -(logs.max() + logs.min()) / 2
    half_spread = (logs.max() - logs.min()) / 2
    # the nearest singularities, at log t = -log(2 lambda) +- i pi, seen through asinh
    alpha = max(ALPHA, 0.7 * half_spread)
    distance = np.arcsinh((half_spread + 1j * np.pi) / alpha).imag if half_spread or alpha < np.pi else np.pi / 2
    step = step_scale * 2 * np.pi * min(distance, 1.25) / 50
    low = np.arcsinh((-logs.max() - left_tail - centre) / alpha)
    high = np.arcsinh((upper_end(eigenvalues) - centre) / alpha)
    s = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    return np.exp(centre + alpha * np.sinh(s)), step * alpha * np.cosh(s)


def tanh_sinh(step: float = 0.15, reach: float = 3.1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes on (0, 1) as distances from the left and from the right end, and weights, for algebraic ends."""
    s = np.arange(-np.ceil(reach / step), np.ceil(reach / step) + 1) * step
    a = np.pi * np.sinh(s)
    left, right = 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(a))
    return left, right, step * np.pi * np.cosh(s) * left * right
