r"""E f(z1) g(z2) for functions with kinks at 0 only, in polar coordinates: every kink is a ray, every sector a
rectangle.

z1 = R cos t, z2 = R cos(t - t0) with cos t0 = c and t uniform.  Gaussian law: R has density r e^{-r^2/2}.  Sphere of
R^m:
R = sqrt(m) sin p, p with density (m-2) sin p cos^{m-3} p on [0, pi/2].
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb
from sympy import Expr, Symbol, acos, pi, sqrt

from numerics.ball_means.half_moments import pair_of_halves
from numerics.ball_means.kinked_pairs import build, gaussian_cell, kinked_pair, sphere_cell
from numerics.ball_means.kinked_series import kinked_series
from numerics.ball_means.tensor_quadrature import Interval, tensor_integral
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.pieces import Piece, analytic_pieces, largest, order_points
from numerics.formulas.tails import envelopes
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import Deadline, working_bits


@dataclass(frozen=True)
class Sector:
    """Angles between two exact ends, with the analytic branches of f and g that hold there."""

    lower: Expr
    upper: Expr
    first: Expr
    second: Expr


def halves(pieces: tuple[Piece, ...]) -> tuple[Expr, Expr] | None:
    """Branches on the negative and the positive half-line, or None where a kink is elsewhere than at 0."""
    if len(pieces) == 1:
        return pieces[0].expression, pieces[0].expression
    if len(pieces) == 2 and pieces[0].upper == 0:
        return pieces[0].expression, pieces[1].expression
    return None


def kinks_at_zero(pieces: tuple[Piece, ...]) -> bool:
    return halves(pieces) is not None


def sectors(first: tuple[Piece, ...], second: tuple[Piece, ...], correlation: Expr) -> list[Sector]:
    """The circle of directions cut at the kinks; sectors where the product vanishes are left out."""
    f, g = halves(first), halves(second)
    if f is None or g is None:
        raise UndecidedError("a kink away from 0 in a function of one of two coordinates: no enclosure yet")
    turn = acos(correlation)
    # z1 changes sign at +-pi/2, z2 at turn +- pi/2; start the circle at -pi/2
    cuts = {-pi / 2, pi / 2, turn - pi / 2, turn + pi / 2, 3 * pi / 2}
    points = order_points(cuts)
    found = []
    for left, right in itertools.pairwise(points):
        middle = real_function((left + right) / 2, ())()
        shift = real_function(turn, ())()
        one, two = middle.cos(), (middle - shift).cos()
        if not (one != 0 and two != 0):
            raise UndecidedError("two kinks nearly coincide: the correlation is too close to -1, 0 or 1")
        branch = Sector(left, right, f[1] if one > 0 else f[0], g[1] if two > 0 else g[0])
        if branch.first != 0 and branch.second != 0:
            found.append(branch)
    return found


def _sum(
    parts: list[Sector], variable: Symbol, correlation: Expr, radial: Interval, place: Callable[[acb], acb],
    weight: Callable[[acb], acb], bits: int, deadline: Deadline,
) -> arb:  # fmt: skip
    turn = real_function(acos(correlation), ())()
    total = arb(0)
    for part in parts:
        f, g = complex_function(part.first, (variable,)), complex_function(part.second, (variable,))

        def surface(p: acb, t: acb, f=f, g=g) -> acb:  # type: ignore[no-untyped-def]
            radius = place(p)
            return weight(p) * f(radius * t.cos()) * g(radius * (t - turn).cos())

        angles = Interval(real_function(part.lower, ())(), real_function(part.upper, ())())
        total += tensor_integral(surface, radial, angles, bits + 4, deadline)
    return total / (2 * arb.pi())


def _require_patience(deadline: Deadline) -> None:
    if deadline.quick:
        raise UndecidedError("two coordinates with kinks away from 0 take long to enclose")


def _beyond_kinks(pieces: tuple[Piece, ...]) -> int:
    """A whole number of at least 1 beyond every kink."""
    kinks = [abs(real_function(p.lower, ())()) for p in pieces[1:]]
    return max([1, *(int(float(k.abs_upper().mid())) + 1 for k in kinks)])


def _gaussian_beyond(f: Expr, g: Expr, pieces: list[tuple[Piece, ...]], variable: Symbol, start: int) -> arb:
    """An upper bound of E[|f(z1) g(z2)|; R > start]: |f(z)| <= B r^p e^{q r + s r^2} for |z| <= r, r >= start >= 1."""
    factor, power, rate, square = arb(1), arb(1), arb(0), arb(0)
    for e, cut in zip((f, g), pieces):
        edge = _beyond_kinks(cut)
        if edge > start:
            return arb.pos_inf()
        inside = largest(cut, variable, arb(edge))
        sides = envelopes(e, variable, edge)
        factor = factor * inside.max(sides[0].factor).max(sides[1].factor)
        power = power + sides[0].power.max(sides[1].power)
        rate = rate + sides[0].rate.max(sides[1].rate)
        square = square + sides[0].square.max(sides[1].square)
    at = arb(start)
    slope = at * (1 - 2 * square) - rate - power / at
    if not (1 - 2 * square > 0 and slope > 0):
        return arb.pos_inf()
    return (factor * (-at * at * (1 - 2 * square) / 2 + rate * at).exp() * at**power / slope).abs_upper()


def gaussian_polar(f: Expr, g: Expr, variable: Symbol, correlation: Expr, bits: int, deadline: Deadline) -> arb:
    """``E f(X) g(Y)`` for standard normal X, Y, kinks at 0 only.

    Raises:
        UndecidedError: a kink elsewhere, or no bound far out.
    """
    pieces = [analytic_pieces(e, variable) for e in (f, g)]
    with working_bits(64):
        start = max(4, int((1.4 * (bits + 8)) ** 0.5))
        while True:
            tail = _gaussian_beyond(f, g, pieces, variable, start)
            if tail < arb(2) ** -bits:
                break
            start += 1
            if start > 160:
                raise UndecidedError("no small bound of the integrand far out: the mean may diverge")
    with working_bits(bits + 32):
        weight = lambda r: r * (-r * r / 2).exp()
        if not all(kinks_at_zero(p) for p in pieces):
            _require_patience(deadline)
            pair = build(variable, pieces, real_function(correlation, ())(), arb(start))
            size = largest(pieces[0], variable, arb(start)) * largest(pieces[1], variable, arb(start))
            return kinked_pair(pair, gaussian_cell(pair, bits + 6, deadline), size, deadline) + symmetric(tail)
        parts = sectors(pieces[0], pieces[1], correlation)
        radial = Interval(arb(0), arb(start))
        return _sum(parts, variable, correlation, radial, lambda r: r, weight, bits, deadline) + symmetric(tail)


def sphere_polar(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, bits: int, deadline: Deadline
) -> arb:
    """``E f(z1) g(z2)`` on the sphere of R^m, m >= 3, kinks at 0 only.

    Raises:
        UndecidedError: a kink elsewhere.
    """
    edge = sqrt(dimension)
    pieces = [analytic_pieces(e, variable, -edge, edge) for e in (f, g)]
    with working_bits(bits + 32):
        root = arb(dimension).sqrt()
        if not all(kinks_at_zero(p) for p in pieces):
            _require_patience(deadline)
            with working_bits(2 * bits + 200):
                c = real_function(correlation, ())()
            series = kinked_series(f, g, variable, dimension, c, bits, deadline)
            if series is not None:
                return series
            pair = build(variable, pieces, real_function(correlation, ())(), root)
            size = largest(pieces[0], variable, root) * largest(pieces[1], variable, root)
            return kinked_pair(pair, sphere_cell(pair, dimension, bits + 6, deadline), size, deadline)
    try:
        return pair_of_halves(f, g, variable, dimension, correlation, bits, deadline)
    except UndecidedError:
        deadline.check()
    return sphere_sectors(f, g, variable, dimension, correlation, bits, deadline)


def sphere_sectors(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, bits: int, deadline: Deadline
) -> arb:
    """The same by a product rule on every sector: for functions that no polynomial of moderate degree approximates.

    Raises:
        UndecidedError: a kink elsewhere than at 0.
    """
    edge = sqrt(dimension)
    pieces = [analytic_pieces(e, variable, -edge, edge) for e in (f, g)]
    with working_bits(bits + 32):
        root = arb(dimension).sqrt()
        parts = sectors(pieces[0], pieces[1], correlation)
        # P(p > end) = cos^{m-2}(end): for large m the rule stops early
        end, tail = arb.pi() / 2, arb(0)
        if dimension > 8:
            size = largest(pieces[0], variable, root) * largest(pieces[1], variable, root)
            for tenth in range(1, 16):
                candidate = arb(tenth) / 10
                beyond = (size * candidate.cos() ** arb(dimension - 2)).abs_upper()
                if beyond < arb(2) ** -bits:
                    end, tail = candidate, beyond
                    break
        m = dimension
        weight = lambda p: (m - 2) * p.sin() * p.cos() ** (m - 3)
        radial = Interval(arb(0), end)
        return _sum(parts, variable, correlation, radial, lambda p: root * p.sin(), weight, bits, deadline) + symmetric(
            tail
        )


__all__ = ["gaussian_polar", "kinks_at_zero", "sphere_polar", "sphere_sectors"]
