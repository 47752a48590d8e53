"""An inequality in one variable, by its value at the lower end and the sign of its derivative."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Dummy, Expr, S, cancel, together

from numerics.boxes import is_lipschitz
from proofs_check.comparison import Truth, compare_at
from proofs_check.definedness import undefined_part
from proofs_check.domain import Choices, Interval, Variable
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.normal_form import vanishes
from proofs_check.signs import as_intervals, sign_on
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class Monotonicity(Method):
    """right - left is nonnegative at the lower end of the domain and does not decrease from there on.

    The derivative is a rational function whose sign is read off coefficients, or is treated in the same way itself (twice:
    convexity).  This reaches unbounded domains, where no cover can: log(1 + t) <= t for t >= 0.

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
        if side.lower is S.NegativeInfinity:
            return undecided("monotonicity needs a lower end to start from")
        closed = Variable(relaxed, Interval(side.lower, side.upper, False, side.right_open))
        missing = undefined_part(up.left, (closed,)) or undefined_part(up.right, (closed,))
        if missing:
            return undecided(f"{missing}: narrow the domain")
        gap = up.right - up.left
        if not is_lipschitz(gap):
            return undecided("the difference may jump: monotonicity does not apply")
        strict_inside, strict_at_end, orders = self._rises(gap, closed, self.orders)
        if strict_inside is None:
            return undecided("the derivatives of the difference have no sign that coefficients show")
        holds = up.relation is Relation.AT_MOST or (strict_inside and (strict_at_end or side.left_open))
        if not holds:
            return undecided("the two sides agree at the lower end of the domain")
        confirmed = [compare_at(up, {closed.symbol: p}, context.bits).truth for p in used[0].domain.points()[:8]]
        if Truth.FALSE in confirmed:
            return undecided("balls contradict the derivative: please report this")
        note = f"nonnegative at {side.lower}, and so is the derivative of order {orders} from there on"
        return StepResult(True, Grounds.ENCLOSURE, Evidence(note))

    def _rises(self, gap: Expr, variable: Variable, orders: int) -> tuple[bool | None, bool, int]:
        """(strictly positive beyond the end or None if not shown, strictly positive at the end, derivatives used)."""
        _, signed = variable.domain.symbol_like(variable.symbol)
        if gap.xreplace({variable.symbol: signed}).is_positive:
            return True, True, 0
        sign = sign_on(cancel(together(gap)), (variable,))
        if sign.value == 1 and sign.strict:
            return True, True, 0
        start = gap.subs(variable.symbol, variable.domain.lower)  # type: ignore[union-attr]
        touches = bool(start.is_zero) or vanishes(start)
        if not touches and compare_at(Statement(S.Zero, Relation.LESS, start), {}, 192).truth is not Truth.TRUE:
            return None, False, 0
        if (
            sign.value == 1
        ):  # rational, nonnegative, with a zero somewhere: at the end alone, as far as this method can tell
            return (
                (True, not touches, 0) if self._zero_at_end_alone(gap, variable, touches) else (False, not touches, 0)
            )
        if orders == 0:
            return None, False, 0
        slope = gap.diff(variable.symbol)
        if undefined_part(slope, (variable,)):
            return None, False, 0
        inside, _, used = self._rises(slope, variable, orders - 1)
        if inside is None:
            return None, False, 0
        # a slope that is positive beyond the end makes the gap positive beyond it
        return bool(inside) or not touches, not touches, used + 1

    def _zero_at_end_alone(self, gap: Expr, variable: Variable, touches: bool) -> bool:
        domain = variable.domain
        if not touches or not isinstance(domain, Interval):
            return False
        opened = Variable(variable.symbol, Interval(domain.lower, domain.upper, True, domain.right_open))
        return sign_on(cancel(together(gap)), (opened,)).strict
