"""Numbers of small batches by plain sums, sharing nothing with the library: the circle at n = 3, a product grid at n = 4.

At n = 3 a row is ``sqrt(2) cos(psi - 2 pi i/3)`` with psi uniform; at n = 4 it is twice a uniform point of the unit sphere of 1^perp.
Sums over equally spaced angles, and Gauss's rule in the height, converge exponentially for analytic activations.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import mpmath
import numpy as np
from sympy import Float

ANGLES, DIGITS = 160, 30
EXACT = {
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "gelu": lambda v: v * mpmath.erfc(-v / mpmath.sqrt(2)) / 2,
}


@functools.cache
def _rows(name: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The unit vectors u and the activated rows at equally spaced angles."""
    angles = [2 * mpmath.pi * k / ANGLES for k in range(ANGLES)]
    units = tuple(
        tuple(mpmath.sqrt(mpmath.mpf(2) / 3) * mpmath.cos(a - 2 * mpmath.pi * i / 3) for i in range(3)) for a in angles
    )
    return units, tuple(tuple(EXACT[name](mpmath.sqrt(3) * v) for v in u) for u in units)


def circle(name: str, what: str) -> Float:
    """b = E sigma(z_1)^2 or bc = E sigma(z_1) sigma(z_2) at n = 3."""
    with mpmath.workdps(DIGITS + 5):
        rows = _rows(name)[1]
        found = sum(s[0] * (s[0] if what == "b" else s[1]) for s in rows) / ANGLES
    return Float(found, DIGITS)


def fluctuations_at_three(name: str) -> Float:
    """tr V with V = J V J^T + C at n = 3, all nine entries of the Gram matrix, by the series of J^k C (J^k)^T."""
    with mpmath.workdps(DIGITS + 5):
        units, rows = _rows(name)
        places = [(i, j) for i in range(3) for j in range(3)]
        mean = [sum(s[i] * s[j] for s in rows) / ANGLES for i, j in places]
        mu = mean[0] - mean[1]
        noise = mpmath.matrix(9, 9)
        derivative = mpmath.matrix(9, 9)
        for p, (i, j) in enumerate(places):
            for q, (h, k) in enumerate(places):
                noise[p, q] = sum(s[i] * s[j] * s[h] * s[k] for s in rows) / ANGLES - mean[p] * mean[q]
                tilt = sum(s[i] * s[j] * u[h] * u[k] for u, s in zip(units, rows, strict=True)) / ANGLES
                derivative[p, q] = (2 * tilt - mean[p] * ((h == k) - mpmath.mpf(1) / 3)) / (2 * mu)
        total, term = mpmath.mpf(0), noise
        while True:
            added = sum(term[p, p] for p in range(9))
            total += added
            if abs(added) < mpmath.mpf(10) ** -(DIGITS + 2):
                return Float(total, DIGITS)
            term = derivative * term * derivative.T


@functools.cache
def eigenvalues_on_a_sphere(name: str) -> tuple[Float, Float]:
    """lambda_L and lambda_M at n = 4, by the printed means over a product grid; 12 digits."""
    sigma = {"tanh": np.tanh, "sin": np.sin}[name]
    heights, weights = np.polynomial.legendre.leggauss(120)
    turns = 2 * math.pi * np.arange(240) / 240
    flat = np.sqrt(1 - heights**2)[:, None]
    point = np.stack([flat * np.cos(turns), flat * np.sin(turns), heights[:, None] + 0 * turns])
    basis = np.array([[1, -1, 0, 0], [1, 1, -2, 0], [1, 1, 1, -3]]) / np.sqrt([[2], [6], [12]])
    u = np.einsum("kn,kab->nab", basis, point)
    f = sigma(2 * u)

    def mean(values: np.ndarray) -> float:
        return math.fsum((weights[:, None] * values).ravel()) / (2 * 240)

    mu = mean(f[0] ** 2) - mean(f[0] * f[1])
    pairs = 3 / mu * mean(f[0] * f[2] * (u[0] - u[1]) * (u[2] - u[3]))
    own = mean(f[0] ** 2 * (u[0] ** 2 - (1 - u[0] ** 2) / 3))
    cross = mean(f[0] * f[2] * (u[0] ** 2 - (1 - u[0] ** 2 - u[2] ** 2) / 2))
    return Float(3 / (2 * mu) * (own - 2 * cross), 15), Float(pairs, 15)
