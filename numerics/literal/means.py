"""Means as the page prints them, in nested mpmath quadrature: slow, kept as witnesses of the fast rules.

Convention: kinks are passed by the caller as points where an interval is split; nothing here knows sympy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath

Function = Callable[[Any], Any]


def gaussian_mean(f: Function, kinks: Sequence[float] = (), reach: float = 12) -> Any:
    """E f(Z) = int f(t) e^{-t^2/2}/sqrt(2 pi) dt, cut at +-reach."""
    return mpmath.quad(lambda t: f(t) * mpmath.npdf(t), sorted({-reach, -4, 0, 4, reach, *kinks}))


def gaussian_pair_mean(
    f: Function, g: Function, correlation: Any, kinks: Sequence[float] = (), reach: float = 9
) -> Any:
    """E f(X) g(Y) = int int f(x) g(y) exp(-(x^2 - 2 c x y + y^2)/(2 (1-c^2)))/(2 pi sqrt(1-c^2)) dx dy."""
    c = mpmath.mpf(correlation)
    determinant = 1 - c * c
    points = sorted({-reach, 0, reach, *kinks})

    def density(x: Any, y: Any) -> Any:
        return mpmath.exp(-(x * x - 2 * c * x * y + y * y) / (2 * determinant)) / (
            2 * mpmath.pi * mpmath.sqrt(determinant)
        )

    return mpmath.quad(lambda x, y: f(x) * g(y) * density(x, y), points, points)


def sphere_mean(f: Function, batch_size: int, kinks: Sequence[float] = ()) -> Any:
    """E f(z_1) of a centred row: z_1 = sqrt(n-1) s, density of s proportional to (1 - s^2)^{(n-4)/2}."""
    root, power = mpmath.sqrt(batch_size - 1), mpmath.mpf(batch_size - 4) / 2
    points = sorted({mpmath.mpf(-1), mpmath.mpf(0), mpmath.mpf(1), *(k / root for k in kinks)})
    weight = lambda s: (1 - s * s) ** power
    return mpmath.quad(lambda s: f(root * s) * weight(s), points) / mpmath.quad(weight, points)


def sphere_pair_mean(f: Function, g: Function, batch_size: int) -> Any:
    """E f(z_1) g(z_2), density of (s_1, s_2) proportional to (1 - s^T R^{-1} s)^{(n-5)/2}, R = ((1, c), (c, 1)), c = -1/(n-1)."""
    n = batch_size
    c, root = mpmath.mpf(-1) / (n - 1), mpmath.sqrt(n - 1)
    across = mpmath.sqrt(1 - c * c)

    def density(s: Any, t: Any) -> Any:
        inside = 1 - (s * s - 2 * c * s * t + t * t) / (1 - c * c)
        return inside ** (mpmath.mpf(n - 5) / 2) if inside > 0 else mpmath.mpf(0)

    def inner(s: Any, h: Function) -> Any:
        half = across * mpmath.sqrt(1 - s * s)
        return mpmath.quad(lambda t: h(t) * density(s, t), [c * s - half, c * s, c * s + half])

    total = mpmath.quad(lambda s: f(root * s) * inner(s, lambda t: g(root * t)), [-1, 0, 1])
    return total / mpmath.quad(lambda s: inner(s, lambda t: 1), [-1, 0, 1])
