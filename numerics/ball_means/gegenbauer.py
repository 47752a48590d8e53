r"""Gegenbauer coefficients of an analytic function on a sphere as balls, by positive rules that are exact for
polynomials.

A coordinate of a uniform point of the unit sphere of R^m has density proportional to (1-s^2)^{(m-3)/2}.
Gauss-Chebyshev nodes (m even)
or Gauss-Legendre nodes (m odd) with the rest of the density in the weights give a positive rule, exact up to degree D.
 For f analytic
in the ellipse with semi-axes (r +- 1/r)/2 and |f| <= M there, some polynomial of degree d is within e = 2 M
r^{-d}/(r-1) of f on [-1,1];
the orthonormal polynomials have norm 1 for the law and for the rule alike, so by Cauchy-Schwarz |a_k - rule| <= 2 e
for k + d <= D, 2k <= D.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from flint import arb
from sympy import Expr, Symbol

from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.analyticity import BOUND_BITS, box_bound
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import paced, working_bits
from numerics.tables import Table

MOST_NODES = 20_000
# half-heights of the ellipses tried, in the coordinate z = sqrt(m) s
_HEIGHTS = (6.0, 4.5, 3.4, 2.6, 2.0, 1.7, 1.5, 1.4, 1.25, 1.1, 0.9, 0.7, 0.5, 0.35, 0.2, 0.1, 0.05)


@dataclass(frozen=True)
class GegenbauerSeries:
    """Balls of a_0 .. a_K, and of what is left of the squared norm, E f^2 - sum a_k^2."""

    coefficients: tuple[arb, ...]
    remainder: arb


@dataclass(frozen=True)
class Ellipse:
    """|f(sqrt(m) s)| <= bound for s in the Bernstein ellipse of this radius, f analytic there."""

    radius: float
    bound: arb

    def distance(self, degree: int) -> arb:
        """How well some polynomial of this degree approximates f on [-1, 1]."""
        r = arb(self.radius)
        return (2 * self.bound * (-r.log() * degree).exp() / (r - 1)).abs_upper()


def _ellipse(
    expression: Expr, variable: Symbol, scale: float, height: float, symmetric_modulus: bool, inside: bool
) -> Ellipse | None:
    """The ellipse of this half-height with a bound of |f| on it, or None where f is not certainly analytic there.

    Args:
        inside: a larger ellipse is certified already, so that the boundary alone has the largest modulus.
    """
    b = height / scale
    radius = b + math.sqrt(1 + b * b)
    radius *= 1 - 1e-12  # a float from below: the true ellipse of this radius is inside the boxes
    wide = scale * (radius + 1 / radius) / 2
    tiles = max(4, math.ceil(wide / 0.5)) if symmetric_modulus else 2 * max(4, math.ceil(wide / 0.5))
    function = complex_function(expression, (variable,))
    worst = arb(0)
    start = 0.0 if symmetric_modulus else -wide
    width = (wide - start) / tiles

    def boundary(at: float) -> float:
        return height * math.sqrt(max(0.0, 1 - (at / wide) ** 2))

    for j in paced(range(tiles)):
        left, right = start + j * width, start + (j + 1) * width
        near = 0.0 if left <= 0 <= right else min(abs(left), abs(right))
        top = boundary(near) * (1 + 1e-9) + 1e-9
        bottom = max(0.0, boundary(max(abs(left), abs(right))) * (1 - 1e-9) - 1e-9) if inside else 0.0
        layers = max(1, math.ceil((top - bottom) / 0.5))
        step = (top - bottom) / layers
        for i in range(layers):
            low, high = bottom + i * step, top if i == layers - 1 else bottom + (i + 1) * step
            bound = box_bound(function, left - 1e-9, right + 1e-9, low, high)
            if bound is None:
                return None
            worst = worst.max(bound)
    return Ellipse(radius, worst)


@lru_cache(maxsize=256)
def ellipses(expression: Expr, variable: Symbol, dimension: float, symmetric_modulus: bool) -> tuple[Ellipse, ...]:
    """Ellipses around [-sqrt(m), sqrt(m)] on which f is certified analytic, largest first."""
    found: list[Ellipse] = []
    scale = math.sqrt(dimension) * (1 + 1e-15)
    with working_bits(BOUND_BITS):
        for height in _HEIGHTS:
            one = _ellipse(expression, variable, scale, height, symmetric_modulus, bool(found))
            if one is not None:
                found.append(one)
            if len(found) >= 4:
                break
    return tuple(found)


def degree_needed(ellipse: Ellipse, bits: int) -> int:
    size = float(ellipse.bound.log().abs_upper().mid()) if ellipse.bound > 1 else 0.0
    return math.ceil((bits * math.log(2) + size + 4 - math.log(ellipse.radius - 1)) / math.log(ellipse.radius))


def _rounded(nodes: int) -> int:
    """At most an eighth more, with few different values: a rule is shared by all means that need about as many nodes."""
    unit = max(4, 1 << max(0, nodes.bit_length() - 4))
    return unit * math.ceil(nodes / unit)


@lru_cache(maxsize=32)
def rule(dimension: int, nodes: int, bits: int) -> tuple[tuple[arb, ...], tuple[arb, ...], int]:
    """Nodes in (0, 1) or (0, 1], weights, and the degree of exactness; the rule is symmetric, a node 0 carries half
    its weight."""
    m = dimension
    with working_bits(bits):
        # the law's constant B((m-1)/2, 1/2)
        beta = arb.pi().sqrt() * (arb(m - 1) / 2).gamma() / (arb(m) / 2).gamma()
        points, weights = [], []
        if m % 2 == 0:
            for i in paced(range((nodes + 1) // 2)):
                c = (arb(2 * i + 1) / (2 * nodes)).cos_pi()
                s = (arb(2 * i + 1) / (2 * nodes)).sin_pi()
                points.append(c if 2 * i + 1 != nodes else arb(0))
                weights.append(arb.pi() / nodes * s ** arb(m - 2) / beta / (2 if 2 * i + 1 == nodes else 1))
            return tuple(points), tuple(weights), 2 * nodes - 1 - (m - 2)
        for i in paced(range((nodes + 1) // 2)):
            x, w = arb.legendre_p_root(nodes, i, weight=True)
            points.append(x)
            weights.append(w * (1 - x * x) ** arb((m - 3) // 2) / beta / (2 if 2 * i + 1 == nodes else 1))
        return tuple(points), tuple(weights), 2 * nodes - 1 - (m - 3)


def recurrence_square(dimension: int, k: int) -> tuple[int, int]:
    """alpha_k^2 of s P_k = alpha_{k+1} P_{k+1} + alpha_k P_{k-1} (orthonormal), as numerator and denominator."""
    m = dimension
    return (1, m) if k == 1 else (k * (k + m - 3), (2 * k + m - 2) * (2 * k + m - 4))


@lru_cache(maxsize=32)
def _table(dimension: int, nodes: int, degree: int, bits: int) -> Table:
    """Rows of weight times orthonormal polynomial at the nodes of the right half."""
    with working_bits(bits):
        points, weights, _ = rule(dimension, nodes, bits)
        row, before, last = list(weights), [arb(0)] * len(points), arb(0)
        rows = [row]
        for k in paced(range(1, degree + 1)):
            p, q = recurrence_square(dimension, k)
            alpha = (arb(p) / q).sqrt()
            row, before = [(x * t - last * s) / alpha for x, t, s in zip(points, row, before, strict=True)], row
            last = alpha
            rows.append(row)
        return Table.of(rows, bits)


@lru_cache(maxsize=256)
def gegenbauer_series(
    expression: Expr, variable: Symbol, dimension: int, degree: int, bits: int, parity: int = 0
) -> GegenbauerSeries:
    """Coefficients of f(sqrt(m) s) in the orthonormal Gegenbauer polynomials, with errors near 2^-bits.

    Args:
        expression: f, real-analytic on [-sqrt(m), sqrt(m)].
        dimension: m >= 2 of the space whose unit sphere carries the law.
        parity: 1 for even f, -1 for odd f, 0 where neither is certain.

    Raises:
        UndecidedError: f is not certainly analytic around the interval, or the rule is too long.
    """
    found = ellipses(expression, variable, dimension, parity != 0)
    if not found:
        raise UndecidedError(f"{expression} is not certainly analytic around the support of the law")
    ellipse = min(found, key=lambda e: degree_needed(e, bits))
    approximation = max(degree_needed(ellipse, bits), degree)
    # for a series, the squared norm is wanted to the same bits as the coefficients
    exactness = max(approximation + degree, 2 * approximation if degree else 0)
    nodes = _rounded(math.ceil((exactness + 1 + dimension) / 2))
    if nodes > MOST_NODES:
        raise UndecidedError(f"the rule needs {nodes} nodes: ask for fewer bits")
    inner = 64 * math.ceil((bits + 40 + (4 * degree) // 3) / 64)
    with working_bits(inner):
        points, _, exact = rule(dimension, nodes, inner)
        if exact < exactness or exact < 2 * degree:
            raise UndecidedError("internal: the rule is not exact enough")
        error = symmetric(2 * ellipse.distance(approximation))
        # |rule(f^2) - E f^2|: f^2 is within 2 M' e + e^2 of a polynomial of degree 2d <= D
        half = exact // 2
        gap = ellipse.distance(half)
        square_error = symmetric(2 * gap * (2 * ellipse.bound + gap))
        table = _table(dimension, nodes, degree, inner)
        function = real_function(expression, (variable,))
        root = arb(dimension).sqrt()
        right = [function(root * x) for x in points]
        left = [v * parity for v in right] if parity else [function(-root * x) for x in points]
        even = table.times([a + b for a, b in zip(right, left, strict=True)])
        odd = table.times([a - b for a, b in zip(right, left, strict=True)])
        remainder = square_error + sum(
            (w * (a * a + b * b) for w, a, b in zip(table.first, right, left, strict=True)), arb(0)
        )
        coefficients = []
        for k in range(degree + 1):
            if parity and (k % 2 == 0) != (parity > 0):
                coefficients.append(arb(0))
                continue
            coefficients.append((odd if k % 2 else even)[k] + error)
            remainder -= coefficients[-1] * coefficients[-1]
    return GegenbauerSeries(tuple(coefficients), remainder)
