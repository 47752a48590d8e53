r"""Nodes in the Laplace variable t of the batch-normalisation map: integrals of dt/t over (0, infinity).

The integrands are analytic for |arg t| < pi, fall like t towards 0 and like prod (1 + 2 t lambda_a)^(-1/2) towards
infinity; t = exp(centre + alpha sinh s) turns both into double-exponential decay, and the trapezoid rule converges
exponentially.  For eigenvalues of one size s = t/(t + t0) leaves a Jacobi weight times a smooth function: fewer nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import lgamma

import numpy as np

# e^-39 is below the rounding of float64
TAIL = 39.0
ALPHA = 2.5
# of the tanh-sinh rule: its nodes come within e^-35 of the ends
REACH = 3.1


_STEPS = np.linspace(0.0, 1.0, 129)


def upper_end(eigenvalues: np.ndarray, tail: float = TAIL) -> float:
    """log t beyond which prod (1 + 2 t lambda)^(-1/2) < e^-tail, to a hundredth of the range it lies in."""
    low, high = -np.log(2 * eigenvalues.max()), -np.log(2 * eigenvalues.min()) + 2 * tail / len(eigenvalues) + 1
    ladder = low + (high - low) * _STEPS
    fall = 0.5 * np.log1p(2 * np.exp(ladder)[:, None] * eigenvalues).sum(axis=1)
    return float(ladder[min(int(np.searchsorted(fall, tail)), len(ladder) - 1)])


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


def trapezoid_rule(eigenvalues: np.ndarray, step_scale: float, left_tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t and weights of int dt/(2t) det(I + 2 t S)^(-1/2), by `laplace_nodes`."""
    t, weights = laplace_nodes(eigenvalues, step_scale, left_tail)
    return t, weights / 2 * np.exp(-0.5 * np.log1p(2 * t[:, None] * eigenvalues).sum(axis=1))


@lru_cache(maxsize=64)
def gauss_jacobi(count: int, at_one: float, at_zero: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes s in (0, 1), 1 - s, and weights for the weight (1-s)^at_one s^at_zero, by the Jacobi matrix."""
    a, b = at_one, at_zero
    k = np.arange(1, count)
    total = 2 * k + a + b
    diagonal = np.empty(count)
    diagonal[0] = (b - a) / (a + b + 2)
    diagonal[1:] = (b * b - a * a) / (total * (total + 2))
    # at k = 1 the factors (k+a+b)/(total-1) cancel
    ratio = np.where(k == 1, 1.0, (k + a + b) / np.where(total == 1, 1.0, total - 1))
    off = np.sqrt(4 * k * (k + a) * (k + b) * ratio / (total**2 * (total + 1)))
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1))
    mass = np.exp(lgamma(a + 1) + lgamma(b + 1) - lgamma(a + b + 2))
    return (1 + nodes) / 2, (1 - nodes) / 2, mass * vectors[0] ** 2


@dataclass(frozen=True)
class GaussRule:
    """Gauss-Jacobi nodes in s = t/(t + t0) or, for integrands analytic in sqrt(t), in its root.

    Args:
        count: of nodes.
        roots: whether the nodes lie in sqrt(s).
        stretch: t0 over the exponential of minus the mean of log 2 lambda: the singularities of sigma off the real line
            move away from [0, 1] at another t0 than those of the determinant.
    """

    count: int
    roots: bool = False
    stretch: float = 1.0


def jacobi_rule(eigenvalues: np.ndarray, rule: GaussRule, degree: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t and weights of int dt/(2t) det(I + 2 t S)^(-1/2) for integrands that start like t^degree, or like t with roots."""
    m = len(eigenvalues)
    y, rest, weights = gauss_jacobi(rule.count, m / 2 - 1, 1.0 if rule.roots else degree - 1)
    # 1 - s: (1 - y)(1 + y) keeps its digits
    s, gap = (y * y, rest * (1 + y)) if rule.roots else (y, rest)
    scale = rule.stretch * np.exp(-np.log(2 * eigenvalues).mean())
    fall = -0.5 * np.log(gap[:, None] + 2 * scale * eigenvalues * s[:, None]).sum(axis=1)
    if rule.roots:
        return scale * s / gap, weights * np.exp(fall + (m / 2 - 1) * np.log1p(y)) / s
    return scale * s / gap, weights * np.exp(fall - degree * np.log(s)) / 2


def tanh_sinh(step: float = 0.15, reach: float = REACH) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes on (0, 1) as distances from the left and from the right end, and weights, for algebraic ends."""
    s = np.arange(-np.ceil(reach / step), np.ceil(reach / step) + 1) * step
    a = np.pi * np.sinh(s)
    left, right = 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(a))
    return left, right, step * np.pi * np.cosh(s) * left * right
