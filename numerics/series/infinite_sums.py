r"""Infinite sums: those whose terms have a rational ratio in balls, with the tail of a geometric series; others as estimates.

With |t(k+1)/t(k)| <= q < 1 for all k >= K, what is left from K on is at most |t(K)|/(1-q).  The ratio is a quotient of polynomials
in k: in u = 1/k it is bounded over the whole of [0, 1/K] by one evaluation.
"""

from __future__ import annotations

from typing import Any

import mpmath
from flint import arb
from sympy import Expr, Integer, Poly, PolynomialError, Sum, Symbol, fraction, oo, together
from sympy.simplify.simplify import hypersimp

from numerics.balls import symmetric
from numerics.errors import EvaluationError, UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import Deadline, working_bits


class DivergentSumError(UndecidedError):
    """The terms of a sum grow."""


MOST_TERMS = 20_000
_STRIDE = 16


def _limits(series: Sum) -> tuple[Symbol, int]:
    ((index, start, end), *rest) = series.limits
    if rest or end != oo or not start.is_Integer:
        raise UndecidedError(f"{series} is no single sum from an integer to oo")
    return index, int(start)


def _ratio(term: Expr, index: Symbol) -> tuple[list[Expr], list[Expr]]:
    """Coefficients of numerator and denominator of t(k+1)/t(k), highest power of k first."""
    from theory.expectation import Mean

    if term.has(Mean):
        raise UndecidedError("the terms of the sum contain means: no bound of what is left after finitely many")
    plain = Symbol(index.name, integer=True, positive=True)
    try:
        ratio = hypersimp(term.xreplace({index: plain}), plain)
        if ratio is None:
            raise UndecidedError(f"the ratio of neighbouring terms of {term} is not rational in {index}")
        return tuple(Poly(part, plain).all_coeffs() for part in fraction(together(ratio)))  # type: ignore[return-value]
    except (PolynomialError, ValueError, TypeError, AttributeError) as failure:
        raise UndecidedError(f"the ratio of neighbouring terms of {term} is not rational in {index}") from failure


def _in_reciprocal(coefficients: list[arb], u: arb) -> arb:
    """P(1/u) u^deg P."""
    total = arb(0)
    for c in reversed(coefficients):
        total = total * u + c
    return total


def sum_ball(series: Sum, bits: int, deadline: Deadline) -> arb:
    """A ball around an infinite sum.

    Raises:
        UndecidedError: the terms have no rational ratio, or do not fall like a geometric series.
    """
    index, start = _limits(series)
    above, below = _ratio(series.function, index)
    with working_bits(bits + 40):
        top, bottom = ([real_function(c, ())() for c in part] for part in (above, below))
        if len(above) > len(below) or (len(above) == len(below) and abs(top[0]) > abs(bottom[0])):
            raise DivergentSumError(f"{series} diverges: its terms grow")
        if len(above) == len(below) and not abs(top[0]) < abs(bottom[0]):
            raise UndecidedError(f"the terms of {series} do not fall geometrically: rewrite it as a closed form")
        goal = arb(2) ** -bits

        def direct(k: int) -> arb:
            value = real_function(series.function.xreplace({index: Integer(k)}), ())()
            if not value.is_finite():
                raise UndecidedError(f"the term of {series} at {index} = {k} is not finite")
            return value

        def step(u: arb) -> arb:
            """The ratio at k = 1/u."""
            return _in_reciprocal(top, u) * u ** (len(below) - len(above)) / _in_reciprocal(bottom, u)

        total, value = arb(0), direct(start)
        for k in range(start, start + MOST_TERMS):
            if k > start and (k - start) % _STRIDE == 0:
                deadline.check()
                if not value.overlaps(direct(k)):
                    raise UndecidedError(f"the ratio found for {series} does not fit its terms")
                q = abs(step(arb(0).union(1 / arb(k)))).abs_upper() if k >= 1 else arb(1)
                if q < 1:
                    rest = (abs(value) / (1 - q)).abs_upper()
                    if rest < goal * abs(total).max(arb(1)):
                        return total + symmetric(rest)
            total += value
            # where a term is 0 the ratio says nothing
            ratio = step(1 / arb(k)) if k >= 1 and not value.contains(0) else arb.nan()
            value = value * ratio if ratio.is_finite() and not ratio.contains(0) else direct(k + 1)
    raise UndecidedError(f"{MOST_TERMS} terms of {series} do not fall geometrically: rewrite it as a closed form")


def sum_number(series: Sum, digits: int, term_value: Any) -> tuple[Any, Any]:
    """Value and error estimate where no ball is found: term by term, or partial sums of 2^j terms extrapolated in 1/2^j.

    Accelerated sums of mpmath (`nsum`) give 1.6431 for the sum of 1/k^2 and a value to the harmonic series: not used.

    Args:
        term_value: the value of a term at an integer, at the ambient precision.

    Raises:
        EvaluationError: the terms fall too slowly, or the extrapolation does not settle.
    """
    from theory.expectation import Mean

    try:
        index, start = _limits(series)
    except UndecidedError as failure:
        raise EvaluationError(failure.advice) from failure
    if series.function.has(Mean):
        return _term_by_term(series, index, start, term_value, mpmath.mpf(10) ** -digits)
    sums, reached = mpmath.mpf(0), start

    def partial(_: Any, count: int) -> Any:
        nonlocal sums, reached
        while reached < start + count:
            sums += term_value(index, reached)
            reached += 1
        return sums

    return limit_number(series, index, partial, digits, longest=14)


def _term_by_term(series: Sum, index: Symbol, start: int, term_value: Any, tolerance: Any) -> tuple[Any, Any]:
    total, sizes = mpmath.mpf(0), []
    for k in range(start, start + 400):
        value = term_value(index, k)
        total += value
        sizes.append(abs(value))
        if len(sizes) >= 12:
            late, early = max(sizes[-4:]), max(sizes[-8:-4])
            rate = (late / early) ** mpmath.mpf("0.25") if early else mpmath.mpf(0)
            if rate < mpmath.mpf("0.97"):
                rest = late * rate / (1 - rate)
                if rest < tolerance * max(1, abs(total)):
                    return total, 4 * rest
    raise EvaluationError(f"the terms of {series} fall too slowly to be added one by one")


def limit_number(expression: Any, symbol: Symbol, value_at: Any, digits: int, longest: int = 22) -> tuple[Any, Any]:
    """The limit at infinity from values at n = 16, 32, 64, ... by Richardson's extrapolation in 1/n, with an estimate.

    Raises:
        EvaluationError: the extrapolated values do not settle.
    """
    tolerance = mpmath.mpf(10) ** -digits
    row: list[Any] = []
    best: tuple[Any, Any] | None = None
    for j in range(4, longest):
        fresh = [value_at(symbol, 2**j)]
        for i, before in enumerate(row):
            fresh.append(fresh[-1] + (fresh[-1] - before) / (2 ** (i + 1) - 1))
        if len(fresh) >= 4:
            change = max(abs(fresh[-1] - row[-1]), abs(fresh[-1] - fresh[-2]))
            if best is None or change < best[1]:
                best = fresh[-1], change
            if change <= tolerance * max(1, abs(fresh[-1])):
                # values at powers of 2 do not see what alternates
                if abs(value_at(symbol, 2**j + 1) - fresh[0]) > 4 * abs(fresh[0] - row[0]) + tolerance:
                    raise EvaluationError(f"{expression} does not settle: neighbouring values stay apart")
                return fresh[-1], change
        row = fresh
    shown = "" if best is None else f" (near {mpmath.nstr(best[0], 8)}, to {mpmath.nstr(best[1], 2)})"
    raise EvaluationError(
        f"{expression} does not settle to {digits} digits{shown}: ask for fewer, or use its closed form"
    )
