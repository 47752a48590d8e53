"""The sign of a rational function over a box, by coefficients: exact, with the box cut where one look does not tell.

A polynomial on [l, u] becomes, by x = (l + u s)/(1 + s), a polynomial in s >= 0 whose coefficients are (up to binomials) its
Bernstein coefficients; on [l, oo) the substitution is x = l + s.  If all coefficients have one sign, so has the polynomial.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from sympy import Dummy, Expr, Mul, Poly, PolynomialError, Pow, Rational, S, cosh, exp, factor, pi, together
from sympy import functions as sf

from numerics.enclose import enclose
from proofs_check.domains.domain import Choices, Integers, Interval, Variable, all_points


@dataclass(frozen=True)
class Sign:
    """Sign of a function on a whole domain: +1, -1, or 0 where it is not known; `strict` if it never vanishes."""

    value: int
    strict: bool = False


UNKNOWN = Sign(0)


def number_sign(number: Expr) -> int | None:
    """+1, -1, 0, or None where balls do not tell (an irrational number too close to zero)."""
    if number.is_Rational:
        return int(bool(number > 0)) - int(bool(number < 0))
    enclosure = enclose(number, 192)
    if enclosure.ball is None or not enclosure.ball.is_finite():
        return None
    return 1 if enclosure.ball > 0 else -1 if enclosure.ball < 0 else None


def as_intervals(domain: tuple[Variable, ...]) -> tuple[Interval, ...]:
    """Real intervals that contain the values of each variable (integers are relaxed to reals)."""
    found = []
    for variable in domain:
        d = variable.domain
        if isinstance(d, Integers):
            d = Interval(d.lower, S.Infinity if d.upper is None else d.upper)
        if isinstance(d, Choices):
            raise TypeError("choices are enumerated, not relaxed")
        found.append(d)
    return tuple(found)


def sign_on(expression: Expr, domain: tuple[Variable, ...], cuts: int = 6) -> Sign:
    """The sign of a rational function of the variables over the whole domain; choices are tried one by one.

    A zero denominator anywhere in the domain gives an unknown sign.

    >>> from sympy import Symbol
    >>> t = Symbol("t", real=True)
    >>> sign_on(t**2 - t + 1, (Variable(t, Interval(-5, 5)),))
    Sign(value=1, strict=True)
    """
    used = tuple(v for v in domain if v.symbol in expression.free_symbols)
    listed = tuple(v for v in used if isinstance(v.domain, Choices))
    rest = tuple(v for v in used if not isinstance(v.domain, Choices))
    combined: Sign | None = None
    for count, point in enumerate(all_points(listed)):
        if count >= 64:
            return UNKNOWN
        found = _rational_sign(expression.subs(point), rest, cuts)
        combined = found if combined is None else _both(combined, found)
        if combined.value == 0:
            return UNKNOWN
    return combined or UNKNOWN


def _both(a: Sign, b: Sign) -> Sign:
    return Sign(a.value, a.strict and b.strict) if a.value == b.value else UNKNOWN


def _rational_sign(expression: Expr, domain: tuple[Variable, ...], cuts: int) -> Sign:
    symbols = [v.symbol for v in domain]
    if expression.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        return UNKNOWN
    if not symbols:
        sign = number_sign(expression)
        return UNKNOWN if sign is None else Sign(sign or 1, sign != 0)
    numerator, denominator = together(expression).as_numer_denom()
    try:
        parts = [Poly(part, *symbols) for part in (numerator, denominator)]
    except PolynomialError:
        return _other_sign(expression, domain, cuts)
    if any(c.free_symbols for p in parts for c in p.coeffs()):
        return _other_sign(expression, domain, cuts)
    box = as_intervals(domain)
    top, bottom = (polynomial_sign(p, box, cuts) for p in parts)
    if top.value == 0 or bottom.value == 0 or not bottom.strict:
        return _product_sign(expression, domain, cuts)
    return Sign(top.value * bottom.value, top.strict)


def _other_sign(expression: Expr, domain: tuple[Variable, ...], cuts: int) -> Sign:
    """The sign of what is no rational function: by its factors, or with bounded functions as variables of their own."""
    found = _product_sign(expression, domain, cuts)
    if found.value != 0:
        return found
    rule: dict[Expr, Variable] = {}
    _ranged(expression, domain, rule)
    if not rule:
        return UNKNOWN
    relaxed = expression.xreplace({part: variable.symbol for part, variable in rule.items()})
    used = tuple(v for v in (*domain, *rule.values()) if v.symbol in relaxed.free_symbols)
    return UNKNOWN if len(used) > MOST_RELAXED else _rational_sign(relaxed, used, cuts)


MOST_RELAXED = 4
STEEPEST = 10**4
_UNIT, _QUARTER = (S.NegativeOne, S.One), (-pi / 2, pi / 2)
_RANGES = {
    **dict.fromkeys((sf.sin, sf.cos, sf.tanh, sf.erf), _UNIT), **dict.fromkeys((sf.asin, sf.atan), _QUARTER),
    sf.acos: (S.Zero, pi), sf.erfc: (S.Zero, S(2)), sf.exp: (S.Zero, S.Infinity), sf.cosh: (S.One, S.Infinity),
    sf.Abs: (S.Zero, S.Infinity),
}  # fmt: skip


def _ranged(expression: Expr, domain: tuple[Variable, ...], rule: dict[Expr, Variable]) -> None:
    """The outermost parts whose ranges are known wherever they are defined, each as a variable that runs through its range."""
    if expression in rule or not expression.free_symbols:
        return
    ends = (
        _RANGES.get(expression.func) if expression.args and all(a.is_extended_real for a in expression.args) else None
    )
    if isinstance(expression, Pow) and not expression.exp.is_Integer:
        ends = _power_range(expression, domain)
    if ends is not None:
        rule[expression] = Variable(Dummy(real=True), Interval(*ends))
        return
    for argument in expression.args:
        _ranged(argument, domain, rule)


def _power_range(power: Pow, domain: tuple[Variable, ...]) -> tuple[Expr, Expr] | None:
    """Of a power that is no polynomial: what is defined is not negative, and stays on its side of 1 under a nonnegative exponent."""
    if power.base is S.Exp1:
        return (S.Zero, S.Infinity) if power.exp.is_extended_real else None
    if power.exp.is_Rational:
        return (S.Zero, S.Infinity)
    signs = [sign_on(e, domain, 2).value == 1 for e in (power.exp, power.base, 1 - power.base, power.base - 1)]
    if signs[0] and signs[1] and signs[2]:
        return (S.Zero, S.One)
    return (S.One, S.Infinity) if signs[0] and signs[3] else None


def _product_sign(expression: Expr, domain: tuple[Variable, ...], cuts: int) -> Sign:
    """The sign of a product from those of its factors: an even power is nonnegative, an exponential or a root of it positive."""
    steep = (abs(r.p) > STEEPEST or r.q > STEEPEST for e in expression.atoms(exp) for r in e.args[0].atoms(Rational))
    if any(steep):  # exp(10^7 t) is a power of exp(t) to polynomials
        return UNKNOWN
    try:
        factors = Mul.make_args(factor(together(expression)))
    except PolynomialError:
        return UNKNOWN
    if len(factors) == 1 and factors[0].as_base_exp()[1] == 1:
        return UNKNOWN  # nothing was split off
    total = Sign(1, True)
    for part in factors:
        found = _factor_sign(part, domain, cuts)
        if found.value == 0:
            return UNKNOWN
        total = Sign(total.value * found.value, total.strict and found.strict)
    return total


def _factor_sign(part: Expr, domain: tuple[Variable, ...], cuts: int) -> Sign:
    if not part.free_symbols:
        return _rational_sign(part, (), cuts)
    if isinstance(part, (exp, cosh)):
        return Sign(1, True) if part.args[0].is_extended_real else UNKNOWN
    base, power = part.as_base_exp()
    if not power.is_Rational:
        return UNKNOWN
    used = tuple(v for v in domain if v.symbol in base.free_symbols)
    found = _rational_sign(base, used, cuts)
    even = power.is_Integer and power % 2 == 0
    if power.is_negative and not found.strict:
        return UNKNOWN  # it may not exist
    if even:  # nonnegative whatever the base; never zero where the base is not
        return Sign(1, found.strict) if base.is_real else UNKNOWN
    if power.is_Integer:
        return found
    return Sign(1, found.strict) if found.value == 1 else UNKNOWN


def polynomial_sign(poly: Poly, box: tuple[Interval, ...], cuts: int) -> Sign:
    """The sign of a polynomial on a box, cut at most `cuts` times in depth."""
    whole = tuple(k for k, side in enumerate(box) if side.lower is S.NegativeInfinity and side.upper is S.Infinity)
    if whole:
        return _cut(poly, box, whole[0], S.Zero, cuts)
    found = _one_look(poly, box)
    if found.value != 0 or cuts == 0:
        return found
    side = max(range(len(box)), key=lambda k: (box[k].upper is S.Infinity, _width(box[k])))
    lower, upper = box[side].lower, box[side].upper
    middle = (lower + max(1, abs(lower)) if upper is S.Infinity else upper - max(1, abs(upper)) if lower is S.NegativeInfinity
              else (lower + upper) / 2)  # fmt: skip
    return UNKNOWN if lower == upper else _cut(poly, box, side, middle, cuts - 1)


def _width(side: Interval) -> float:
    width = side.upper - side.lower
    return float(width) if width.is_finite else float("inf")


def _cut(poly: Poly, box: tuple[Interval, ...], side: int, at: Expr, cuts: int) -> Sign:
    old = box[side]
    left = Interval(old.lower, at, old.left_open, False)
    right = Interval(at, old.upper, False, old.right_open)
    first = polynomial_sign(poly, (*box[:side], left, *box[side + 1 :]), cuts)
    if first.value == 0:
        return UNKNOWN
    return _both(first, polynomial_sign(poly, (*box[:side], right, *box[side + 1 :]), cuts))


def transformed(poly: Poly, box: tuple[Interval, ...]) -> Poly:
    """The polynomial in variables s >= 0 that has the same sign: see the head of the module."""
    fresh = [Dummy(f"s{k}") for k in range(len(box))]
    degrees = [poly.degree(g) if poly.degree(g) > 0 else 0 for g in poly.gens]
    total = Poly(0, *fresh)
    for exponents, coefficient in poly.terms():
        term = Poly(coefficient, *fresh)
        for s, side, power, degree in zip(fresh, box, exponents, degrees, strict=True):
            if side.upper is S.Infinity:
                term *= Poly(side.lower + s, *fresh) ** power
            elif side.lower is S.NegativeInfinity:
                term *= Poly(side.upper - s, *fresh) ** power
            else:
                term *= Poly(side.lower + side.upper * s, *fresh) ** power * Poly(1 + s, *fresh) ** (degree - power)
        total += term
    return total


def _one_look(poly: Poly, box: tuple[Interval, ...]) -> Sign:
    if poly.is_zero:
        return Sign(1, False)
    at = transformed(poly, box)
    signs: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in at.terms():
        sign = number_sign(coefficient)
        if sign is None:
            return UNKNOWN
        if sign:
            signs[exponents] = sign
    values = set(signs.values())
    if len(values) != 1:
        return UNKNOWN if values else Sign(1, False)
    degrees = [max(poly.degree(g), 0) for g in poly.gens]
    # strict: at every closed corner some monomial survives
    ends = []
    for side, degree in zip(box, degrees, strict=True):
        bounded = side.lower.is_finite and side.upper.is_finite
        near, far = ((side.right_open, None) if side.lower is S.NegativeInfinity
                     else (side.left_open, side.right_open if bounded else None))  # fmt: skip
        ends.append(
            [end for end in (None if near else 0, None if far is not False else degree) if end is not None] or [None]
        )
    strict = all(
        any(all(want is None or e == want for e, want in zip(exponents, corner, strict=True)) for exponents in signs)
        for corner in itertools.product(*ends)
    )
    return Sign(values.pop(), strict)
