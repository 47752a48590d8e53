"""Means of products of one-coordinate functions under a centred Gaussian law, as balls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from flint import acb, arb, arb_mat
from sympy import Expr, ImmutableDenseMatrix, Symbol

from numerics.ball_means.hermite import HermiteSeries, hermite_series, reach_for
from numerics.ball_means.lattice import lattice_pair
from numerics.ball_means.panel_means import gaussian_panels
from numerics.ball_means.quadrature import integral
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.integrands import parity_of
from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import NO_DEADLINE, Deadline, working_bits

LARGEST_DEGREE = 1600


def is_smooth(f: Expr, variable: Symbol) -> bool:
    return len(analytic_pieces(f, variable)) == 1


def one_coordinate(f: Expr, variable: Symbol, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """``E f(Z)`` for standard normal Z."""
    pieces = analytic_pieces(f, variable)
    if all(piece.expression == 0 for piece in pieces):
        return arb(0)
    if len(pieces) == 1:
        try:
            return hermite_series(
                pieces[0].expression, variable, 0, bits, parity_of(pieces[0].expression, variable)
            ).coefficients[0]
        except UndecidedError:
            pass
    reach, tail = reach_for(f, variable, bits, power=1, across=True)
    with working_bits(bits + 20):
        total = symmetric(tail)
        edge = arb(reach)
        root = (2 * arb.pi()).sqrt()
        for piece in pieces:
            if piece.expression == 0:
                continue
            lower = (-edge).max(_end(piece.lower))
            upper = edge.min(_end(piece.upper))
            if lower >= upper:  # all of it is in the tail
                continue
            value = complex_function(piece.expression, (variable,))

            def integrand(z: acb, sure: bool, value: Any = value) -> acb:
                return value(z, sure) * (-z * z / 2).exp()

            total += integral(integrand, lower, upper, deadline) / root
        return total


def _end(point: Expr) -> arb:
    return real_function(point, ())()


def mehler(f: Expr, g: Expr, variable: Symbol, correlation: arb, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """``E f(X) g(Y)`` for standard normal X, Y of the given correlation, f and g analytic: sum a_k b_k c^k with its
    tail.

    What is left after degree K is at most |c|^{K+1} (rest_f rest_g)^{1/2}, rest = E f^2 - sum of a_k^2.
    """
    parities = parity_of(f, variable), parity_of(g, variable)
    goal = arb(2) ** -bits
    degree = first_degree(abs(float(correlation.mid())), bits)
    while True:
        deadline.check()
        # the remainders are differences: they need twice the bits to be seen below the goal
        first = hermite_series(f, variable, degree, bits + 10, parities[0])
        second = first if g == f else hermite_series(g, variable, degree, bits + 10, parities[1])
        with working_bits(bits + 32):
            tail = _tail(first, second, correlation, degree)
            if tail < goal or degree >= LARGEST_DEGREE:
                total = symmetric(tail)
                power = arb(1)
                for a, b in zip(first.coefficients, second.coefficients, strict=True):
                    total += a * b * power
                    power = power * correlation
                return total
        degree = min(LARGEST_DEGREE, 8 * math.ceil(degree * 1.4 / 8))


def first_degree(size: float, bits: int) -> int:
    """K with |c|^K e^{-3 sqrt K} = 2^-bits: coefficients of a function analytic in |Im z| < a fall like e^{-a sqrt
    k}."""
    slope = -math.log(min(max(size, 1e-6), 1 - 1e-12))
    root = (-3 + math.sqrt(9 + 4 * slope * bits * math.log(2))) / (2 * slope)
    return min(LARGEST_DEGREE, 8 * math.ceil((root * root + 6) / 8))


def _tail(first: HermiteSeries, second: HermiteSeries, correlation: arb, degree: int) -> arb:
    rest = (first.remainder.abs_upper() * second.remainder.abs_upper()).sqrt()
    return (abs(correlation) ** arb(degree + 1) * rest).abs_upper()


def several_coordinates(
    functions: Sequence[Expr], variable: Symbol, covariance: ImmutableDenseMatrix, bits: int, deadline: Deadline
) -> arb:
    """``E prod f_i(X_i)`` for three or four dependent standard normal coordinates of this correlation matrix."""
    with working_bits(4 * bits + 64):
        k = len(functions)
        matrix = arb_mat([[real_function(covariance[i, j], ())() for j in range(k)] for i in range(k)])
    return gaussian_panels(functions, variable, matrix, bits, deadline)


def two_coordinates(
    f: Expr, g: Expr, variable: Symbol, correlation: Expr, bits: int, deadline: Deadline = NO_DEADLINE
) -> arb:
    """``E f(X) g(Y)`` for standard normal X, Y."""
    if correlation == 0:
        return one_coordinate(f, variable, bits, deadline) * one_coordinate(g, variable, bits, deadline)
    if abs(correlation) == 1:
        return one_coordinate(f * g.xreplace({variable: correlation * variable}), variable, bits, deadline)
    with working_bits(bits + 32):
        c = real_function(correlation, ())()
        if not abs(c) <= 1:
            raise UndecidedError(f"the correlation {correlation} is not certainly between -1 and 1")
    if is_smooth(f, variable) and is_smooth(g, variable):
        f, g = (analytic_pieces(e, variable)[0].expression for e in (f, g))
        if c != 0 and abs(c) < 1:
            try:
                return lattice_pair(f, g, variable, c, bits, deadline)
            except UndecidedError:
                deadline.check()
        return mehler(f, g, variable, c, bits, deadline)
    # strong correlations stretch the density across the panels, while polar coordinates cut at kinks away from 0
    at_zero = all(p.lower == 0 for e in (f, g) for p in analytic_pieces(e, variable)[1:])
    ways = (_polar, _panels) if at_zero and abs(c) > 0.85 else (_panels, _polar)
    try:
        return ways[0](f, g, variable, correlation, bits, deadline)
    except UndecidedError:
        deadline.check()
        return ways[1](f, g, variable, correlation, bits, deadline)


def _panels(f: Expr, g: Expr, variable: Symbol, correlation: Expr, bits: int, deadline: Deadline) -> arb:
    return several_coordinates(
        (f, g), variable, ImmutableDenseMatrix([[1, correlation], [correlation, 1]]), bits, deadline
    )


def _polar(f: Expr, g: Expr, variable: Symbol, correlation: Expr, bits: int, deadline: Deadline) -> arb:
    from numerics.ball_means.polar import gaussian_polar

    return gaussian_polar(f, g, variable, correlation, bits, deadline)
