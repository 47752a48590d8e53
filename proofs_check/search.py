"""Search for a counterexample: hard points, then random ones, then optimisation; what is found is shrunk to a simple point.

Everything that is called a violation has been enclosed: the search itself may be as careless as it likes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from fractions import Fraction

from flint import arb, ctx
from sympy import Expr, Integer, Rational, S

from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from proofs_check.comparison import Comparison, Truth, compare_at
from proofs_check.domains.domain import Choices, Integers, Point, Variable, sample_points
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from theory.expectation import Mean

POINT_SECONDS = 4.0
FAR = 10**4
FEWEST_POINTS = 4
EQUALITY_BITS = 80
Gap = Callable[[Point], float | None]


def find_violation(
    statement: Statement,
    domain: tuple[Variable, ...],
    *,
    bits: int = 192,
    seed: int = 0,
    hard: int = 24,
    seconds: float = 2.0,
    admits: Callable[[Point], bool] = lambda point: True,
) -> tuple[Point, Comparison] | None:
    """A point of the domain where enclosures certainly contradict the statement, and the comparison there; None if none was found.

    Args:
        statement: without finite-width numbers.
        domain: its variables.
        bits: precision of the enclosure that decides.
        seed: of the random points.
        hard: how many hard points are tried first.
        seconds: time for random points and optimisation, which need fast evaluation to be of much use.
        admits: which points satisfy the hypotheses.

    >>> from sympy import Symbol
    >>> from proofs_check.domains.domain import Interval
    >>> from proofs_check.statement import at_most
    >>> t = Symbol("t", real=True)
    >>> find_violation(at_most(t * (1 - t), Rational(249, 1000)), (Variable(t, Interval(0, 1)),))[0]
    {t: 1/2}
    """

    heavy = bool((statement.left - statement.right).atoms(Mean))  # means over very many samples take long

    def violated(point: Point, limit: float = POINT_SECONDS) -> Comparison | None:
        if heavy and any(abs(value) > FAR for value in point.values()):
            return None
        if not admits(point):
            return None
        try:
            with time_limit(limit):
                comparison = compare_at(statement, point, bits)
        except TimeLimitReached:
            return None
        except Exception:  # a point where an expression does not exist refutes nothing
            return None
        return comparison if comparison.truth is Truth.FALSE else None

    if not statement.free_symbols:
        domain = ()
    elif statement.relation is Relation.EQUAL:
        bits = min(bits, EQUALITY_BITS)  # many points at moderate precision; the method looks closely at a few
    started = time.monotonic()
    for tried, point in enumerate(sample_points(domain, hard)):
        if tried >= FEWEST_POINTS and time.monotonic() - started > seconds:
            break
        found = violated(point)
        if found is not None:
            return point, found
    free = tuple(v for v in domain if v.symbol in statement.free_symbols)
    if not free:
        return None
    started = time.monotonic()
    candidates = _candidates(statement, free, random.Random(seed), lambda: time.monotonic() - started > seconds)
    fixed = {v.symbol: v.domain.points()[0] for v in domain if v not in free}
    for point in candidates:
        left = max(0.25, seconds - (time.monotonic() - started))
        found = violated({**fixed, **point}, min(POINT_SECONDS, left))
        if found is not None:
            return _simplest({**fixed, **point}, found, domain, violated)
        if time.monotonic() - started > seconds:
            return None
    return None


def _candidates(
    statement: Statement, domain: tuple[Variable, ...], rng: random.Random, late: Callable[[], bool]
) -> Iterator[Point]:
    """Random points where fast evaluation sees a violation, then the ends of descents; random points where it cannot be had."""
    gap = _fast_gap(statement, domain)
    if gap is None:
        for _ in range(30):
            yield _random_point(domain, rng)
        return
    seen: list[tuple[float, Point]] = []
    for _ in range(400):
        point = _random_point(domain, rng)
        value = gap(point)
        if value is not None and value < 0:
            yield point
        if value is not None:
            seen.append((value, point))
        if late():
            return
    for value, point in sorted(seen, key=lambda pair: pair[0])[:4]:
        low, lowest = _descend(gap, value, point, domain, late)
        if low < 0:
            yield lowest


def _fast_gap(statement: Statement, domain: tuple[Variable, ...]) -> Gap | None:
    """right - left in doubles, negative where violated; for an equality minus the distance beyond rounding."""
    up = statement.upward
    symbols = tuple(v.symbol for v in domain)
    try:
        function = real_function(up.right - up.left, symbols)
    except (UndecidedError, AttributeError, TypeError):
        return None

    def gap(point: Point) -> float | None:
        before = ctx.prec
        ctx.prec = 64
        try:
            value = function(*(_ball(point[s]) for s in symbols))
        except (ArithmeticError, ValueError, TypeError):
            return None
        finally:
            ctx.prec = before
        if not value.is_finite():
            return None
        if up.relation is Relation.EQUAL:
            return -1.0 if (value > 0 or value < 0) else 1.0
        return float(value.upper()) if value < 0 else float(value.mid())

    return gap


def _ball(number: Expr) -> arb:
    if number.is_Rational:
        return arb(int(number.p)) / int(number.q)
    value: arb = real_function(number, ())()
    return value


def _random_point(domain: tuple[Variable, ...], rng: random.Random) -> Point:
    return {v.symbol: _random_member(v, rng) for v in domain}


def _random_member(variable: Variable, rng: random.Random) -> Expr:
    d = variable.domain
    if isinstance(d, Choices):
        return rng.choice(d.values)
    if isinstance(d, Integers):
        top = d.lower + 10 ** rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 7, 12, 20)) if d.upper is None else d.upper
        return Integer(rng.randint(d.lower, min(top, d.lower + 10 ** rng.randint(1, 20))))
    if d.lower.is_finite and d.upper.is_finite:
        share = Fraction(rng.randint(0, 10**6), 10**6)
        if rng.random() < 0.3:  # close to an end
            share = Fraction(1, 10 ** rng.randint(1, 9))
            share = share if rng.random() < 0.5 else 1 - share
        value = d.lower + (d.upper - d.lower) * Rational(share.numerator, share.denominator)
    else:
        size = Rational(rng.randint(1, 10**4), 10**4) * Integer(10) ** rng.choice(
            (*range(-4, 7), *range(-2, 5), 12, 20, 40)
        )
        if d.lower.is_finite:
            value = d.lower + size
        elif d.upper.is_finite:
            value = d.upper - size
        else:
            value = size if rng.random() < 0.5 else -size
    return value if d.contains(value) else d.points()[-1]


def _descend(
    gap: Gap, value: float, point: Point, domain: tuple[Variable, ...], late: Callable[[], bool]
) -> tuple[float, Point]:
    """Compass search with shrinking steps, to rational points."""
    steps = {v.symbol: _first_step(v) for v in domain}
    for _ in range(60):
        moved = False
        for variable in domain:
            s = variable.symbol
            for direction in (1, -1):
                candidate = _rounded(point[s] + direction * steps[s], variable)
                if candidate is None:
                    continue
                there = {**point, s: candidate}
                at = gap(there)
                if at is not None and at < value:
                    value, point, moved = at, there, True
                    break
        if value < 0 or late():
            break
        if not moved:
            steps = {s: step / 4 for s, step in steps.items()}
    return value, point


def _first_step(variable: Variable) -> Rational:
    d = variable.domain
    if isinstance(d, Integers):
        return Rational(d.upper - d.lower, 4) if d.upper is not None else Rational(1000)
    if isinstance(d, Choices):
        return S.Zero
    width = d.upper - d.lower
    return Rational(str(float(width) / 8)) if width.is_finite else Rational(10)


def _rounded(value: Expr, variable: Variable) -> Expr | None:
    if isinstance(variable.domain, Choices):
        return None
    if isinstance(variable.domain, Integers):
        value = Integer(round(value))
    elif value.is_Rational:
        near = Fraction(int(value.p), int(value.q)).limit_denominator(10**12)
        value = Rational(near.numerator, near.denominator)
    return value if variable.domain.contains(value) else None


def _simplest(
    point: Point, found: Comparison, domain: tuple[Variable, ...], violated: Callable[[Point], Comparison | None]
) -> tuple[Point, Comparison]:
    """Replace coordinates by the simplest numbers near them that still violate the statement."""
    for variable in domain:
        for simple in _simpler(point[variable.symbol], variable):
            candidate = {**point, variable.symbol: simple}
            comparison = violated(candidate)
            if comparison is not None:
                point, found = candidate, comparison
                break
    return point, found


def _simpler(value: Expr, variable: Variable) -> list[Expr]:
    if not value.is_Rational or isinstance(variable.domain, Choices):
        return []
    if isinstance(variable.domain, Integers):
        size = len(str(abs(int(value))))
        rounded = [Integer(round(int(value), -k)) for k in range(size, 0, -1)]
    else:
        exact = Fraction(int(value.p), int(value.q))
        near = [exact.limit_denominator(k) for k in (1, 2, 3, 4, 5, 8, 10, 16, 20, 100, 1000, 10**4)]
        rounded = [Rational(f.numerator, f.denominator) for f in dict.fromkeys(near)]
    return [r for r in rounded if variable.domain.contains(r) and r != value]
