r"""E f(z1) g(z2) with kinks anywhere, as a ball: polar coordinates, where a kink z1 = k is a line r cos(t - b) = |k|.

The disc (all of a sphere's shadow; of the Gaussian plane, r <= L) is cut into sectors at the angles where a line meets
the edge or
another line.  In a sector the rays cross the same lines in the same order, so that every cell is {r_i(t) < r <
r_{i+1}(t)}.

On the sphere of R^m the density (m-2) r (1-r^2)^{(m-4)/2} is singular at the edge, and a line meets the edge at an end
of a sector.
Both are removed by q = sqrt(1-r^2) in place of r and t = end +- s^2 in place of t: with u = t - b = +-(u_c - s^2), cos
u_c = k/R,

    q_line = sqrt(cos^2 u - cos^2 u_c)/cos u = s sqrt(sinc(s^2) sin(2 u_c - s^2))/cos(u_c - s^2).

Angles that coincide to the working precision are one cluster; what lies between them is bounded by its width times sup
|f g|.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import acb, arb
from sympy import Expr, Symbol

from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.pieces import Piece
from numerics.precision import Deadline
from numerics.tensor_quadrature import Interval, tensor_integral
from numerics.walker import complex_function, real_function

Radius = Callable[[acb], acb]


@dataclass(frozen=True, eq=False)
class Line:
    """r cos(t - base) = level > 0; it meets the edge of the disc at base +- half_angle."""

    base: arb
    level: arb
    half_angle: arb


@dataclass(frozen=True, eq=False)
class Corner:
    """An angle at which sectors end; `line` if a line meets the edge there."""

    angle: arb
    line: Line | None


@dataclass(frozen=True)
class Pair:
    """f, g as analytic pieces in z1 = r cos t, z2 = r cos(t - turn), on the disc of this radius."""

    variable: Symbol
    first: tuple[Piece, ...]
    second: tuple[Piece, ...]
    turn: arb
    radius: arb

    def kinks(self, which: int) -> list[arb]:
        return [real_function(p.lower, ())() for p in (self.first, self.second)[which][1:]]

    def branch(self, which: int, at: arb) -> Expr:
        """The formula that holds at a point certainly between kinks."""
        below = 0
        for k in self.kinks(which):
            if at > k:
                below += 1
            elif not at < k:
                raise UndecidedError("a cell between kinks is too thin for the working precision: ask for more bits")
        return (self.first, self.second)[which][below].expression


def _lines(pair: Pair) -> tuple[list[Line], list[Corner]]:
    lines, corners = [], []
    for which, base in ((0, arb(0)), (1, pair.turn)):
        for kink in pair.kinks(which):
            if kink == 0:
                corners += [Corner(base + arb.pi() / 2, None), Corner(base - arb.pi() / 2, None)]
                continue
            level, axis = (kink, base) if kink > 0 else (-kink, base + arb.pi())
            if not level > 0:
                raise UndecidedError("a kink too close to 0 to tell its side: ask for more bits")
            if level >= pair.radius:
                continue
            if not level < pair.radius:
                raise UndecidedError("a kink at the edge of the support: no enclosure yet")
            lines.append(Line(axis, level, (level / pair.radius).acos()))
    for line in lines:
        corners += [Corner(line.base + line.half_angle, line), Corner(line.base - line.half_angle, line)]
    for a, b in itertools.combinations(lines, 2):
        determinant = (b.base - a.base).sin()
        if determinant != 0:
            x = (a.level * b.base.sin() - b.level * a.base.sin()) / determinant
            y = (b.level * a.base.cos() - a.level * b.base.cos()) / determinant
            corners.append(Corner(_angle(x, y), None))
    return lines, corners


def _angle(x: arb, y: arb) -> arb:
    angle = arb.atan2(y, x)
    # across the negative axis the two values differ by a turn: measure from the other side
    return angle if angle.rad() < 1 else arb.pi() + arb.atan2(-y, -x)


def _turned(corner: Corner, start: float) -> Corner:
    """The same angle in [start, start + 2 pi), up to the width of its ball."""
    turns = math.floor((float(corner.angle.mid()) - start) / (2 * math.pi))
    return Corner(corner.angle - 2 * arb.pi() * turns, corner.line)


def _clusters(corners: list[Corner]) -> list[list[Corner]]:
    start = float(corners[0].angle.mid()) - 1e-3
    ordered = sorted((_turned(c, start) for c in corners), key=lambda c: float(c.angle.mid()))
    clusters: list[list[Corner]] = []
    for corner in ordered:
        # whatever cannot be told apart from a member joins it
        if clusters and any(not c.angle < corner.angle for c in clusters[-1]):
            clusters[-1].append(corner)
        else:
            clusters.append([corner])
    clusters.append([Corner(c.angle + 2 * arb.pi(), c.line) for c in clusters[0]])
    return clusters


def _end(cluster: list[Corner], active: list[Line]) -> Corner:
    """The corner at which a sector with these lines ends: that of a line of its own that meets the edge there, if
    any."""
    own = [c for c in cluster if c.line is not None and any(c.line is line for line in active)]
    if len(own) > 1:
        raise UndecidedError("two kinks meet at the edge of the support: no enclosure yet")
    return own[0] if own else cluster[0]


def kinked_pair(
    pair: Pair, cell: Callable[[Expr, Expr, list[Line], int, Corner, Corner], arb], largest: arb, deadline: Deadline
) -> arb:
    """The sum over the cells, times 1/(2 pi).

    Args:
        cell: integral over {r_i < r < r_{i+1}} of a sector, given the branches, the lines by distance, i, and the
            sector's ends.
        largest: a bound of |f g| on the disc.
    """
    lines, corners = _lines(pair)
    if not corners:
        raise UndecidedError("internal: no kink inside the support")
    clusters = _clusters(corners)
    total = arb(0)
    for cluster in clusters[1:]:
        low, high = cluster[0].angle, cluster[0].angle
        for corner in cluster[1:]:
            low, high = low.min(corner.angle), high.max(corner.angle)
        total += symmetric(largest * (high - low).abs_upper())
    for left, right in itertools.pairwise(clusters):
        deadline.check()
        middle = ((left[-1].angle + right[0].angle) / 2).mid()
        active = []
        for line in lines:
            reach = pair.radius * (middle - line.base).cos()
            if reach > line.level:
                active.append(line)
            elif not reach < line.level:
                raise UndecidedError("a sector between kinks is too thin for the working precision: ask for more bits")
        active.sort(key=lambda line: float((line.level / (middle - line.base).cos()).mid()))
        ends = _end(left, active), _end(right, active)
        radii = [arb(0), *(line.level / (middle - line.base).cos() for line in active), pair.radius]
        for i, (low, high) in enumerate(itertools.pairwise(radii)):
            at = ((low + high) / 2).mid()
            f = pair.branch(0, at * middle.cos())
            g = pair.branch(1, at * (middle - pair.turn).cos())
            if f != 0 and g != 0:
                total += cell(f, g, active, i, *ends)
    return total / (2 * arb.pi())


def _integrand(pair: Pair, f: Expr, g: Expr) -> Callable[[acb, acb], acb]:
    first, second = complex_function(f, (pair.variable,)), complex_function(g, (pair.variable,))
    return lambda r, t: first(r * t.cos()) * second(r * (t - pair.turn).cos())


def gaussian_cell(pair: Pair, bits: int, deadline: Deadline) -> Callable[..., arb]:
    """Cells under the density r e^{-r^2/2}."""

    def cell(f: Expr, g: Expr, lines: list[Line], i: int, left: Corner, right: Corner) -> arb:
        value = _integrand(pair, f, g)

        def radius(j: int, t: acb) -> acb:
            if j == 0:
                return acb(0)
            if j > len(lines):
                return acb(pair.radius)
            return lines[j - 1].level / (t - lines[j - 1].base).cos()

        def surface(t: acb, v: acb) -> acb:
            low, high = radius(i, t), radius(i + 1, t)
            r = low + v * (high - low)
            return value(r, t) * r * (-r * r / 2).exp() * (high - low)

        return tensor_integral(surface, Interval(left.angle, right.angle), Interval(arb(0), arb(1)), bits, deadline)

    return cell


def sphere_cell(pair: Pair, dimension: int, bits: int, deadline: Deadline) -> Callable[..., arb]:
    """Cells under the density of a sphere's shadow, each sector halved, each half with its own end removed."""
    m = dimension
    unit = Interval(arb(0), arb(1))

    def half(f: Expr, g: Expr, lines: list[Line], i: int, end: Corner, side: int, length: arb) -> arb:
        """The half next to `end`: t = end + side s^2, 0 < s^2 < length."""
        value = _integrand(pair, f, g)
        angle = lambda s: end.angle + side * s * s

        def shadow(j: int, s: acb, part: int = 1) -> acb:
            """q = sqrt(1 - r^2) at 1/part of line j's radius."""
            line = lines[j - 1]
            if part == 1 and line is end.line:
                u = line.half_angle - s * s
                return s * ((s * s).sinc() * (line.half_angle + u).sin()).sqrt(analytic=True) / u.cos()
            r = line.level / (pair.radius * part * (angle(s) - line.base).cos())
            return (1 - r * r).sqrt(analytic=True)

        def in_q(low: Callable[[acb], acb], high: Callable[[acb], acb]) -> arb:
            def surface(s: acb, v: acb) -> acb:
                a, b = low(s), high(s)
                q = a + v * (b - a)
                r = pair.radius * (1 - q * q).sqrt(analytic=True)
                return value(r, angle(s)) * q ** (m - 3) * (b - a) * 2 * s * (m - 2)

            return tensor_integral(surface, Interval(arb(0), length.sqrt()), unit, bits, deadline)

        zero: Callable[[acb], acb] = lambda s: acb(0)
        if i > 0:
            outer = zero if i == len(lines) else (lambda s: shadow(i + 1, s))
            return in_q(outer, lambda s: shadow(i, s))
        if not lines:  # the whole ray: r = sin p

            def whole(s: acb, p: acb) -> acb:
                return value(pair.radius * p.sin(), angle(s)) * (m - 2) * p.sin() * p.cos() ** (m - 3) * 2 * s

            return tensor_integral(
                whole, Interval(arb(0), length.sqrt()), Interval(arb(0), arb.pi() / 2), bits, deadline
            )

        def near(s: acb, v: acb) -> acb:  # from the centre halfway to the first line
            end_of_part = lines[0].level / (2 * pair.radius * (angle(s) - lines[0].base).cos())
            r = v * end_of_part
            weight = (1 - r * r).sqrt(analytic=True) ** (m - 4) if m != 4 else acb(1)
            return value(pair.radius * r, angle(s)) * (m - 2) * r * weight * end_of_part * 2 * s

        inner = tensor_integral(near, Interval(arb(0), length.sqrt()), unit, bits, deadline)
        return inner + in_q(lambda s: shadow(1, s), lambda s: shadow(1, s, 2))

    def cell(f: Expr, g: Expr, lines: list[Line], i: int, left: Corner, right: Corner) -> arb:
        middle = ((left.angle + right.angle) / 2).mid()
        return half(f, g, lines, i, left, 1, middle - left.angle) + half(
            f, g, lines, i, right, -1, right.angle - middle
        )

    return cell


def build(variable: Symbol, pieces: list[tuple[Piece, ...]], correlation: arb, radius: arb) -> Any:
    """The pair of functions on the disc of this radius."""
    return Pair(variable, pieces[0], pieces[1], correlation.acos(), radius)
