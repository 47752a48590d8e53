r"""Composite Gauss-Legendre rules for f(x) times a Gaussian density that other coordinates take part in, with bounded errors.

On a panel of length l the rule of N nodes misses the integral of G by at most 4 l M r^{-(2N-1)}/(r-1), |G| <= M on the Bernstein
ellipse of radius r.  Here G(z) = f(z) S(z), S a positive sum or integral of Gaussian densities over the other coordinates:
|S(x + iy)| <= S(x) e^{y^2 q/2} with q the precision of this coordinate given all others, and S(x) <= phi(x) times a mass near 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import acb, arb
from sympy import Expr, Symbol

from numerics.ball_means.tensor_quadrature import Interval, gauss_legendre
from numerics.balls import less
from numerics.errors import UndecidedError
from numerics.formulas.pieces import Piece, analytic_pieces
from numerics.formulas.tails import gaussian_tail
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import working_bits

BOUND_BITS = 53
DEEPEST = 7
MOST_NODES_A_PANEL = 400
_RADII = (8.0, 5.0, 3.6, 2.7, 2.1, 1.7, 1.4)
_TILES = 5


@dataclass(frozen=True)
class Panel:
    """A rule of so many nodes on an interval inside one analytic piece; `error` bounds what it misses of f S.

    Attributes:
        crowding: how much it may overcount a conditional density of precision at most q.
    """

    interval: Interval
    piece: Piece
    nodes: int
    error: arb
    crowding: arb


def _bound_on_ellipse(function: Any, low: float, high: float, radius: float, precision: float) -> arb | None:
    """sup |f(z)| phi(Re z) e^{(Im z)^2 q/2} over the ellipse around [low, high], from above."""
    centre, half = (low + high) / 2, (high - low) / 2
    wide, tall = (half * (radius + s / radius) / 2 * (1 + 1e-12) for s in (1, -1))
    worst = arb(0)
    for i in range(2 * _TILES):
        left, right = centre + wide * (i / _TILES - 1), centre + wide * ((i + 1) / _TILES - 1)
        inner = 0.0 if left <= centre <= right else min(abs(left - centre), abs(right - centre))
        top = tall * math.sqrt(max(0.0, 1 - (inner / wide) ** 2)) * (1 + 1e-9) + 1e-12
        slack = 1e-12 * (abs(left) + abs(right) + wide)
        box = acb(arb(left - slack).union(right + slack), arb(0).union(top))
        value = function(box)
        if not value.is_finite():
            return None
        near = arb(max(0.0, (0.0 if left <= 0 <= right else min(abs(left), abs(right))) - slack))
        density = ((arb(top) * top * precision - near * near) / 2).exp() / (2 * arb.pi()).sqrt()
        worst = worst.max(abs(value).abs_upper() * density)
    return worst.abs_upper()


def _rule_error(bound: arb, radius: float, length: arb, nodes: int) -> arb:
    r = arb(radius)
    return (4 * length * bound * (-r.log() * (2 * nodes - 1)).exp() / (r - 1)).abs_upper()


def _single(function: Any, interval: Interval, piece: Piece, precision: float, goal: float) -> Panel | None:
    """The cheapest rule on this panel with an error near e^-goal."""
    low, high = interval.floats
    length = (interval.upper - interval.lower).abs_upper()
    best: tuple[int, float, arb] | None = None
    for radius in _RADII:
        bound = _bound_on_ellipse(function, low, high, radius, precision)
        if bound is None or not bound.is_finite():
            continue
        size = float(bound.log().mid()) if bound > 0 else -700.0
        need = goal + size + math.log(4 * (high - low) / (radius - 1) + 1e-300)
        nodes = max(2, math.ceil((need / math.log(radius) + 1) / 2))
        if best is None or nodes < best[0]:
            best = nodes, radius, bound
    if best is None or best[0] > MOST_NODES_A_PANEL:
        return None
    nodes, radius, bound = best
    density = (arb(precision) / (2 * arb.pi())).sqrt()
    crowding = min(
        (
            _rule_error(density * (arb(_height(low, high, r)) ** 2 * precision / 2).exp(), r, length, nodes)
            for r in _RADII
        ),
        key=lambda b: float(b.mid()),
    )
    return Panel(interval, piece, nodes, _rule_error(bound, radius, length, nodes), crowding)


def _height(low: float, high: float, radius: float) -> float:
    return (high - low) / 2 * (radius - 1 / radius) / 2 * (1 + 1e-12)


def _best(
    function: Any, interval: Interval, piece: Piece, precision: float, goal: float, depth: int
) -> list[Panel] | None:
    whole = _single(function, interval, piece, precision, goal)
    if depth == 0 or (whole is not None and whole.nodes <= 12):
        return None if whole is None else [whole]
    halves = []
    for half in interval.halves():
        # a half is tried whole first: cutting goes on only while it pays
        part = _single(function, half, piece, precision, goal)
        halves.append(part)
    if whole is not None and all(h is not None for h in halves) and whole.nodes <= sum(h.nodes for h in halves if h):
        return [whole]
    found = []
    for half in interval.halves():
        parts = _best(function, half, piece, precision, goal, depth - 1)
        if parts is None:
            return None if whole is None else [whole]
        found += parts
    return found


@lru_cache(maxsize=128)
def panels(expression: Expr, variable: Symbol, reach: int, precision: float, bits: int) -> tuple[Panel, ...]:
    """Panels that cover [-reach, reach], none across a kink of f, each with an error near 2^-bits.

    Args:
        precision: at least the precision q of this coordinate given all others.

    Raises:
        UndecidedError: a kink just at the reach, or f is not analytic around some piece up to its ends.
    """
    found: list[Panel] = []
    goal = bits * math.log(2)
    edge = arb(reach)
    for piece in analytic_pieces(expression, variable):
        with working_bits(2 * bits + 64):
            lower = (-edge).max(real_function(piece.lower, ())())
            upper = edge.min(real_function(piece.upper, ())())
        order = less(lower, upper)
        if order is None:
            raise UndecidedError(f"a kink of {expression} lies at {reach}, where the panels end: shift it a little")
        if not order or piece.expression == 0:  # beyond the reach, or nothing
            continue
        with working_bits(BOUND_BITS):
            function = complex_function(piece.expression, (variable,))
            parts = _best(function, Interval(lower, upper), piece, precision, goal, DEEPEST)
        if parts is None:
            raise UndecidedError(f"{piece.expression} is not certainly analytic up to the ends of its piece")
        found += parts
    return tuple(found)


def nodes_and_values(found: tuple[Panel, ...], variable: Symbol, bits: int) -> tuple[list[arb], list[arb]]:
    """Nodes x_j and w_j f(x_j), at the working precision."""
    points, values = [], []
    for panel in found:
        low, high = panel.interval.lower, panel.interval.upper
        half, middle = (high - low) / 2, (high + low) / 2
        function = real_function(panel.piece.expression, (variable,))
        for t, w in gauss_legendre(panel.nodes, 64 * math.ceil(bits / 64)):
            x = middle + half * t
            points.append(x)
            values.append(function(x) * w * half)
    return points, values


@lru_cache(maxsize=256)
def _on_tiles(expression: Expr, variable: Symbol, reach: int) -> tuple[tuple[arb, arb], ...]:
    """Upper bounds of |f| and of the normal mass on tiles of [-reach, reach]."""
    function = real_function(expression, (variable,))
    rows = []
    for j in range(-4 * reach, 4 * reach):
        left, right = arb(j) / 4, arb(j + 1) / 4
        near = arb(min(abs(j), abs(j + 1))) / 4
        bound = abs(function(left.union(right))).abs_upper()
        if not bound.is_finite():
            raise UndecidedError(f"{expression} is not certainly bounded on [{j / 4}, {(j + 1) / 4}]")
        rows.append((bound, ((-near * near / 2).exp() / (4 * (2 * arb.pi()).sqrt())).abs_upper()))
    return tuple(rows)


def largest_within(expression: Expr, variable: Symbol, reach: int) -> arb:
    """At least |f| on [-reach, reach]."""
    with working_bits(BOUND_BITS):
        return max((b for b, _ in _on_tiles(expression, variable, reach)), key=lambda b: float(b.mid()))


def norm(expression: Expr, variable: Symbol, reach: int, power: float) -> arb:
    """At least (E|f(Z)|^power)^(1/power)."""
    with working_bits(BOUND_BITS):
        inside = sum((b ** arb(power) * w for b, w in _on_tiles(expression, variable, reach)), arb(0))
        return (
            (inside + gaussian_tail(expression, variable, reach, power, across=True)) ** (1 / arb(power))
        ).abs_upper()
