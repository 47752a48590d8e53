"""A number put for a variable, without a value for what has none there: sympy takes 1/(1 + 1/t^2) at t = 0 for 0."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sympy import Abs, AccumBounds, Expr, Integer, Max, Min, Piecewise, Pow, Rational, S
from sympy import functions as sf
from sympy.core.function import AppliedUndef, Function

from theory.expectation import Law
from theory.orthogonal import HermitePolynomial

_FINITE = (sf.sin, sf.cos, sf.exp, sf.tanh, sf.sinh, sf.cosh, sf.erf, sf.erfc, sf.atan, sf.asin, sf.acos, sf.asinh, sf.sign, sf.floor,
           sf.ceiling, sf.Heaviside, Abs, Max, Min, AppliedUndef)  # fmt: skip
_LONG = (sf.gamma, sf.loggamma, sf.polygamma, sf.factorial, sf.harmonic)
MOST_BITS = 8192  # of a number in a statement
_INFINITE = (S.Infinity, S.NegativeInfinity, S.ComplexInfinity, S.NaN, AccumBounds)


def at_point(expression: Expr, point: Mapping[Any, Any]) -> Expr:
    """The expression with values for some of its symbols; nan where a part that is used has none, is not real, or is too long to write.

    >>> from sympy import Symbol, sqrt
    >>> t = Symbol("t", real=True)
    >>> at_point(1 / (1 + 1 / t**2), {t: 0}), at_point(sqrt(t), {t: -1}), at_point(Piecewise((1 / t, t > 0), (1, True)), {t: 0})
    (nan, nan, 1)
    """
    inside = {symbol: value for symbol, value in point.items() if symbol in expression.free_symbols}
    if not inside:
        return expression
    try:
        if any(_is_infinite(node, inside) for node in _used(expression, inside)):
            return S.NaN
        # zeros last: sympy has hermite_prob(k, 0) = sqrt(pi)/gamma((1 - k)/2), which is -1/2 at k = 2 and not -1
        found = expression.subs(sorted(inside.items(), key=lambda pair: (pair[1] == 0, str(pair[0]))))
    except (TypeError, ValueError):  # sympy compares, and rounds, real numbers alone
        return S.NaN
    return S.NaN if found.is_real is False and not found.is_infinite else found


def _is_infinite(node: Expr, point: dict[Any, Any]) -> bool:
    if isinstance(node, HermitePolynomial):
        return bool(node.args[1].subs(point) == 0) and not node.args[0].subs(point).is_number  # type: ignore[attr-defined]
    if isinstance(node, Pow):
        base, exponent = node.base.subs(point), node.exp.subs(point)
        if base == 0 and exponent == 0 and not node.exp.is_integer:  # 1 as a product of no factors, nothing as a limit
            return True
        number = base.as_coeff_Mul()[0]
        if number.is_Rational and exponent.is_Rational and _is_endless(number, exponent):
            return True
    if isinstance(node, _LONG):
        last = node.args[-1].subs(point)
        if last.is_Rational and last.q <= 2 and last > MOST_BITS:
            return True
    value = node.subs(point)
    return any(value.has(infinity) and not node.has(infinity) for infinity in _INFINITE)


def _is_endless(base: Rational, exponent: Rational) -> bool:
    """Whether sympy would write down integers of more than `MOST_BITS` to bring a power of a number to its normal form."""
    sides = [n for n in (abs(base.p), base.q) if n > 1]
    if exponent.is_Integer:
        return any(abs(exponent.p) * (n.bit_length() - 1) > MOST_BITS for n in sides)
    for number in sides:  # roots of products of powers of primes, over the greatest common divisor of these
        primes = Integer(number).factors(limit=2**15)
        for sign in (1, -1):
            powers = [m * sign * exponent.p % exponent.q for m in primes.values()]
            if max(powers) // max(1, math.gcd(*powers)) * number.bit_length() > MOST_BITS:
                return True
    return False


def _used(node: Any, point: dict[Any, Any]) -> Iterator[Expr]:
    """The parts that may be infinite at a point; of a Piecewise those of its branch there, if that is known."""
    if not (_may_be_infinite(node) and node.free_symbols & point.keys()):
        return
    if isinstance(node, Piecewise):
        for value, condition in node.args:
            yield from _used(condition, point)
            holds = condition.subs(point)
            if holds != False:  # noqa: E712 - sympy's false is not False
                yield from _used(value, point)
            if holds == True:  # noqa: E712
                return
        return
    bound = set(getattr(node, "bound_symbols", ()))
    free = {symbol: value for symbol, value in point.items() if symbol not in bound} if bound else point
    for argument in node.args:
        yield from _used(argument, point if isinstance(argument, Law) else free)
    if _is_risky(node):
        yield node


@lru_cache(maxsize=4096)
def _may_be_infinite(node: Any) -> bool:
    return _is_risky(node) or any(_may_be_infinite(argument) for argument in node.args)


def _is_risky(node: Any) -> bool:
    if isinstance(node, Pow):
        return not (node.exp.is_number and node.exp.is_nonnegative) and node.base is not S.Exp1
    return isinstance(node, Function) and not isinstance(node, (*_FINITE, Piecewise))
