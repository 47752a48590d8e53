"""An inequality in several variables, by its sign on a face of the domain and the sign of one partial derivative."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sympy import Dummy, Expr, expand

from numerics.boxes import is_lipschitz
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Interval, Variable, sample_points
from proofs_check.domains.signs import sign_on
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.by_expansions import ByExpansions
from proofs_check.methods.convex_in_one import ConvexInOne
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.monotonicity import Monotonicity
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class MonotoneInOne(Method):
    """right - left does not decrease in one variable, or does not increase, and is nonnegative where that variable is smallest, or largest.

    Args:
        inner: judges the inequality on the face.
    """

    inner: Method = field(
        default_factory=lambda: FirstOf(
            (PositiveCoefficients(), Cover(max_boxes=400, seconds=2.0), ByExpansions(), Monotonicity(), ConvexInOne())
        )
    )

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if statement.relation is Relation.EQUAL or len(used) < 2:
            return undecided("one of several variables is fixed in inequalities")
        up = statement.upward
        gap = up.right - up.left
        missing = undefined_part(up.left, used) or undefined_part(up.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        if not is_lipschitz(gap):
            return undecided("the difference may jump: monotonicity does not apply")
        if any(compare_at(up, point, context.bits).truth is Truth.FALSE for point in sample_points(used, 8)):
            return undecided("balls contradict the inequality")
        for variable in used:
            end = None if context.expired() else _lowest(gap, variable, used)
            if end is None or not _reaches(gap, variable, end, used):
                continue
            face = up.xreplace({variable.symbol: end})
            rest = tuple(v for v in used if v is not variable)
            difference = face.right - face.left
            note = f"the difference is smallest at {variable.symbol} = {end}"
            if up.relation is Relation.AT_MOST and (difference == 0 or vanishes(difference)):
                return StepResult(True, Grounds.EXACT, Evidence(f"{note}, where the sides agree"))
            if not difference.free_symbols:
                continue
            found = self.inner.check(face, context.narrowed(domain=rest))
            if found.holds:
                return replace(found, evidence=replace(found.evidence, note=f"{note}: {found.evidence.note}"))
        return undecided("no partial derivative of one sign leads to a face where the inequality is shown")


def _lowest(gap: Expr, variable: Variable, domain: tuple[Variable, ...]) -> Expr | None:
    """The end of a variable's interval where the difference is smallest, if one derivative has one sign inside the domain.

    The mean value theorem compares an inner point with the face; both sides are continuous, so this reaches the whole closed domain.
    """
    if not isinstance(variable.domain, Interval):
        return None
    inside = tuple(_inner(v) for v in domain)
    slope = gap.diff(variable.symbol)
    if undefined_part(slope, inside):
        return None
    for form in dict.fromkeys((slope, expand(slope))):
        sign = sign_on(form, inside)
        if sign.value and (form == slope or vanishes(form - slope)):
            end = variable.domain.lower if sign.value > 0 else variable.domain.upper
            return end if end.is_finite else None
    return None


def _inner(variable: Variable) -> Variable:
    where = variable.domain
    if not isinstance(where, Interval) or where.lower == where.upper:
        return variable
    return Variable(variable.symbol, Interval(where.lower, where.upper, where.lower.is_finite, where.upper.is_finite))


def _reaches(gap: Expr, variable: Variable, end: Expr, domain: tuple[Variable, ...]) -> bool:
    """Whether the difference is continuous up to an end: at an open one the value of a form, x/(x + e) say, need not be its limit."""
    assert isinstance(variable.domain, Interval)
    if variable.domain.contains(end):
        return True
    where = Interval(variable.domain.lower, variable.domain.upper)
    plain = Dummy(variable.symbol.name, real=True)
    shut = tuple(Variable(plain, where) if v is variable else v for v in domain)
    return undefined_part(gap.xreplace({variable.symbol: plain}), shut) is None
