"""An inequality in one variable, by its value or limit at one end of the domain and the sign of its derivative."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Dummy, Expr, Limit, S, Symbol, cancel, limit, oo, together

from numerics.boxes import is_lipschitz
from numerics.enclose import enclose
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Choices, Interval, Variable
from proofs_check.domains.ranges import range_on
from proofs_check.domains.signs import as_intervals, sign_on
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from proofs_check.verdict import Evidence, Grounds

LIMIT_SECONDS = 5.0
LIMIT_BITS = 192
MOST_RADIUS = 1e-30


@dataclass(frozen=True)
class Rise:
    """A difference that is nonnegative at an end and does not decrease from there on: strictly positive beyond it, and at it, or not."""

    beyond: bool
    at_end: bool
    orders: int = 0


@dataclass(frozen=True)
class Monotonicity(Method):
    """right - left is nonnegative at one end of the domain, or in its limit at infinity, and does not decrease from there on.

    The derivative is a function whose sign is read off coefficients, or is treated in the same way itself (twice: convexity).
    A domain with 0 inside is cut there.  This reaches unbounded domains, where no cover can: log(1 + t) <= t for t >= 0.

    Args:
        orders: how many derivatives may be taken.
    """

    orders: int = 4

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("monotonicity judges inequalities")
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if len(used) != 1 or isinstance(used[0].domain, Choices):
            return undecided("monotonicity judges statements in one variable that ranges over an interval")
        side = as_intervals(used)[0]
        relaxed = Dummy(used[0].symbol.name, **({"positive": True} if side.lower.is_positive else {"real": True}))
        up = statement.upward.xreplace({used[0].symbol: relaxed})  # an integer is relaxed to a real number
        whole = (Variable(relaxed, side),)
        missing = undefined_part(up.left, whole) or undefined_part(up.right, whole)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        gap = up.right - up.left
        if not is_lipschitz(gap):
            return undecided("the difference may jump: monotonicity does not apply")
        notes = []
        for piece, variable in _pieces(gap, relaxed, side):
            where = variable.domain
            found, end = self._rise_of(piece, variable)
            if found is None:
                return undecided("the derivatives of the difference have no sign that coefficients show")
            if up.relation is Relation.LESS and not (found.beyond and (found.at_end or where.left_open)):  # type: ignore[union-attr]
                return undecided("the two sides agree at an end of the domain")
            notes.append(f"nonnegative at {end}, and so is the derivative of order {found.orders} from there on")
        confirmed = [compare_at(up, {relaxed: p}, context.bits).truth for p in used[0].domain.points()[:8]]
        if Truth.FALSE in confirmed:
            return undecided("balls contradict the derivative: please report this")
        return StepResult(True, Grounds.ENCLOSURE, Evidence("; ".join(notes)))

    def _rise_of(self, gap: Expr, variable: Variable) -> tuple[Rise | None, str]:
        """A rise from the lower end, or from the upper one, or from the limit at infinity; with the name of the end."""
        domain = variable.domain
        assert isinstance(domain, Interval)
        shut = Variable(variable.symbol, Interval(domain.lower, domain.upper, False, domain.right_open))
        found = None if undefined_part(gap, (shut,)) else self._rises(gap, shut, self.orders)
        if domain.upper is S.Infinity and not (found and found.beyond):
            # a strict inequality may still be had from there
            fallen = self._falls(gap, variable)
            return (fallen, "infinity") if fallen else (found, str(domain.lower))
        if found:
            return found, str(domain.lower)
        mirror = Dummy("s", real=True)
        width = domain.upper - domain.lower
        turned = Variable(mirror, Interval(0, width, False, domain.left_open))
        reflected = gap.xreplace({variable.symbol: domain.upper - mirror})
        if undefined_part(reflected, (turned,)):
            return None, ""
        found = self._rises(reflected, turned, self.orders)
        if found is None:
            return None, ""
        # seen from the upper end, "at the end" is there: what is open below is far away
        return Rise(found.beyond and (found.at_end or domain.right_open), found.beyond, found.orders), str(domain.upper)

    def _falls(self, gap: Expr, variable: Variable) -> Rise | None:
        """The difference decreases on the whole domain to a limit that is not negative, by a ball around that limit."""
        slope = -gap.diff(variable.symbol)
        if undefined_part(slope, (variable,)):
            return None
        falling = self._rises(slope, variable, self.orders - 1) or self._everywhere(slope, variable)
        if falling is None:
            return None
        found = enclose(Limit(gap, variable.symbol, oo), LIMIT_BITS).ball  # an expansion in 1/n, in balls
        if found is None or not found.is_finite():
            return None
        touches = found == 0
        if not touches and not found > 0:
            # sympy finds 0 where the ball is a narrow one around it
            if not (found.contains(0) and found.rad() < MOST_RADIUS and _vanishing_limit(gap, variable.symbol)):
                return None
            touches = True
        strict = falling.beyond or not touches
        return Rise(strict, strict, falling.orders + 1)

    def _everywhere(self, gap: Expr, variable: Variable) -> Rise | None:
        sign = sign_on(cancel(together(gap)), (variable,))
        return Rise(sign.strict, sign.strict) if sign.value == 1 else None

    def _rises(self, gap: Expr, variable: Variable, orders: int) -> Rise | None:
        """Nonnegative at the lower end and rising; None if that is not shown."""
        _, signed = variable.domain.symbol_like(variable.symbol)
        if gap.xreplace({variable.symbol: signed}).is_positive:
            return Rise(True, True)
        sign = sign_on(cancel(together(gap)), (variable,))
        slopes = orders < self.orders  # the difference itself is for a cover
        if (sign.value == 1 and sign.strict) or (slopes and _positive_in_balls(gap, variable)):
            return Rise(True, True)
        start = gap.subs(variable.symbol, variable.domain.lower)  # type: ignore[union-attr]
        touches = bool(start.is_zero) or vanishes(start)
        if not touches and compare_at(Statement(S.Zero, Relation.LESS, start), {}, 192).truth is not Truth.TRUE:
            return None
        if sign.value == 1:  # nonnegative, with a zero somewhere: at the end alone, as far as this method can tell
            return Rise(self._zero_at_end_alone(gap, variable, touches), not touches)
        if orders == 0:
            return None
        slope = gap.diff(variable.symbol)
        low, high = variable.domain.lower, variable.domain.upper  # type: ignore[union-attr]
        # the mean value theorem asks for a derivative inside the interval alone
        inside = Variable(variable.symbol, Interval(low, high, False, bool(high > low)))  # type: ignore[operator, arg-type]
        if undefined_part(slope, (inside,)):
            return None
        found = self._rises(slope, inside, orders - 1)
        if found is None:
            return None
        # a slope that is positive beyond the end makes the gap positive beyond it
        return Rise(found.beyond or not touches, not touches, found.orders + 1)

    def _zero_at_end_alone(self, gap: Expr, variable: Variable, touches: bool) -> bool:
        domain = variable.domain
        if not touches or not isinstance(domain, Interval):
            return False
        opened = Variable(variable.symbol, Interval(domain.lower, domain.upper, True, domain.right_open))
        return sign_on(cancel(together(gap)), (opened,)).strict


def _vanishing_limit(gap: Expr, symbol: Symbol) -> bool:
    try:
        with time_limit(LIMIT_SECONDS):
            end = limit(gap, symbol, oo)
    except (TimeLimitReached, NotImplementedError, ValueError):
        return False
    return bool(end.is_number and end.is_finite and end.is_real) and (bool(end.is_zero) or vanishes(end))


def _positive_in_balls(gap: Expr, variable: Variable) -> bool:
    low, _ = range_on(gap, (variable,), 32)
    return bool(low is not None and low > 0)


def _pieces(gap: Expr, symbol: Dummy, side: Interval) -> list[tuple[Expr, Variable]]:
    """The domain cut at 0 where 0 lies inside, each piece as an interval with a finite lower end."""
    if (
        side.lower.is_extended_negative and side.upper.is_extended_positive
    ):  # infinities are neither positive nor negative
        mirrored = gap.xreplace({symbol: -symbol})
        return [
            (gap, Variable(symbol, Interval(0, side.upper, False, side.right_open))),
            (mirrored, Variable(symbol, Interval(0, -side.lower, False, side.left_open))),
        ]
    if side.lower is S.NegativeInfinity:
        turned = gap.xreplace({symbol: side.upper - symbol})
        return [(turned, Variable(symbol, Interval(0, S.Infinity, side.right_open, False)))]
    return [(gap, Variable(symbol, side))]
