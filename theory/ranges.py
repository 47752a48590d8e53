r"""Ranges and linear bounds of expressions on an interval, by structure: monotone functions, polynomials, products.

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


def _rational_range(top: Poly, bottom: Poly, low: Expr, high: Expr) -> Range | None:
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
            found = _rational_range(top, bottom, low, high)
            if found is not None:
                return found
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


LinearBound = tuple[Expr, Expr]


def _absolute(bounds: Range) -> Expr:
    return largest([abs(bounds[0]), abs(bounds[1])])


def linear_bound(expression: Expr, variable: Symbol, low: Expr = -oo, high: Expr = oo) -> LinearBound | None:
    """(a0, a1) with ``|expression| <= a0 + a1 |variable|`` on (low, high), or None where the structure shows none.

    >>> from theory.conventions import x
    >>> linear_bound(x * tanh(log(1 + exp(x))), x)
    (0, 1)
    """
    size = _absolute(range_of(expression, variable, low, high))
    if size is not oo:
        return size, S.Zero
    if expression == variable:
        return S.Zero, S.One
    poly = polynomial(expression, variable)
    if poly is not None:
        return (abs(poly.nth(0)), abs(poly.nth(1))) if poly.degree() <= 1 else None
    found = _known_bound(expression, variable, low, high)
    if found is not None:
        return found
    if isinstance(expression, Add):
        parts = [linear_bound(a, variable, low, high) for a in expression.args]
        if any(p is None for p in parts):
            return _rational_bound(expression, variable, low, high)
        return Add(*(p[0] for p in parts if p)), Add(*(p[1] for p in parts if p))
    if isinstance(expression, Mul):
        total: LinearBound = (S.One, S.Zero)
        for factor in sorted(expression.args, key=lambda f: f == variable):
            part = linear_bound(factor, variable, low, high)
            if part is None or (part[1] != 0 and total[1] != 0):
                return _rational_bound(expression, variable, low, high)
            total = total[0] * part[0], total[0] * part[1] + total[1] * part[0]
        return total
    return None


def _rational_bound(expression: Expr, variable: Symbol, low: Expr, high: Expr) -> LinearBound | None:
    """Divide out the affine part of a quotient of polynomials; the rest is bounded."""
    if not expression.is_rational_function(variable):
        return None
    top, bottom = (polynomial(e, variable) for e in expression.together().as_numer_denom())
    if top is None or bottom is None or top.degree() > bottom.degree() + 1:
        return None
    affine, rest = top.div(bottom)
    found = _rational_range(rest, bottom, low, high)
    if found is None or _absolute(found) is oo:
        return None
    return abs(affine.nth(0)) + _absolute(found), abs(affine.nth(1))


def _known_bound(expression: Expr, variable: Symbol, low: Expr, high: Expr) -> LinearBound | None:
    """Bounds that ranges cannot see: x^k exp(-a x^2), log and square root of something of known growth, asinh."""
    if isinstance(expression, (Mul, exp)):
        found = _gaussian_damped(expression, variable)
        if found is not None:
            return found, S.Zero
    if isinstance(expression, asinh):  # |asinh u| <= |u|
        return linear_bound(expression.args[0], variable, low, high)
    if isinstance(expression, log):
        return _log_bound(expression.args[0], variable, low, high)
    if isinstance(expression, Pow) and expression.exp.is_Rational and 0 < expression.exp < 1:
        inner = linear_bound(expression.base, variable, low, high)
        if inner is not None:  # u^p <= 1 + u for u >= 0
            return inner[0] + 1, inner[1]
        square = _quadratic_bound(expression.base, variable)
        if square is not None and expression.exp <= S.Half:  # sqrt of a sum is at most the sum of square roots
            if expression.exp == S.Half:
                a, b, c = square
                return sqrt(a) + sqrt(b) / 2, sqrt(c) + sqrt(b) / 2
            return 1 + sum(square[:2]), square[1] + sqrt(square[2]) + square[2]
    return None


def _quadratic_bound(expression: Expr, variable: Symbol) -> tuple[Expr, Expr, Expr] | None:
    poly = polynomial(expression, variable)
    return None if poly is None or poly.degree() > 2 else (abs(poly.nth(0)), abs(poly.nth(1)), abs(poly.nth(2)))


def _log_bound(inner: Expr, variable: Symbol, low: Expr, high: Expr) -> LinearBound | None:
    floor = range_of(inner, variable, low, high)[0]
    if number(floor) <= 0:
        return None
    below = abs(log(floor)) if number(floor) < 1 else S.Zero
    weights, rates = S.Zero, []
    for term in Add.make_args(inner):  # log sum k_i e^{u_i} <= log sum k_i + max |u_i|
        weight, rest = term.as_independent(variable)
        if rest == 1:
            weights += abs(weight)
            continue
        bound = linear_bound(rest.args[0], variable, low, high) if isinstance(rest, exp) else None
        if bound is None:
            break
        weights += abs(weight)
        rates.append(bound)
    else:
        constant = largest([r[0] for r in rates])
        return abs(log(weights)) + constant + below, largest([r[1] for r in rates])
    affine = linear_bound(inner, variable, low, high)
    if affine is not None:  # log u <= u
        return affine[0] + below, affine[1]
    square = _quadratic_bound(inner, variable)
    if square is not None:  # log(A (1 + x^2)) <= |log A| + |x|, and |x| <= (1 + x^2)/2
        scale = largest([square[0] + square[1] / 2, square[2] + square[1] / 2])
        return abs(log(scale)) + below, S.One
    return None


def _gaussian_damped(expression: Expr, variable: Symbol) -> Expr | None:
    """Supremum bound of P(x) exp(Q(x)) with Q quadratic and concave; ``|x|^k e^{-a x^2} <= (k/(2 a e))^{k/2}``."""
    exponent, rest = S.Zero, S.One
    for factor in Mul.make_args(expression):
        if isinstance(factor, exp):
            exponent += factor.args[0]
        else:
            rest *= factor
    shape, poly = polynomial(exponent, variable), polynomial(rest, variable)
    if shape is None or poly is None or shape.degree() != 2 or number(shape.LC()) >= 0:
        return None
    a, centre = -shape.LC(), -shape.nth(1) / (2 * shape.LC())
    shifted = poly.compose(Poly(variable + centre, variable)) if centre != 0 else poly
    top = exp(shape.eval(centre))
    terms = [abs(c) * ((S(k) / (2 * a)) ** (S(k) / 2) * exp(-S(k) / 2) if k else 1) for (k,), c in shifted.terms()]
    return top * Add(*terms)


def gaussian_exponent(expression: Expr, variable: Symbol) -> Expr | None:
    """b with ``|expression| <= C exp(b x^2 + a |x|)`` for some a, C; oo where no b will do; None if not seen.

    >>> from theory.conventions import x
    >>> gaussian_exponent(exp(x**2 / 4) * x**3, x)
    1/4
    """
    if not expression.has(variable) or expression.is_polynomial(variable):
        return S.Zero
    if isinstance(expression, Add):
        parts = [gaussian_exponent(a, variable) for a in expression.args]
        return None if any(p is None for p in parts) else _supremum(parts)
    if isinstance(expression, Mul):
        parts = [gaussian_exponent(a, variable) for a in expression.args]
        return None if any(p is None for p in parts) else (oo if oo in parts else Add(*parts))
    if isinstance(expression, exp) and expression.args[0].is_polynomial(variable):
        return _exponent_of(Poly(expression.args[0], variable))
    if isinstance(expression, (sinh, cosh)) and expression.args[0].is_polynomial(variable):
        poly = Poly(expression.args[0], variable)
        parts = [_exponent_of(poly), _exponent_of(-poly)]
        return None if None in parts else _supremum(parts)
    if isinstance(expression, Pow) and expression.exp.is_Rational:
        inner = gaussian_exponent(expression.base, variable)
        if inner is not None and inner.is_zero and expression.exp > 0:
            return inner
        if inner is not None and expression.exp > 0:
            return inner * expression.exp
    if linear_bound(expression, variable) is not None:
        return S.Zero
    return None


def _supremum(values: Iterable[Any]) -> Expr | None:
    values = list(dict.fromkeys(values))
    if oo in values:
        return oo
    if len(values) == 1:
        return values[0]
    return largest(values) if all(v.is_number for v in values) else None


def _exponent_of(poly: Poly) -> Expr | None:
    if poly.degree() <= 1:
        return S.Zero
    if poly.degree() == 2:
        return poly.LC()
    if poly.degree() % 2:
        return oo
    lead = poly.LC()
    return oo if lead.is_positive else (-oo if lead.is_negative else None)
