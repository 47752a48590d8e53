r"""E f(z1) g(z2) with kinks anywhere, as a ball: polar coordinates, where a kink z1 = k is a line r cos(t - b) = |k|.

The disc (all of a sphere's shadow; of the Gaussian plane, r <= L) is cut into sectors at the angles where a line meets
the edge or
another line.  In a sector the rays cross the same lines in the same order, so that every cell is {r_i(t) < r <
r_{i+1}(t)}.

On the sphere of R^m the density (m-2) r (1-r^2)^{(m-4)/2} is singular at the edge, and a line meets the edge at an end
of a sector.
Both are removed by p in place of r = sin p, and t = end +- s^2 in place of t: with u = t - b = +-(u_c - s^2), cos u_c = k/R,

    cos p_line = sqrt(cos^2 u - cos^2 u_c)/cos u = s sqrt(sinc(s^2) sin(2 u_c - s^2))/cos(u_c - s^2).

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
from sympy import functions as sf

from numerics.ball_means.tensor_quadrature import Interval, tensor_integral
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.pieces import Piece
from numerics.formulas.walker import complex_function, real_function
from numerics.formulas.walker_functions import COMPLEX
from numerics.precision import Deadline

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
    mirrored = pair.first == pair.second
    if mirrored:  # the axis of the reflection that exchanges z1 and z2: one side of it will do
        corners += [Corner(pair.turn / 2, None), Corner(pair.turn / 2 + arb.pi(), None)]
    clusters = _clusters(corners)
    total = arb(0)
    for cluster in clusters[1:]:
        low, high = cluster[0].angle, cluster[0].angle
        for corner in cluster[1:]:
            low, high = low.min(corner.angle), high.max(corner.angle)
        total += symmetric(largest * (high - low).abs_upper())
    for left, right in itertools.pairwise(clusters):
        deadline.check()
        if not all(a.angle < b.angle for a in left for b in right):
            raise UndecidedError("angles too wide to be put in order: ask for more bits")
        middle = ((left[-1].angle + right[0].angle) / 2).mid()
        if mirrored:
            height = (middle - pair.turn / 2).sin()
            if height < 0:
                continue
            if not height > 0:
                raise UndecidedError(
                    "a sector next to the axis is too thin for the working precision: ask for more bits"
                )
        share = 2 if mirrored else 1
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
                total += share * cell(f, g, active, i, *ends)
    return total / (2 * arb.pi())


def _integrand(pair: Pair, f: Expr, g: Expr) -> Callable[[acb, acb], acb]:
    first, second = complex_function(f, (pair.variable,)), complex_function(g, (pair.variable,))
    return lambda r, t: first(r * t.cos()) * second(r * (t - pair.turn).cos())


def _between(a: acb, b: acb, v: acb) -> acb:
    """a + v (b - a): narrow in balls where a and b are, or (1 - v) a + v b: where v is."""
    forms = a + v * (b - a), (1 - v) * a + v * b
    return min(forms, key=lambda form: float(form.rad()))


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
            r = _between(low, high, v)
            return value(r, t) * r * (-r * r / 2).exp() * (high - low)

        return tensor_integral(surface, Interval(left.angle, right.angle), Interval(arb(0), arb(1)), bits, deadline)

    return cell


def sphere_cell(pair: Pair, dimension: int, bits: int, deadline: Deadline) -> Callable[..., arb]:
    """Cells under the density of a sphere's shadow, each sector halved, each half with its own end removed."""
    m = dimension
    asin, acos = (lambda z, name=name: COMPLEX[name](z, True) for name in (sf.asin, sf.acos))  # type: ignore[operator]

    def half(f: Expr, g: Expr, lines: list[Line], i: int, end: Corner, side: int, length: arb) -> arb:
        """The half next to `end`: t = end + side s^2, 0 < s^2 < length."""
        value = _integrand(pair, f, g)
        angle = lambda s: end.angle + side * s * s

        def plain(line: Line, s: acb) -> acb:
            return asin(line.level / (pair.radius * (angle(s) - line.base).cos()))

        def regular(line: Line, s: acb) -> acb:
            u = line.half_angle - s * s
            return acos(s * ((s * s).sinc() * (line.half_angle + u).sin()).sqrt(analytic=True) / u.cos())

        def polar(j: int, s: acb) -> acb:
            """p at line j: for the line that meets the edge here one of two forms, whichever is the narrower."""
            if j == 0:
                return acb(0)
            if j > len(lines):
                return acb(arb.pi() / 2)
            line = lines[j - 1]
            if line is not end.line:
                return plain(line, s)
            # both are p on the real line, the plain one for s > 0: where one is analytic from there up to s it is p at s
            tall = acb(s.real, s.imag.union(arb(0)))
            forms = [regular, plain] if s.real > 0 else [regular]
            values = [form(line, s) for form in forms if form(line, tall).is_finite()]
            return min(values, key=lambda p: float(p.rad()), default=acb(arb.nan()))

        last: list[Any] = [None, ()]

        def surface(s: acb, v: acb) -> acb:
            if s is not last[0]:  # rules run over v for each s
                last[:] = s, (polar(i, s), polar(i + 1, s))
            low, high = last[1]
            p = _between(low, high, v)
            weight = (m - 2) * p.sin() * p.cos() ** (m - 3) * (high - low) * 2 * s
            return value(pair.radius * p.sin(), angle(s)) * weight

        return tensor_integral(surface, Interval(arb(0), length.sqrt()), Interval(arb(0), arb(1)), bits, deadline)

    def cell(f: Expr, g: Expr, lines: list[Line], i: int, left: Corner, right: Corner) -> arb:
        middle = ((left.angle + right.angle) / 2).mid()
        return half(f, g, lines, i, left, 1, middle - left.angle) + half(
            f, g, lines, i, right, -1, right.angle - middle
        )

    return cell


def build(variable: Symbol, pieces: list[tuple[Piece, ...]], correlation: arb, radius: arb) -> Any:
    """The pair of functions on the disc of this radius."""
    return Pair(variable, pieces[0], pieces[1], correlation.acos(), radius)
