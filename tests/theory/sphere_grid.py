"""Witness for means over normalised rows: product quadrature on the sphere, sharing no formula with ``theory``."""

from __future__ import annotations

from functools import cache

import numpy as np
from sympy import Float, lambdify

from theory.expectation import SphereMean


@cache
def unit_sphere(dimension: int, points: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Nodes (count, dimension) and weights of sum 1 on the sphere: Gauss in polar angles, trapezoid in the last."""
    if dimension == 2:
        angle = 2 * np.pi * (np.arange(8 * points) + 0.5) / (8 * points)
        return np.stack([np.cos(angle), np.sin(angle)], 1), np.full(8 * points, 1 / (8 * points))
    lower, lower_weights = unit_sphere(dimension - 1, points)
    nodes, weights = np.polynomial.legendre.leggauss(points)
    theta = np.pi / 2 * (nodes + 1)
    density = weights * np.sin(theta) ** (dimension - 2)
    density /= density.sum()
    inner = np.sin(theta)[:, None, None] * lower[None]
    first = np.broadcast_to(np.cos(theta)[:, None, None], (points, len(lower), 1))
    full = np.concatenate([first, inner], axis=2).reshape(-1, dimension)
    return full, (density[:, None] * lower_weights[None]).ravel()


def helmert(n: int) -> np.ndarray:
    """Orthonormal basis (n-1, n) of the complement of the ones vector."""
    rows = [[1.0] * k + [-float(k)] + [0.0] * (n - k - 1) for k in range(1, n)]
    return np.array([np.array(r) / np.linalg.norm(r) for r in rows])


def rows(n: int, centered: bool = True, points: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Normalised rows z (count, n) and their weights at an exchangeable fixed point."""
    u, w = unit_sphere(n - 1 if centered else n, points)
    return np.sqrt(n) * (u @ helmert(n) if centered else u), w


def grid_value(expression, points: int = 80) -> float:
    """An expression containing sphere means, each replaced by its mean over the grid."""
    swap = {}
    for mean in expression.atoms(SphereMean):
        law = mean.law
        z, w = rows(int(law.batch_size), law.centered, points)
        function = lambdify(law.variables, mean.expression, "numpy")
        values = function(*(z[:, i] for i in range(len(law.variables))))
        swap[mean] = Float(float(np.sum(values * w)), 17)
    return float(expression.xreplace(swap).doit())


def mean_field(function, gram: np.ndarray, centered: bool = True, points: int = 80) -> np.ndarray:
    """F(gram) by the angular central Gaussian density of a row's direction."""
    n = len(gram)
    basis = helmert(n) if centered else np.eye(n)
    covariance = basis @ gram @ basis.T
    u, w = unit_sphere(len(covariance), points)
    precision = np.linalg.inv(covariance)
    density = np.einsum("ki,ij,kj->k", u, precision, u) ** (-len(covariance) / 2) * w
    s = function(np.sqrt(n) * u @ basis)
    return (s * (density / density.sum())[:, None]).T @ s


def jacobian(function, gram: np.ndarray, centered: bool = True, points: int = 80, step: float = 2e-3) -> np.ndarray:
    """dF at gram on symmetric matrices (columns: pairs i <= j) by central differences with one Richardson step."""
    n = len(gram)
    places = [(i, j) for i in range(n) for j in range(i, n)]

    def difference(direction: np.ndarray, h: float) -> np.ndarray:
        plus = mean_field(function, gram + h * direction, centered, points)
        return (plus - mean_field(function, gram - h * direction, centered, points)) / (2 * h)

    columns = []
    for i, j in places:
        direction = np.zeros((n, n))
        direction[i, j] = direction[j, i] = 1
        slope = (4 * difference(direction, step) - difference(direction, 2 * step)) / 3
        columns.append([slope[a, b] for a, b in places])
    return np.array(columns).T
