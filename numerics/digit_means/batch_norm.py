r"""Means at an arbitrary Gram matrix whose normalised rows lie on a circle (rank 2: n = 3 centred, n = 2 uncentred, or
a thin batch).

x = A g with g standard normal in the plane, so the row is sqrt(n) A e/|A e| with e = (cos t, sin t) and t uniform.
"""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import Expr, ImmutableDenseMatrix, Symbol, eye, ones

from numerics.digit_means.rules import Estimate, between_kinks
from numerics.errors import EvaluationError
from numerics.formulas.mp_functions import mp_function, real_number
from numerics.formulas.pieces import analytic_pieces
from numerics.precision import Deadline


def rows_on_a_circle(gram: ImmutableDenseMatrix, centered: bool) -> tuple[Any, int]:
    """A (n x 2, mpmath) with A A^T the covariance that batch normalisation sees, and n.

    Raises:
        EvaluationError: a Gram matrix that is not positive semidefinite, vanishes, or has more than two dimensions.
    """
    n = gram.rows
    centring = eye(n) - ones(n, n) / n if centered else eye(n)
    seen = (centring * gram * centring).tolist()
    matrix = mpmath.matrix([[mp_function(e, ())() for e in row] for row in seen])
    values, vectors = mpmath.eigsy(matrix)
    order = sorted(range(n), key=lambda i: -values[i])
    largest = values[order[0]]
    small = abs(largest) * mpmath.mpf(10) ** (8 - mpmath.mp.dps)
    if largest <= small or values[order[-1]] < -small:
        raise EvaluationError("the Gram matrix must be positive semidefinite with samples that differ")
    if n > 2 and values[order[2]] > small:
        raise EvaluationError(
            "a mean at a Gram matrix of three or more dimensions is not evaluated here: use numerics.maps.batch_norm_map (float64)"
        )
    kept = order[:2]
    return mpmath.matrix([[vectors[i, j] * mpmath.sqrt(max(values[j], 0)) for j in kept] for i in range(n)]), n


def circle_mean(
    functions: list[tuple[Expr, Symbol, int]],
    gram: ImmutableDenseMatrix,
    centered: bool,
    digits: int,
    deadline: Deadline,
) -> tuple[Estimate, str]:
    """``E prod f(phi(x)_i)`` for triples (f, its variable, place i)."""
    factor, n = rows_on_a_circle(gram, centered)
    root = mpmath.sqrt(n)
    compiled = [(mp_function(f, (v,)), i) for f, v, i in functions]
    metric = factor.T * factor

    def integrand(t: Any) -> Any:
        c, s = mpmath.cos(t), mpmath.sin(t)
        norm = mpmath.sqrt(metric[0, 0] * c * c + 2 * metric[0, 1] * c * s + metric[1, 1] * s * s)
        product = mpmath.mpf(1)
        for f, i in compiled:
            product *= real_number(f(root * (factor[i, 0] * c + factor[i, 1] * s) / norm), functions)
        return product

    cuts = [mpmath.mpf(0), mpmath.pi / 2, mpmath.pi, 3 * mpmath.pi / 2, 2 * mpmath.pi]
    for f, v, i in functions:
        for piece in analytic_pieces(f, v)[1:]:
            cuts += _crossings(factor, metric, i, mp_function(piece.lower, ())() / root)
    points: list[Any] = []
    for p in sorted(c - 2 * mpmath.pi * mpmath.floor(c / (2 * mpmath.pi)) if c != 2 * mpmath.pi else c for c in cuts):
        if not points or p - points[-1] > mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
            points.append(p)
    value = between_kinks(integrand, points, mpmath.mpf(10) ** -digits, deadline)
    return value.times(1 / (2 * mpmath.pi)), "double-exponential rule on the circle of directions"


def _crossings(factor: Any, metric: Any, place: int, level: Any) -> list[Any]:
    """Angles with (a . e)^2 = level^2 |A e|^2: alpha + beta cos 2t + gamma sin 2t = 0."""
    a, b = factor[place, 0], factor[place, 1]
    p = a * a - level**2 * metric[0, 0]
    q = 2 * (a * b - level**2 * metric[0, 1])
    r = b * b - level**2 * metric[1, 1]
    alpha, beta, gamma = (p + r) / 2, (p - r) / 2, q / 2
    size = mpmath.hypot(beta, gamma)
    # at level 0 the root is double, and rounding must not lose it
    if size == 0 or abs(alpha) > size * (1 + mpmath.mpf(10) ** (4 - mpmath.mp.dps)):
        return []
    base, spread = mpmath.atan2(gamma, beta), mpmath.acos(max(min(-alpha / size, mpmath.mpf(1)), mpmath.mpf(-1)))
    return [(base + s * spread) / 2 + k * mpmath.pi for s in (1, -1) for k in (0, 1)]
