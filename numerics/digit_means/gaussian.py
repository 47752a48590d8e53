"""Gaussian means of one and two coordinates as mpmath numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath
import numpy
from sympy import Expr, Symbol

from numerics.digit_means.rules import Estimate, between_kinks, trapezoid_line
from numerics.errors import EvaluationError
from numerics.formulas.integrands import parity_of
from numerics.formulas.mp_functions import mp_function, real_number
from numerics.formulas.pieces import analytic_pieces
from numerics.precision import NO_DEADLINE, Deadline, paced

LARGEST_DEGREE = 2400


def finite_kinks(f: Expr, variable: Symbol) -> list[Any]:
    return [mp_function(p.lower, ())() for p in analytic_pieces(f, variable)[1:]]


def reach_of(function: Any, tolerance: Any) -> Any:
    """Where f times the normal density has become negligible on both sides (seen at a few points, not proved)."""
    reach = mpmath.sqrt(-2 * mpmath.log(tolerance)) + 1
    for _ in range(60):
        peak = max(abs(function(s * k)) * mpmath.npdf(k) for s in (1, -1) for k in (reach, reach * mpmath.mpf("1.07")))
        if peak < tolerance:
            return reach
        reach *= mpmath.mpf("1.1")
    raise EvaluationError("the integrand outgrows the normal density: the mean diverges")


def reach_of_square(f: Expr, variable: Symbol, digits: int) -> int:
    """Where f^2 times the normal density has become negligible.

    The rules for pairs cut the plane off at a distance of their own choice: of a mean that diverges they would make a
    number, and without E f(Z)^2 they have no way to see that.
    """
    function = mp_function(f, (variable,))
    try:
        found = reach_of(lambda t: function(t) ** 2, mpmath.mpf(10) ** (-2 * digits - 4))
    except EvaluationError as failure:
        raise EvaluationError(f"E f^2 seems infinite for f = {f}: the mean of the pair may diverge") from failure
    return math.ceil(found)


def one_coordinate(f: Expr, variable: Symbol, digits: int, deadline: Deadline = NO_DEADLINE) -> tuple[Estimate, str]:
    """``E f(Z)`` for standard normal Z."""
    function = mp_function(f, (variable,))
    tolerance = mpmath.mpf(10) ** -digits
    reach = reach_of(function, tolerance)
    density = lambda t: real_number(function(t), f) * mpmath.npdf(t)
    kinks = finite_kinks(f, variable)
    if not kinks:
        return trapezoid_line(density, reach, tolerance, deadline), "trapezoid sum on the line"
    inside = [k for k in kinks if abs(k) < reach]
    return between_kinks(
        density, [-reach, *inside, reach], tolerance, deadline
    ), "double-exponential rule between kinks"


@lru_cache(maxsize=16)
def _integer_table(reach: int, nodes: int, degree: int, bits: int) -> tuple[tuple[Any, ...], numpy.ndarray]:
    """h phi(x_j) h_k(x_j) as integers over 2^bits, k = 0..degree, at midpoints x_j of [0, reach]; and the x_j."""
    with mpmath.workprec(bits):
        step = mpmath.mpf(reach) / nodes
        points = tuple(step * (2 * j + 1) / 2 for j in range(nodes))
        x = numpy.array([int(mpmath.ldexp(t, bits)) for t in paced(points)], dtype=object)
        row = numpy.array([int(mpmath.ldexp(step * mpmath.npdf(t), bits)) for t in paced(points)], dtype=object)
        rows = [row]
        before = 0 * row
        for k in paced(range(degree)):
            up = int(mpmath.ldexp(1 / mpmath.sqrt(k + 1), bits))
            back = int(mpmath.ldexp(mpmath.sqrt(mpmath.mpf(k) / (k + 1)), bits))
            row, before = ((((x * row) >> bits) * up - before * back) >> bits), row
            rows.append(row)
    return points, numpy.array(rows, dtype=object)


@dataclass(frozen=True)
class _Series:
    """Hermite coefficients by a rule, the same by the rule of thrice the step, and the squared norm they leave over."""

    fine: tuple[Any, ...]
    coarse: tuple[Any, ...]
    rest: Any
    square: Any


@lru_cache(maxsize=128)
def _series(f: Expr, variable: Symbol, degree: int, digits: int, nodes: int, reach: int) -> _Series:
    bits = 32 * math.ceil((digits * 3.33 + 40 + 0.75 * degree) / 32)
    points, table = _integer_table(reach, nodes, degree, bits)
    with mpmath.workprec(bits):
        function = mp_function(f, (variable,))
        right = [real_number(function(t), f) for t in points]
        sign = parity_of(f, variable)
        left = [v * sign for v in right] if sign else [real_number(function(-t), f) for t in points]
        scaled = lambda values: numpy.array([int(mpmath.ldexp(v, bits)) for v in values], dtype=object)
        number = lambda i: mpmath.ldexp(mpmath.mpf(int(i)), -2 * bits)
        sums = {
            0: scaled(a + b for a, b in zip(right, left)) if sign >= 0 else None,
            1: scaled(a - b for a, b in zip(right, left)) if sign <= 0 else None,
        }
        pairs = []
        for k in paced(range(degree + 1)):
            values = sums[k % 2]
            # midpoints number 1, 4, 7, ... are the midpoints of the rule of thrice the step
            both = (0, 0) if values is None else (table[k] @ values, 3 * (table[k][1::3] @ values[1::3]))
            pairs.append(tuple(number(v) for v in both))
        fine, coarse = (tuple(p[i] for p in pairs) for i in (0, 1))
        square = number(table[0] @ scaled(a * a + b * b for a, b in zip(right, left)))
        return _Series(fine, coarse, square - mpmath.fsum(v * v for v in fine), square)


def _dot(a: tuple[Any, ...], b: tuple[Any, ...], c: Any) -> Any:
    return mpmath.polyval([s * t for s, t in zip(a, b)][::-1], c)


def _first_degree(size: float, digits: int) -> int:
    """K with |c|^K e^{-3 sqrt K} = 10^-digits: the coefficients of a function analytic in |Im z| < a fall like e^{-a
    sqrt k}."""
    slope = -math.log(min(max(size, 1e-6), 1 - 1e-12))
    root = (-3 + math.sqrt(9 + 4 * slope * digits * math.log(10))) / (2 * slope)
    return int(1.1 * root * root) + 8


def mehler(
    f: Expr, g: Expr, variable: Symbol, correlation: Any, digits: int, reach: int, deadline: Deadline
) -> Estimate:
    """sum a_k b_k c^k: the degree grows until the rest is negligible, the step shrinks until the rule has settled."""
    tolerance = mpmath.mpf(10) ** -digits
    degree = _first_degree(abs(float(correlation)), digits)
    strip = 1.4
    while degree <= LARGEST_DEGREE and strip > 0.01:
        deadline.check()
        step = 2 * math.pi * strip / (digits * math.log(10) + strip * math.sqrt(degree) + 4)
        nodes = 3 * math.ceil(reach / step / 3)
        first = _series(f, variable, degree, digits, nodes, reach)
        second = first if f == g else _series(g, variable, degree, digits, nodes, reach)
        scale = mpmath.sqrt(abs(first.square * second.square)) + tolerance
        value = _dot(first.fine, second.fine, correlation)
        change = min(abs(value - _dot(first.coarse, second.coarse, correlation)) / scale, mpmath.mpf(1))
        # a third of the step cubes the error of an analytic integrand; count on the power 5/2
        error = scale * change ** mpmath.mpf("2.5")
        if error > tolerance * scale:
            strip /= 1.4
            continue
        tail = mpmath.sqrt(abs(first.rest * second.rest)) * abs(correlation) ** (degree + 1)
        if tail < tolerance * scale:
            return Estimate(value, error + tail + scale * tolerance / 10)
        degree = int(1.5 * degree) + 1
    raise EvaluationError(f"the Hermite series of {f} does not reach {digits} digits at this correlation")


def two_coordinates(
    f: Expr, g: Expr, variable: Symbol, correlation: Expr, digits: int, deadline: Deadline = NO_DEADLINE
) -> tuple[Estimate, str]:
    """``E f(X) g(Y)`` for standard normal X, Y of the given correlation, |c| < 1."""
    c = mp_function(correlation, ())()
    if abs(c) > 1:
        raise EvaluationError(f"the correlation {mpmath.nstr(c, 8)} is not between -1 and 1")
    reach = max(reach_of_square(e, variable, digits) for e in {f, g})
    kinks = finite_kinks(f, variable), finite_kinks(g, variable)
    if not kinks[0] and not kinks[1]:
        bodies = [analytic_pieces(e, variable)[0].expression for e in (f, g)]
        return mehler(bodies[0], bodies[1], variable, c, digits, reach, deadline), "Hermite (Mehler) series"
    from numerics.digit_means.nested_rules import gaussian_nested

    return gaussian_nested(
        f, g, variable, correlation, digits, reach, deadline
    ), "Gauss-Legendre rules between kinks, nested"
