"""Certificates of analyticity: upper bounds of |f| on rectangles and strips of the complex plane, by covering them
with boxes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import acb, arb
from sympy import Expr, Symbol

from numerics.formulas.walker import complex_function
from numerics.precision import working_bits

BOUND_BITS = 53
# heights at which a strip is tried; entire functions gain little beyond the last
HEIGHTS = (0.25, 0.5, 0.9, 1.25, 1.5, 2.0, 2.8, 4.0, 6.0)
# halvings of the step to a height that fails
HALVINGS = 2


def box(left: float, right: float, low: float, high: float) -> acb:
    """The rectangle [left, right] x [low, high] as a complex ball (floats are exact dyadic numbers)."""
    return acb(arb(left).union(right), arb(low).union(high))


def box_bound(
    function: Callable[[acb], acb], left: float, right: float, low: float, high: float, depth: int = 3
) -> arb | None:
    """An upper bound of |f| on a rectangle, or None where f is not certainly analytic there."""
    value = function(box(left, right, low, high))
    if value.is_finite():
        return abs(value).abs_upper()
    if depth == 0:
        return None
    middle, centre = (left + right) / 2, (low + high) / 2
    worst = arb(0)
    for a, b, c, d in (
        (left, middle, low, centre), (middle, right, low, centre),
        (left, middle, centre, high), (middle, right, centre, high),
    ):  # fmt: skip
        bound = box_bound(function, a, b, c, d, depth - 1)
        if bound is None:
            return None
        worst = worst.max(bound)
    return worst


@dataclass(frozen=True)
class Strip:
    """|f(x + iy)| <= ``bounds[j]`` for x between edges j and j+1 and |y| <= height; f is analytic there."""

    height: float
    edges: tuple[float, ...]
    bounds: tuple[arb, ...]

    @property
    def reach(self) -> int:
        """The strip covers [-reach, reach]."""
        return int(self.edges[-1])


def _edges(reach: int) -> tuple[float, ...]:
    """Tiles of width 1/2 where the normal density lives, of width 2 (the last of 1) farther out."""
    near = min(reach, 6)
    right = [j / 2 for j in range(2 * near + 1)]
    while right[-1] < reach:
        right.append(min(right[-1] + 2, reach - 1 if right[-1] < reach - 1 else reach))
    return (*(-e for e in reversed(right)), *right[1:])


@lru_cache(maxsize=256)
def strips(expression: Expr, variable: Symbol, reach: int, symmetric: bool) -> tuple[Strip, ...]:
    """Growing strips around [-reach, reach] on which a real-analytic f is certified analytic, with bounds on tiles.

    Args:
        symmetric: |f| is even (f has a parity), so the left half is not visited.
    """
    edges = _edges(reach)
    tiles = len(edges) - 1
    found: list[Strip] = []
    with working_bits(BOUND_BITS):
        function = complex_function(expression, (variable,))
        worst = [arb(0)] * tiles
        low, todo, halvings = 0.0, [*reversed(HEIGHTS)], HALVINGS
        while todo:
            high = todo.pop()
            bounds = _bounds(function, edges, low, high, tiles // 2 if symmetric else 0)
            if bounds is None:
                if not halvings:
                    break
                todo, halvings = [(low + high) / 2], halvings - 1
                continue
            if symmetric:
                bounds = [*reversed(bounds), *bounds]
            worst = [w.max(b) for w, b in zip(worst, bounds, strict=True)]
            found.append(Strip(high, edges, tuple(worst)))
            low = high
            if halvings < HALVINGS and halvings:
                todo, halvings = (
                    [high + (found[-1].height - (found[-2].height if len(found) > 1 else 0.0)) / 2],
                    halvings - 1,
                )
    return tuple(found)


def _bounds(
    function: Callable[[acb], acb], edges: tuple[float, ...], low: float, high: float, first: int
) -> list[arb] | None:
    """Upper bounds of |f| on the tiles from `first` on, None where f is not certainly analytic on one."""
    found = []
    for left, right in itertools.pairwise(edges[first:]):
        bound = box_bound(function, left, right, low, high)
        if bound is None:
            return None
        found.append(bound)
    return found
