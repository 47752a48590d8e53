r"""Duals near correlation 1, in the variable 1 - c: relative accuracy where dual(1) - dual(c) would cancel.

Analytic activations: dual(1) - dual(c) = sum_k h_k^2 (1 - c^k) with 1 - c^k = -expm1(k log1p(-(1-c))), a sum of positive terms.
Homogeneous ones with a closed dual: the integral of dual' over [c, 1], dual' rewritten in 1 - c before it becomes float64.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Function, acos, asin, expand, pi, sqrt

from numerics.lowering import lower_expression
from numerics.maps.circle import legendre
from numerics.maps.hermite_dual import hermite_coefficients
from numerics.maps.prepared import MapError, prepare
from numerics.simulation.elementwise import Elementwise
from theory.activations.base import Activation
from theory.conventions import rho, x


def dual_deficit(activation: Activation, one_minus_c: Any, variance: float = 1.0) -> np.ndarray:
    """dual(1) - dual(c) at 1 - c = `one_minus_c`, for a pair of equal variance; accurate relative to itself.

    It equals E(sigma(u) - sigma(v))^2 / 2, so it is never negative.

    Args:
        activation: analytic, or positively homogeneous with a closed dual.
        one_minus_c: array of numbers in [0, 2].
        variance: of both variables, positive.

    Returns:
        Array of the shape of `one_minus_c`.

    Raises:
        MapError: 1 - c outside [0, 2], a variance that is not positive, or an activation of neither kind.

    >>> from theory.activations import relu
    >>> float(dual_deficit(relu, 1e-20)) / 0.5e-20
    0.9999999999...
    """
    delta = np.asarray(one_minus_c, dtype=np.float64)
    if not ((delta >= 0) & (delta <= 2)).all():
        raise MapError("1 - c must lie between 0 and 2: pass one minus the correlation")
    if not variance > 0 or not np.isfinite(variance):
        raise MapError(f"the variance must be a positive number, not {variance}")
    sigma = prepare(activation)
    if activation.homogeneity is not None and activation.dual is not None:
        return variance ** float(activation.homogeneity) * _integrated_slope(activation, delta)
    found = None if sigma.kinks else hermite_coefficients(sigma, np.array([np.sqrt(variance)]))
    if found is None:
        raise MapError(f"{activation.name} is neither analytic nor homogeneous with a known dual: use dual_gram")
    k, coefficients, _ = found
    squares = coefficients[0] ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        # past the middle c is the better variable: 1 - c loses nothing there
        near = -np.expm1(np.multiply.outer(np.log1p(-np.minimum(delta, 0.5)), k))
        far = 1 - np.power.outer(1 - delta, k)
    return np.where((delta <= 0.5)[..., None], near, far) @ squares


def correlation_orbit(activation: Activation, one_minus_c: float, depth: int, variance: float = 1.0) -> np.ndarray:
    """1 - c_l for l = 0 .. depth under the normalised dual c -> dual(c)/dual(1) at a fixed variance.

    The correlation of two samples in an infinitely wide network whose variances stay at `variance`.

    Raises:
        MapError: as `dual_deficit`, or a depth below 0.

    >>> from theory.activations import relu
    >>> orbit = correlation_orbit(relu, 0.9, 2000)
    >>> float(orbit[-1] * 2000**2 / (9 * np.pi**2 / 2)).__round__(1)
    1.0
    """
    if depth < 0:
        raise MapError(f"depth must be at least 0, not {depth}")
    orbit = [float(one_minus_c)]
    top = _dual_at_one(activation, variance)
    for _ in range(depth):
        orbit.append(min(2.0, float(dual_deficit(activation, orbit[-1], variance)) / top))
    return np.array(orbit)


def _dual_at_one(activation: Activation, variance: float) -> float:
    from numerics.maps.gaussian import gaussian_map

    return float(gaussian_map(prepare(activation), np.array([[variance]]))[0, 0])


@lru_cache(maxsize=64)
def _slope(activation: Activation) -> Elementwise:
    """dual'(1 - x), rewritten so that 1 - (1 - x)^2 and acos(1 - x) keep their digits."""
    slope = activation.dual.diff(rho).xreplace({rho: 1 - x})  # type: ignore[union-attr]
    half = Function("half_angle")
    # asin(a) = pi/2 - acos(a), acos(a) = 2 asin(sqrt((1 - a)/2)); a placeholder keeps the new asin from being rewritten
    # sympy writes asin(1 - x) as -asin(x - 1): an argument that starts at -1 is turned round first
    angle = lambda a: pi - half(-a) if a.subs(x, 0) == -1 else half(a)
    slope = slope.replace(asin, lambda a: pi / 2 - angle(a)).replace(acos, angle)
    slope = slope.replace(half, lambda a: 2 * asin(sqrt(expand(1 - a) / 2)))
    slope = slope.replace(lambda e: e.is_Pow and not e.exp.is_Integer, lambda e: expand(e.base) ** e.exp)
    return Elementwise("dual slope", lower_expression(slope))


def _integrated_slope(activation: Activation, delta: np.ndarray) -> np.ndarray:
    """int_0^delta dual'(1 - e) de with e = delta sin^2: square roots at both ends of [0, 2] become smooth."""
    nodes, weights = legendre(40)
    # e = 2 sin^2(a), a up to asin sqrt(delta/2): dual' is analytic in a
    top = np.arcsin(np.sqrt(delta / 2))
    angle = top[..., None] * nodes
    points = 2 * np.sin(angle) ** 2
    values = _slope(activation)(points)
    return (values * 4 * np.sin(angle) * np.cos(angle)) @ weights * top
