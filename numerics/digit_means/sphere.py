"""Sphere means of one and two coordinates, and means on a circle, as mpmath numbers."""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import Expr, Symbol

from numerics.digit_means.nested_rules import sphere_nested
from numerics.digit_means.rules import Estimate, between_kinks
from numerics.formulas.mp_functions import mp_function, real_number
from numerics.formulas.pieces import analytic_pieces
from numerics.precision import NO_DEADLINE, Deadline


def _kinks(f: Expr, variable: Symbol) -> list[Any]:
    return [mp_function(p.lower, ())() for p in analytic_pieces(f, variable)[1:]]


def one_coordinate(
    f: Expr, variable: Symbol, dimension: int, digits: int, deadline: Deadline = NO_DEADLINE
) -> tuple[Estimate, str]:
    """``E f(sqrt(m) cos p)``, density sin^{m-2} p on [0, pi]: a trapezoid sum where all is analytic and periodic."""
    m = dimension
    root = mpmath.sqrt(m)
    function = mp_function(f, (variable,))
    norm = mpmath.beta(mpmath.mpf(m - 1) / 2, mpmath.mpf(1) / 2)
    integrand = lambda p: real_number(function(root * mpmath.cos(p)), f) * mpmath.sin(p) ** (m - 2)
    tolerance = mpmath.mpf(10) ** -digits
    kinks = sorted(mpmath.acos(k / root) for k in _kinks(f, variable) if abs(k) < root)
    if not kinks and m % 2 == 0:
        return _periodic(integrand, tolerance, deadline).times(1 / norm), "trapezoid sum on the circle"
    points = [mpmath.mpf(0), *kinks, mpmath.pi]
    if m > 30:  # the weight has width 1/sqrt(m) around pi/2
        half, width = mpmath.pi / 2, mpmath.sqrt(2 * mpmath.mpf(digits + 3) * mpmath.log(10) / m)
        points = sorted([*points, *(half + width * k for k in (-1, 1) if width < half)])
    return between_kinks(integrand, points, tolerance, deadline).times(
        1 / norm
    ), "double-exponential rule between kinks"


def _periodic(integrand: Any, tolerance: Any, deadline: Deadline) -> Estimate:
    """The integral over [0, pi] of an even function of period 2 pi, analytic: midpoints, three times as many each
    round."""
    count = 9
    before, earlier = None, mpmath.mpf(0)
    while count < 200_000:
        deadline.check()
        values = [integrand(mpmath.pi * (2 * j + 1) / (2 * count)) for j in range(count)]
        total = mpmath.fsum(values) * mpmath.pi / count
        if before is not None:
            change = min(abs(total - before), mpmath.mpf(1))
            # thrice the points cube the error of an analytic integrand; a change that only creeps shows one that is not
            error = change ** mpmath.mpf("2.5") if change <= earlier**2 else change
            earlier = max(change, mpmath.eps)
            if error < tolerance:
                size = max(abs(v) for v in values)
                return Estimate(total, error + size * mpmath.eps * 20)
        before = total
        count *= 3
    return Estimate(mpmath.nan, mpmath.inf)


def two_coordinates(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, digits: int, deadline: Deadline = NO_DEADLINE
) -> tuple[Estimate, str]:
    """``E f(z1) g(z2)`` on the sphere of R^m, m >= 3."""
    value = sphere_nested(f, g, variable, dimension, correlation, digits, deadline)
    return value, "Gauss-Legendre rules between kinks, nested"


def circle(
    terms: list[tuple[Expr, Expr]], variable: Symbol, digits: int, deadline: Deadline = NO_DEADLINE
) -> tuple[Estimate, str]:
    """The mean over a uniform angle t of ``prod_i f_i(sqrt(2) cos(t - t_i))``."""
    root = mpmath.sqrt(2)
    functions = [(mp_function(f, (variable,)), mp_function(t, ())()) for f, t in terms]
    tolerance = mpmath.mpf(10) ** -digits

    def integrand(t: Any) -> Any:
        product = mpmath.mpf(1)
        for function, shift in functions:
            product *= real_number(function(root * mpmath.cos(t - shift)), terms)
        return product

    cuts = []
    for (f, _), (_, shift) in zip(terms, functions):
        for k in _kinks(f, variable):
            if abs(k) < root:
                angle = mpmath.acos(k / root)
                cuts += [shift + angle, shift - angle]
    if not cuts:
        both = lambda t: integrand(t) + integrand(-t)
        return _periodic(both, tolerance, deadline).times(1 / (2 * mpmath.pi)), "trapezoid sum on the circle"
    period = 2 * mpmath.pi
    inside = sorted(c - period * mpmath.floor(c / period) for c in cuts)
    points = [inside[0]] + [p for p, before in zip(inside[1:], inside) if p - before > tolerance] + [inside[0] + period]
    value = between_kinks(integrand, points, tolerance, deadline)
    return value.times(1 / period), "double-exponential rule between kinks"
