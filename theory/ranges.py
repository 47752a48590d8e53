r"""Ranges of expressions on an interval, by structure: monotone functions, polynomials, products.

Every answer is a bound that holds; where the structure gives none the answer is the whole line, or None.  Endpoints
stay exact sympy numbers (or +-oo), compared through 30 digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mpmath
from sympy import (
    Add,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    S,
    Symbol,
    acos,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

Range = tuple[Expr, Expr]
EVERYTHING: Range = (-oo, oo)

# increasing functions on the line, with their limits at -oo and +oo
_INCREASING: dict[Any, Range] = {
    exp: (S.Zero, oo),
    tanh: (S.NegativeOne, S.One),
    erf: (S.NegativeOne, S.One),
    atan: (-pi / 2, pi / 2),
    sinh: (-oo, oo),
    asinh: (-oo, oo),
}


class PieceError(ValueError):
    """The formula cannot be cut into analytic pieces; the message says where that fails."""


def number(value: Expr) -> Any:
    """Value of an exact real number, or of +-oo, to 30 digits; PieceError where it depends on symbols."""
    if value.free_symbols:
        raise PieceError(f"the size of {value} depends on {', '.join(sorted(map(str, value.free_symbols)))}")
    if value is S.Infinity:
        return mpmath.inf
    if value is S.NegativeInfinity:
        return -mpmath.inf
    with mpmath.workdps(30):
        return mpmath.mpmathify(value.evalf(30))


def smallest(values: Iterable[Expr]) -> Expr:
    return min(values, key=number)


def largest(values: Iterable[Expr]) -> Expr:
    return max(values, key=number)


def _times(left: Expr, right: Expr) -> Expr:
    return S.Zero if left.is_zero or right.is_zero else left * right


def polynomial(expression: Expr, variable: Symbol) -> Poly | None:
    """The expression as a polynomial in `variable` with real numeric coefficients, or None."""
    if not expression.is_polynomial(variable):
        return None
    try:
        poly = Poly(expression, variable)
    except PolynomialError:
        return None
    return poly if all(c.is_number for c in poly.all_coeffs()) else None


def polynomial_roots(poly: Poly) -> list[Expr] | None:
    """Distinct real roots, exact and increasing; None where sympy cannot isolate them (irrational coefficients)."""
    if poly.degree() <= 0:
        return []
    if poly.degree() == 1:
        lead, constant = poly.all_coeffs()
        return [-constant / lead]
    try:
        return list(dict.fromkeys(poly.real_roots()))
    except (NotImplementedError, PolynomialError, ValueError):
        pass
    if poly.degree() == 2:
        a, b, c = poly.all_coeffs()
        disc = b**2 - 4 * a * c
        if number(disc) < 0:
            return []
        return sorted({(-b - sqrt(disc)) / (2 * a), (-b + sqrt(disc)) / (2 * a)}, key=number)
    return None


def _polynomial_value(poly: Poly, at: Expr) -> Expr:
    if at in (oo, -oo):
        if poly.degree() <= 0:
            return poly.as_expr()
        sign = number(poly.LC()) > 0
        return oo if sign == (at is oo or poly.degree() % 2 == 0) else -oo
    return poly.eval(at)


def _polynomial_range(poly: Poly, low: Expr, high: Expr) -> Range | None:
    roots = polynomial_roots(poly.diff())
    if roots is None:
        return None
    inside = [r for r in roots if number(low) < number(r) < number(high)]
    values = [_polynomial_value(poly, p) for p in (low, high, *inside)]
    return smallest(values), largest(values)


def rational_range(top: Poly, bottom: Poly, low: Expr, high: Expr) -> Range | None:
    """Range of top/bottom where the denominator keeps its sign on the closed interval."""
    zeros, critical = polynomial_roots(bottom), polynomial_roots(top.diff() * bottom - top * bottom.diff())
    if zeros is None or critical is None or any(number(low) <= number(z) <= number(high) for z in zeros):
        return None

    def value(at: Expr) -> Expr:
        if at not in (oo, -oo):
            return top.eval(at) / bottom.eval(at)
        gap = top.degree() - bottom.degree()
        if gap < 0:
            return S.Zero
        lead = top.LC() / bottom.LC()
        if gap == 0:
            return lead
        positive = (number(lead) > 0) == (at is oo or gap % 2 == 0)
        return oo if positive else -oo

    values = [value(p) for p in (low, high, *(c for c in critical if number(low) < number(c) < number(high)))]
    return smallest(values), largest(values)


def _power_range(base: Range, exponent: Expr) -> Range:
    low, high = base
    if not exponent.is_Rational:
        return EVERYTHING
    if exponent < 0:
        a, b = _power_range(base, -exponent)
        if number(a) > 0 or (number(a) == 0 and number(low) >= 0) or (number(a) == 0 and exponent.p % 2 == 0):
            return S.Zero if b is oo else 1 / b, oo if a.is_zero else 1 / a
        if number(b) < 0:
            return 1 / b, S.Zero if a is -oo else 1 / a
        return EVERYTHING
    if exponent.is_Integer and number(low) < 0:
        if exponent % 2:
            return low**exponent, high**exponent
        if number(high) <= 0:
            return high**exponent, low**exponent
        return S.Zero, largest([low**exponent, high**exponent])
    if number(low) < 0:
        return EVERYTHING
    return low**exponent, high**exponent


def _quotient_of_exponentials(expression: Expr, variable: Symbol) -> Range | None:
    """The range over the whole line of a quotient of polynomials in exp(x), as one in y > 0."""
    if not isinstance(expression, (Mul, Pow)) or not expression.has(exp):
        return None
    y = Symbol("y", positive=True)
    top, bottom = expression.xreplace({exp(variable * k): y**k for k in range(-4, 5) if k}).together().as_numer_denom()
    first, second = polynomial(top, y), polynomial(bottom, y)
    if first is None or second is None or second.degree() == 0:
        return None
    return rational_range(first, second, S.Zero, oo)


def range_of(expression: Expr, variable: Symbol, low: Expr = -oo, high: Expr = oo) -> Range:
    """A range that contains the values of `expression` for `variable` in the open interval (low, high).

    >>> from theory.conventions import x
    >>> range_of(1 / (1 + exp(-x)), x)
    (0, 1)
    """
    if not expression.has(variable):
        return (expression, expression) if expression.is_real else EVERYTHING
    if expression == variable:
        return low, high
    poly = polynomial(expression, variable)
    if poly is not None:
        found = _polynomial_range(poly, low, high)
        if found is not None:
            return found
    elif expression.is_rational_function(variable):
        top, bottom = (polynomial(e, variable) for e in expression.together().as_numer_denom())
        if top is not None and bottom is not None:
            found = rational_range(top, bottom, low, high)
            if found is not None:
                return found
    quotient = _quotient_of_exponentials(expression, variable)
    if quotient is not None:
        return quotient
    if isinstance(expression, Add):
        parts = [range_of(a, variable, low, high) for a in expression.args]
        return Add(*(p[0] for p in parts)), Add(*(p[1] for p in parts))
    if isinstance(expression, Mul):
        total: Range = (S.One, S.One)
        for factor in expression.args:
            part = range_of(factor, variable, low, high)
            corners = [_times(a, b) for a in total for b in part]
            total = smallest(corners), largest(corners)
        return total
    if isinstance(expression, Pow):
        return _power_range(range_of(expression.base, variable, low, high), expression.exp)
    return _function_range(expression, variable, low, high)


def _function_range(expression: Expr, variable: Symbol, low: Expr, high: Expr) -> Range:
    kind = expression.func
    if kind in (sin, cos):
        return S.NegativeOne, S.One
    if kind not in (*_INCREASING, log, cosh, erfc, asin, acos):
        return EVERYTHING
    a, b = range_of(expression.args[0], variable, low, high)
    if kind in _INCREASING:
        left, right = _INCREASING[kind]
        return left if a is -oo else kind(a), right if b is oo else kind(b)
    if kind is log:
        return (-oo if number(a) <= 0 else log(a), oo if b is oo else log(b)) if number(b) > 0 else EVERYTHING
    if kind is cosh:
        a, b = _power_range((a, b), S(2))
        return cosh(sqrt(a)), oo if b is oo else cosh(sqrt(b))
    if kind is erfc:
        return S.Zero if b is oo else erfc(b), S(2) if a is -oo else erfc(a)
    if number(a) >= -1 and number(b) <= 1:
        return (asin(a), asin(b)) if kind is asin else (acos(b), acos(a))
    return EVERYTHING
