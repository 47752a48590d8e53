r"""Linear growth bounds and exponential rates of expressions on an interval, by structure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Add, Expr, Mul, Poly, Pow, S, Symbol, asinh, cosh, exp, log, oo, sinh, sqrt

from theory.ranges import Range, largest, number, polynomial, range_of, rational_range

LinearBound = tuple[Expr, Expr]


def _absolute(bounds: Range) -> Expr:
    return largest([abs(bounds[0]), abs(bounds[1])])


def linear_bound(expression: Expr, variable: Symbol, low: Expr = -oo, high: Expr = oo) -> LinearBound | None:
    """(a0, a1) with ``|expression| <= a0 + a1 |variable|`` on (low, high), or None where the structure shows none.

    >>> from sympy import tanh
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
        if variable in expression.args:
            rest = _absolute(range_of(expression / variable, variable, low, high))
            if rest is not oo:
                return S.Zero, rest
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
    found = rational_range(rest, bottom, low, high)
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
    inner = inner.replace(cosh, lambda u: (exp(u) + exp(-u)) / 2)
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
