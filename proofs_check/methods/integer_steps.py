"""An inequality for all integers from one on: it holds at the first, and a step to the next, as a difference or a ratio, keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Pow, S, combsimp, exp, expand_power_exp, factorial, gamma, powsimp, together

from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Integers, Variable, sample_points
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.by_expansions import ByExpansions
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.monotone_in_one import MonotoneInOne
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds

FEWEST = 3


@dataclass(frozen=True)
class IntegerSteps(Method):
    """left <= right for all integers L >= a of one variable, by induction on L.

    Either the difference is nonnegative at L = a and its difference in L nonnegative everywhere, which is shown directly or in the same way
    (up to `orders` times: Bernoulli's inequality takes two); or both sides are positive, the inequality holds at L = a, and the ratio of
    next to present is at most as large on the left as on the right.  A strict inequality needs a strict one at L = a alone.

    Args:
        inner: judges the inequalities without L, and those of the steps.
        orders: how many differences may be taken.
    """

    inner: Method = field(default_factory=lambda: FirstOf((PositiveCoefficients(), ByExpansions(), MonotoneInOne())))
    orders: int = 3

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        whole = [v for v in used if isinstance(v.domain, Integers) and v.domain.upper is None]
        if statement.relation is Relation.EQUAL or not whole:
            return undecided("integer steps judge inequalities in a variable that ranges over all integers from one on")
        up = statement.upward
        missing = undefined_part(up.left, used) or undefined_part(up.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        if any(compare_at(up, point, context.bits).truth is Truth.FALSE for point in sample_points(used, 8)):
            return undecided("balls contradict the inequality")
        for variable in whole:
            there = context.narrowed(domain=used)
            for way in (self._by_differences, self._by_ratios):
                note = None if context.expired() else way(up, variable, there)
                if note:
                    return StepResult(True, Grounds.ENCLOSURE, Evidence(f"induction on {variable.symbol}: {note}"))
        return undecided("no step from an integer to the next keeps the inequality by a sign that was shown")

    def _by_differences(self, up: Statement, variable: Variable, context: Context) -> str:
        gap, relation = up.right - up.left, up.relation
        for order in range(self.orders):
            if not self._holds(_at_start(gap, variable), relation, context):
                return ""
            gap, relation = _next(gap, variable, context, False), Relation.AT_MOST
            if gap is None or context.expired():
                return ""
            if self._holds(gap, relation, context):
                return f"nonnegative at {variable.symbol} = {variable.domain.lower}, and so is the difference of order {order + 1}"  # type: ignore[union-attr]
        return ""

    def _by_ratios(self, up: Statement, variable: Variable, context: Context) -> str:
        if not all(self._holds(side, Relation.LESS, context) for side in (up.left, up.right)):
            return ""
        if not self._holds(_at_start(up.right - up.left, variable), up.relation, context):
            return ""
        left, right = (_next(side, variable, context, True) for side in (up.left, up.right))
        if left is None or right is None or not self._holds(right - left, Relation.AT_MOST, context):
            return ""
        return f"true at {variable.symbol} = {variable.domain.lower}, and {left} <= {right}"  # type: ignore[union-attr]

    def _holds(self, gap: Expr, relation: Relation, context: Context) -> bool:
        """Whether 0 < gap, or 0 <= gap, on the whole domain."""
        if relation is Relation.AT_MOST and (gap == 0 or vanishes(gap)):
            return True
        domain = tuple(v for v in context.domain if v.symbol in gap.free_symbols)
        if relation is Relation.LESS and _is_positive(gap, domain) and not undefined_part(gap, domain):
            return True
        if not domain:
            return compare_at(Statement(S.Zero, relation, gap), {}, context.bits).truth is Truth.TRUE
        return self.inner.check(Statement(S.Zero, relation, gap), context.narrowed(domain=domain)).holds is True


def _is_positive(expression: Expr, domain: tuple[Variable, ...]) -> bool:
    rule = {v.symbol: v.domain.symbol_like(v.symbol)[1] for v in domain}
    return bool(expression.xreplace(rule).is_positive)


def _at_start(expression: Expr, variable: Variable) -> Expr:
    return expression.subs(variable.symbol, variable.domain.lower)  # type: ignore[union-attr]


def _next(expression: Expr, variable: Variable, context: Context, ratio: bool) -> Expr | None:
    """f(L+1) - f(L) or f(L+1)/f(L), powers of L + 1 split; None where balls do not confirm that at hard points."""
    symbol = variable.symbol
    shifted = expression.subs(symbol, symbol + 1)
    split = shifted.replace(
        lambda e: isinstance(e, (Pow, exp)) and e.exp.has(symbol), lambda e: expand_power_exp(e.func(*_expanded(e)))
    )
    plain = expression.replace(
        lambda e: isinstance(e, (Pow, exp)) and e.exp.has(symbol), lambda e: expand_power_exp(e.func(*_expanded(e)))
    )
    found = (
        split / plain
        if ratio
        else (split - plain).expand(power_base=False, power_exp=False, log=False, multinomial=False)
    )
    if ratio and found.has(factorial, gamma):
        found = combsimp(found)
    elif ratio:
        found = powsimp(together(found)) if not found.is_Mul else found
    agreeing = 0
    for point in sample_points(context.domain, 6):
        here, there = expression.subs(dict(point)), shifted.subs(dict(point))
        agrees = agree_closely(there / here if ratio else there - here, found.subs(dict(point)), 160, 12)
        if agrees is False:
            return None
        agreeing += bool(agrees)
    return found if agreeing >= FEWEST else None


def _expanded(power: Expr) -> tuple[Expr, ...]:
    return (power.args[0].expand(),) if isinstance(power, exp) else (power.base, power.exp.expand())
