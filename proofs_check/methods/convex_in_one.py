"""An inequality whose difference is convex in one variable: it is smallest where its derivative in that variable vanishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sympy import Dummy, Expr, Min, S, expand_log, factor, log, simplify, solve, together
from sympy import Max as Larger

from numerics.boxes import is_lipschitz
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Integers, Interval, Variable, sample_points
from proofs_check.domains.signs import sign_on
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.by_expansions import ByExpansions
from proofs_check.methods.cover import Cover
from proofs_check.methods.equal_derivatives import is_smooth
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from proofs_check.verdict import Evidence, Grounds

SECONDS = 3.0
LINE = Interval(-S.Infinity, S.Infinity)
HALF_LINE = Interval(0, S.Infinity, True, True)


@dataclass(frozen=True)
class ConvexInOne(Method):
    """0 <= D because D is convex in one variable v, its derivative vanishes at v = f (the others), and 0 <= D there.

    The difference of the sides, or that of their logarithms, is smooth with a second derivative in v of one sign on an interval that
    contains the domain of v and every value of f.  This is how Fenchel's, Young's, Chernoff's and Hoeffding's inequalities are shown.  On
    the ends of the domain the inequality holds by continuity.

    Args:
        inner: judges the inequality at v = f.
    """

    inner: Method = field(
        default_factory=lambda: FirstOf((PositiveCoefficients(), ByExpansions(), Cover(max_boxes=400, seconds=2.0)))
    )

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if statement.upward.relation is not Relation.AT_MOST or not all(
            isinstance(v.domain, Interval | Integers) for v in used
        ):
            return undecided("convexity judges <= and >= over intervals")
        up = statement.upward
        missing = undefined_part(up.left, used) or undefined_part(up.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        if not is_lipschitz(up.right - up.left):
            return undecided("the difference may jump: nothing holds by continuity")
        if any(compare_at(up, point, context.bits).truth is Truth.FALSE for point in sample_points(used, 8)):
            return undecided("balls contradict the inequality")
        inside = tuple(_opened(v) for v in used)
        for form in _differences(up, inside):
            for variable in inside:
                if isinstance(variable.domain, Interval) and not context.expired():
                    note = self._shown(form, variable, inside, context)
                    if note:
                        return StepResult(True, Grounds.ENCLOSURE, Evidence(note))
        return undecided("in no variable is the difference convex with a least value that is known")

    def _shown(self, gap: Expr, variable: Variable, inside: tuple[Variable, ...], context: Context) -> str:
        v = variable.symbol
        slope = gap.diff(v)
        rest = tuple(w for w in inside if w is not variable)
        for least in _stationary(slope, variable, rest):
            reached = _wide_enough(variable, least, rest)
            if reached is None:
                continue
            wide = (Variable(_plain(v), reached), *rest)
            there = gap.xreplace({v: wide[0].symbol})
            if undefined_part(there, wide) or not _is_convex(there, wide):
                continue
            value = gap.xreplace({v: least})
            domain = tuple(w for w in rest if w.symbol in value.free_symbols)
            if value != 0 and not vanishes(value):
                if (
                    not domain
                    and compare_at(Statement(S.Zero, Relation.AT_MOST, value), {}, context.bits).truth is not Truth.TRUE
                ):
                    continue
                if (
                    domain
                    and not self.inner.check(
                        Statement(S.Zero, Relation.AT_MOST, value), context.narrowed(domain=domain)
                    ).holds
                ):
                    continue
            return f"the difference is convex in {v}, {Variable(v, reached)}, and least at {v} = {least}, where it is not negative"
        return ""


def _opened(variable: Variable) -> Variable:
    """The interior; integers as they are."""
    where = variable.domain
    if isinstance(where, Integers) or where.lower == where.upper:  # type: ignore[union-attr]
        return variable
    assert isinstance(where, Interval)
    return Variable(variable.symbol, Interval(where.lower, where.upper, where.lower.is_finite, where.upper.is_finite))


def _plain(symbol: Expr) -> Dummy:
    return Dummy(str(symbol), real=True)


def _differences(up: Statement, domain: tuple[Variable, ...]) -> Iterator[Expr]:
    """That of the sides, and that of their logarithms where both are positive; each says the same as the statement in the interior."""
    if is_smooth(up.right - up.left):
        yield up.right - up.left
        logs = [log(side) for side in (up.left, up.right)]
        if up.left != 0 and up.right != 0 and not any(undefined_part(side, domain) for side in logs):
            yield expand_log(logs[1]) - expand_log(logs[0])


def _stationary(slope: Expr, variable: Variable, rest: tuple[Variable, ...]) -> Iterator[Expr]:
    """Where the derivative vanishes for all values of the other variables: guesses, each confirmed by a normal form."""
    guesses: list[Expr] = [S.Zero, S.One, *(w.symbol for w in rest)]
    try:
        with time_limit(SECONDS):
            guesses += solve(slope, variable.symbol)
    except (TimeLimitReached, NotImplementedError, ValueError, TypeError):
        pass
    signs = {w.symbol: w.domain.symbol_like(w.symbol)[1] for w in rest}
    for guess in dict.fromkeys(guesses):
        at = slope.xreplace({variable.symbol: guess})
        if at.is_finite is not False and guess.is_real is not False and vanishes(at.xreplace(signs)):
            yield guess


def _wide_enough(variable: Variable, least: Expr, rest: tuple[Variable, ...]) -> Interval | None:
    """An interval with the domain of the variable and every value of `least` in it."""
    where = variable.domain
    assert isinstance(where, Interval)
    if least.is_number:
        if not (least.is_real and least.is_finite):
            return None
        if where.contains(least):
            return where
        low, high = Min(where.lower, least), Larger(where.upper, least)
        return Interval(low, high) if low.is_Rational and high.is_Rational else LINE
    for other in rest:
        if least == other.symbol and isinstance(other.domain, Interval):
            low, high = Min(where.lower, other.domain.lower), Larger(where.upper, other.domain.upper)
            return Interval(low, high, low.is_finite, high.is_finite)
    if undefined_part(least, rest):
        return None
    signed = least.xreplace({w.symbol: w.domain.symbol_like(w.symbol)[1] for w in rest})
    if where.lower.is_nonnegative and (signed.is_positive or _sign(least, rest)):
        return HALF_LINE
    return LINE if signed.is_real else None


def _sign(expression: Expr, domain: tuple[Variable, ...]) -> bool:
    found = sign_on(expression, domain)
    return found.value == 1 and found.strict


def _is_convex(gap: Expr, domain: tuple[Variable, ...]) -> bool:
    """Whether the second derivative in the first variable is nowhere negative."""
    curvature = gap.diff(domain[0].symbol, 2)
    if undefined_part(curvature, domain):
        return False
    return any(
        sign_on(form, domain).value == 1 and (form == curvature or vanishes(form - curvature))
        for form in _forms(curvature)
    )


def _forms(expression: Expr) -> Iterator[Expr]:
    yield expression
    for way in (lambda e: factor(together(e)), simplify, lambda e: factor(simplify(e))):
        try:
            with time_limit(SECONDS):
                yield way(expression)
        except TimeLimitReached:
            continue
