r"""Rigorous integrals of analytic functions of two variables over a rectangle, by products of Gauss-Legendre rules.

A rule of N nodes on an interval of length l misses the integral of g by at most 4 l M r^{-(2N-1)}/(r-1) where |g| <= M
on the
Bernstein ellipse of radius r (twice the length times the distance 2 M r^{-(2N-1)}/(r-1) to polynomials of degree
2N-1).  The bound is
taken in each variable with the other one real; rectangles that would need too many nodes are halved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import acb, arb, ctx

from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.precision import Deadline, paced, working_bits

BOUND_BITS = 53
MOST_POINTS_A_PANEL = 6000
DEEPEST = 12
_RADII = (12.0, 8.0, 5.5, 4.0, 3.0, 2.4, 2.0, 1.7, 1.5, 1.35, 1.22, 1.12)
_TILES = 6

Surface = Callable[[acb, acb], acb]


@dataclass(frozen=True)
class Interval:
    """A real interval with ball ends, and floats that are no larger and no smaller."""

    lower: arb
    upper: arb

    @property
    def floats(self) -> tuple[float, float]:
        low, high = float(self.lower.lower().mid()), float(self.upper.upper().mid())
        slack = 1e-14 * (abs(low) + abs(high)) + 1e-300
        return low - slack, high + slack

    def halves(self) -> tuple[Interval, Interval]:
        middle = ((self.lower + self.upper) / 2).mid()
        return Interval(self.lower, middle), Interval(middle, self.upper)


@lru_cache(maxsize=128)
def gauss_legendre(nodes: int, bits: int) -> tuple[tuple[arb, arb], ...]:
    """Nodes and weights on (-1, 1) as balls."""
    with working_bits(bits):
        return tuple(arb.legendre_p_root(nodes, k, weight=True) for k in paced(range(nodes)))


def _span(low: float, high: float) -> arb:
    return arb(low).union(high)


def _ellipse_bound(function: Surface, along: int, intervals: tuple[Interval, Interval], radius: float) -> arb | None:
    low, high = intervals[along].floats
    centre, half = (low + high) / 2, (high - low) / 2
    wide, tall = half * (radius + 1 / radius) / 2 * (1 + 1e-12), half * (radius - 1 / radius) / 2 * (1 + 1e-12)
    other_low, other_high = intervals[1 - along].floats
    step = (other_high - other_low) / _TILES
    worst = arb(0)
    for i in range(2 * _TILES):
        left, right = centre - wide + wide * i / _TILES, centre - wide + wide * (i + 1) / _TILES
        near = max(0.0, min(abs(left - centre), abs(right - centre)) if (left - centre) * (right - centre) > 0 else 0.0)
        top = tall * math.sqrt(max(0.0, 1 - (near / wide) ** 2)) * (1 + 1e-9)
        slack = 1e-12 * (abs(left) + abs(right) + wide)
        for layer in range(2):
            box = acb(_span(left - slack, right + slack), _span(top * layer / 2, top * (layer + 1) / 2))
            for j in range(_TILES):
                real = acb(_span(other_low + j * step - abs(step) * 1e-9, other_low + (j + 1) * step * (1 + 1e-9)))
                value = function(box, real) if along == 0 else function(real, box)
                if not value.is_finite():
                    return None
                worst = worst.max(abs(value).abs_upper())
    return worst


def _nodes(bound: arb, radius: float, measure: float, goal: float) -> int:
    """Least N with 4 measure M r^{-(2N-1)}/(r-1) <= e^{-goal}, about."""
    size = float(bound.log().mid()) if bound > 0 else -1e9
    need = goal + size + math.log(4 * measure / (radius - 1)) + 0.1
    return max(1, math.ceil((need / math.log(radius) + 1) / 2))


def _rule_error(bound: arb, radius: float, measure: arb, nodes: int) -> arb:
    r = arb(radius)
    return (4 * measure * bound * (-r.log() * (2 * nodes - 1)).exp() / (r - 1)).abs_upper()


def tensor_integral(
    function: Surface, first: Interval, second: Interval, goal_bits: int, deadline: Deadline, depth: int = 0
) -> arb:
    """The integral over a rectangle of F, analytic in each variable, with an error near 2^-goal_bits, at the working
    precision.

    Args:
        function: F of two complex balls, real on real arguments; not finite unless analytic on the box in each
            variable.

    Raises:
        UndecidedError: F is not certainly analytic around some small rectangle, or too many nodes are needed.
    """
    deadline.check()
    area = (first.upper - first.lower) * (second.upper - second.lower)
    measure = float(abs(area).abs_upper().mid()) + 1e-300
    goal = (goal_bits + 2 * depth) * math.log(2)
    best: list[tuple[int, float, arb]] = []
    failed = 0
    with working_bits(BOUND_BITS):
        for along in (0, 1):
            options = []
            for radius in _RADII:
                bound = _ellipse_bound(function, along, (first, second), radius)
                if bound is not None:
                    options.append((_nodes(bound, radius, measure, goal), radius, bound))
                    if len(options) > 1 and options[-1][0] > options[-2][0]:
                        break
            if not options:
                best, failed = [], along
                break
            best.append(min(options, key=lambda o: o[0]))
    if len(best) == 2 and (best[0][0] * best[1][0] <= MOST_POINTS_A_PANEL or depth >= DEEPEST):
        if best[0][0] * best[1][0] > 20 * MOST_POINTS_A_PANEL:
            raise UndecidedError("the integrand of two coordinates needs too many nodes: ask for fewer bits")
        return _product_rule(function, first, second, best, area)
    if depth >= DEEPEST:
        raise UndecidedError(
            "the integrand of two coordinates is not certainly analytic between its kinks, or changes too fast for balls: take an"
            " estimate (`evaluate`, or `numerics.maps` at a Gram matrix)"
        )
    wider = 0 if len(best) == 2 and best[0][0] >= best[1][0] else 1
    if len(best) != 2:
        # along the axis on whose ellipses nothing was bounded, now and then along the other, whose width counts there too
        wider = 1 - failed if depth % 3 == 2 else failed
    total = arb(0)
    for part in (first, second)[wider].halves():
        panels = (part, second) if wider == 0 else (first, part)
        total += tensor_integral(function, *panels, goal_bits, deadline, depth + 1)
    return total


def _product_rule(
    function: Surface, first: Interval, second: Interval, best: list[tuple[int, float, arb]], area: arb
) -> arb:
    (nodes_u, radius_u, bound_u), (nodes_v, radius_v, bound_v) = best
    bits = 64 * math.ceil(ctx.prec / 64)
    half_u, half_v = (first.upper - first.lower) / 2, (second.upper - second.lower) / 2
    mid_u, mid_v = (first.upper + first.lower) / 2, (second.upper + second.lower) / 2
    columns = [(acb(mid_v + half_v * t), w) for t, w in gauss_legendre(nodes_v, bits)]
    total = arb(0)
    for t, w in gauss_legendre(nodes_u, bits):
        u = acb(mid_u + half_u * t)
        row = arb(0)
        for v, weight in columns:
            row += function(u, v).real * weight
        total += row * w
    measure = abs(area)
    error = _rule_error(bound_u, radius_u, measure, nodes_u) + _rule_error(bound_v, radius_v, measure, nodes_v)
    return total * half_u * half_v + symmetric(error)
