r"""Normalised Hermite coefficients of an analytic function as balls, by a midpoint rule with every error bounded.

a_k = E f(Z) h_k(Z), Z standard normal, h_k the normalised probabilists' Hermite polynomials.  With nodes (j+1/2)h in
[-L, L],
L a multiple of h, and f analytic for |Im z| <= a there (shift of contour against 1/(1 + e^{2 pi i z/h})):

    |sum - int_{-L}^{L}| <= (top + bottom)/(e^{2 pi a/h} - 1) + (2 h/pi) sup |sides|,

top = int |f h_k phi|(x + ia) dx <= e^{a^2/2} (E |f(X+ia)|^2 E |h_k(X+ia)|^2)^{1/2}, E |h_k(X+ia)|^2 = L_k(-a^2)
(Laguerre); on the
sides |h_k(x+iy)|^2 <= r^{-k} (1-r^2)^{-1/2} exp(r x^2/(1+r) + r y^2/(1-r)) for every 0 < r < 1 (Mehler's kernel has
positive terms).
Beyond L, by Cauchy-Schwarz, |E[f h_k; |Z|>L]|^2 <= E[f^2; |Z|>L].
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

from flint import arb
from sympy import Expr, Symbol

from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.analyticity import Strip, strips
from numerics.formulas.tails import gaussian_tail
from numerics.formulas.walker import real_function
from numerics.precision import paced, working_bits
from numerics.tables import Table

LONGEST_REACH = 160
MOST_NODES = 60_000
_SIDE_RATES = (0.2, 0.35, 0.5, 0.6, 0.7, 0.77, 0.83, 0.88, 0.92, 0.95, 0.97, 0.98)


@dataclass(frozen=True)
class HermiteSeries:
    """Balls of a_0 .. a_K, and of what is left of the squared norm, E f^2 - sum a_k^2."""

    coefficients: tuple[arb, ...]
    remainder: arb


def reach_for(expression: Expr, variable: Symbol, bits: int, power: int = 2, across: bool = False) -> tuple[int, arb]:
    """The smallest tried L whose tail ``E[|f|^power; |Z|>L]`` is below 2^-(power bits), with the bound of the tail.

    Args:
        across: whether kinks may lie beyond L.

    Raises:
        UndecidedError: the bound of f is not integrable, or no L up to 160 is far enough.
    """
    start = max(4, int(math.sqrt(2 * power * bits * math.log(2))))
    if start > LONGEST_REACH:
        raise UndecidedError(f"{bits} bits need a normal density beyond {LONGEST_REACH}: ask for fewer bits")
    while start <= LONGEST_REACH:
        tail = gaussian_tail(expression, variable, start, power, across)
        if tail.is_finite() and tail < arb(2) ** (-power * bits):
            return start, tail
        start += max(1, start // 12)
    raise UndecidedError(f"no small bound of {expression} far out: the mean may diverge")


@lru_cache(maxsize=64)
def _tile_weights(edges: tuple[float, ...]) -> tuple[arb, ...]:
    """Bounds of the normal mass of each tile."""
    weights = []
    for low, high in itertools.pairwise(edges):
        near = arb(0.0 if low <= 0 <= high else min(abs(low), abs(high)))
        weights.append(((-near * near / 2).exp() * (arb(high) - arb(low)) / (2 * arb.pi()).sqrt()).abs_upper())
    return tuple(weights)


def _norm_on_lines(strip: Strip) -> arb:
    """(int |f(x+iy)|^2 phi(x) dx)^{1/2} over the reach, from above, for every |y| <= height."""
    total = arb(0)
    for bound, weight in zip(strip.bounds, _tile_weights(strip.edges), strict=True):
        total += bound * bound * weight
    return total.sqrt().abs_upper()


def _top_factor(strip: Strip, norm: arb, degree: int) -> arb:
    """Bound of the integral along the top line; L_k(-a^2) = sum binom(k, j) a^{2j}/j! <= I_0(2 a sqrt k) <= e^{2 a
    sqrt k}."""
    height = arb(strip.height)
    return (height * height / 2 + height * arb(degree).sqrt()).exp() * norm


def _nodes_needed(strip: Strip, degree: int, bits: int) -> int:
    """How many nodes on each side bring the rule's error on this strip near 2^-bits."""
    top = float(_top_factor(strip, _norm_on_lines(strip), degree).log().mid())
    step = 2 * math.pi * strip.height / (bits * math.log(2) + max(top, 0.0) + 3)
    return 8 * math.ceil(strip.reach / step / 8)


def _line_error(strip: Strip, norm: arb, nodes: int, degree: int) -> arb:
    """The part of the rule's error that comes from the lines Im z = +-height."""
    height, step = arb(strip.height), arb(strip.reach) / nodes
    return (2 * _top_factor(strip, norm, degree) / ((2 * arb.pi() * height / step).exp() - 1)).abs_upper()


def _side_error(strip: Strip, degree: int) -> arb:
    """The part that comes from the ends Re z = +-reach, for steps of at most 1."""
    height, edge = arb(strip.height), arb(strip.reach)
    a, x = strip.height, strip.reach
    # any rate gives a bound; floats choose a good one
    rate = min(
        _SIDE_RATES,
        key=lambda r: (
            (r * x * x / (1 + r) + r * a * a / (1 - r)) / 2 - math.log(r) * degree / 2 - math.log(1 - r * r) / 4
        ),
    )
    r = arb(rate)
    size = (
        (r * edge * edge / (1 + r) + r * height * height / (1 - r)) / 2 - r.log() * degree / 2 - (1 - r * r).log() / 4
    )
    best = size.exp()
    peak = ((height * height - edge * edge) / 2).exp() / (2 * arb.pi()).sqrt()
    return (2 / arb.pi() * strip.bounds[0].max(strip.bounds[-1]) * best * peak).abs_upper()


def _choose(expression: Expr, variable: Symbol, degree: int, bits: int, parity: int) -> tuple[int, Strip, arb]:
    """Nodes, strip and tail of the cheapest rule whose error is near 2^-bits."""
    reach, tail = reach_for(expression, variable, bits)
    while reach <= LONGEST_REACH:
        found = strips(expression, variable, reach, parity != 0)
        if not found:
            raise UndecidedError(f"{expression} is not certainly analytic around the real line")
        near = [s for s in found if _side_error(s, degree) < arb(2) ** -bits]
        if near:
            nodes, strip = min(((_nodes_needed(s, degree, bits), s) for s in near), key=lambda pair: pair[0])
            if nodes > MOST_NODES:
                raise UndecidedError(f"the rule needs {2 * nodes} nodes: ask for fewer bits")
            return nodes, strip, tail
        reach += max(1, reach // 8)
        tail = gaussian_tail(expression, variable, reach, 2)
    raise UndecidedError(f"no strip around the real line gives {expression} to {bits} bits and degree {degree}")


@lru_cache(maxsize=32)
def _nodes(reach: int, nodes: int, bits: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
    """Midpoints x_j of the right half-line and h phi(x_j)."""
    with working_bits(bits):
        h = arb(reach) / nodes
        points = tuple(h * (2 * j + 1) / 2 for j in range(nodes))
        scale = h / (2 * arb.pi()).sqrt()
        return points, tuple(scale * (-x * x / 2).exp() for x in paced(points))


@lru_cache(maxsize=32)
def _table(reach: int, nodes: int, degree: int, bits: int, odd: int) -> Table:
    """Rows h phi(x_j) He_k(x_j), k of one parity up to `degree`: He_{k+2} = (x^2 - (2k+1)) He_k - k(k-1) He_{k-2}."""
    with working_bits(bits):
        points, weights = _nodes(reach, nodes, bits)
        squares = [x * x for x in points]
        row = [w * x for w, x in zip(weights, points, strict=True)] if odd else list(weights)
        before = row
        rows = [row]
        for k in paced(range(odd, degree - 1, 2)):
            shift, back = arb(2 * k + 1), arb(k * (k - 1))
            if k < 2:
                row, before = [(q - shift) * t for q, t in zip(squares, row, strict=True)], row
            else:
                row, before = [(q - shift) * t - back * s for q, t, s in zip(squares, row, before, strict=True)], row
            rows.append(row)
        return Table.of(rows, bits)


@lru_cache(maxsize=256)
def hermite_series(expression: Expr, variable: Symbol, degree: int, bits: int, parity: int = 0) -> HermiteSeries:
    """Coefficients a_0..a_degree of f with errors near 2^-bits.

    Args:
        expression: f, real-analytic on the line.
        parity: 1 for even f, -1 for odd f, 0 where neither is certain.

    Raises:
        UndecidedError: f is not certainly analytic in a strip, or has no small bound far out.
    """
    with working_bits(64):
        nodes, strip, tail = _choose(expression, variable, degree, bits, parity)
        norm, beyond = _norm_on_lines(strip), tail.sqrt()
        # the bound of the rule grows with k: a few are computed, each stands for the degrees up to it
        marks = sorted({0, 1, *(degree * i // 8 for i in range(1, 9))})
        errors = {k: symmetric(_line_error(strip, norm, nodes, k) + _side_error(strip, k) + beyond) for k in marks}
        # E f^2 is the integral of (f^2) h_0 phi: the same contour, with |f|^2 in place of |f|
        squares = Strip(strip.height, strip.edges, tuple(b * b for b in strip.bounds))
        square_error = symmetric(
            _line_error(squares, _norm_on_lines(squares), nodes, 0) + _side_error(squares, 0) + tail
        )
    # balls widen in the recurrence of h_k by about e^{x sqrt k}, the weight gives e^{-x^2/2} back: e^{k/2} in all
    inner = 64 * math.ceil((bits + 40 + 3 * degree // 4) / 64)
    with working_bits(inner):
        points, weights = _nodes(strip.reach, nodes, inner)
        function = real_function(expression, (variable,))
        right = [function(x) for x in points]
        left = [v * parity for v in right] if parity else [function(-x) for x in points]
        pairs = list(zip(right, left, strict=True))
        remainder = square_error + sum((w * (a * a + b * b) for w, (a, b) in zip(weights, pairs, strict=True)), arb(0))
        coefficients = [arb(0)] * (degree + 1)
        for odd in (0, 1):
            if (parity > 0 and odd) or (parity < 0 and not odd) or odd > degree:
                continue
            sums = _table(strip.reach, nodes, degree, inner, odd).times([a - b if odd else a + b for a, b in pairs])
            norm_square = 1
            for i, k in enumerate(range(odd, degree + 1, 2)):
                norm_square *= max(k * (k - 1), 1)
                a = sums[i] / arb(norm_square).sqrt() + errors[next(m for m in marks if m >= k)]
                coefficients[k] = a
                remainder -= a * a
    return HermiteSeries(tuple(coefficients), remainder)
