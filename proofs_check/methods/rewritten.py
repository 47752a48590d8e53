"""An inequality by an equivalent one: logarithms of both sides, or the reciprocal of a variable that grows without bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sympy import Dummy, Expr, S, cancel, expand_log, log, together

from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Choices, Interval, Variable, sample_points
from proofs_check.domains.signs import as_intervals
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.by_certificate import ByCertificate
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.monotonicity import Monotonicity
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit

SECONDS = 15.0
FEWEST = 4


@dataclass(frozen=True)
class Rewritten(Method):
    """left < right because log left < log right, both sides being positive; or because it holds with 1/s in place of n, s > 0.

    What sympy changes on the way is confirmed in balls at hard points.

    Args:
        inner: judges the new inequality.
    """

    inner: Method = field(
        default_factory=lambda: FirstOf(
            (PositiveCoefficients(), Monotonicity(), ByCertificate(), Cover(max_boxes=400, seconds=2.0))
        )
    )

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if statement.relation is Relation.EQUAL or len(used) != 1 or isinstance(used[0].domain, Choices):
            return undecided("only inequalities in one variable that ranges over an interval are rewritten")
        missing = undefined_part(statement.left, used) or undefined_part(statement.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        advice = "neither logarithms nor reciprocals apply"
        for name, new, domain in _rewritings(statement.upward, used[0], context):
            if context.expired():
                return undecided("the time limit was reached")
            if not _faithful(statement.upward, new, used[0], domain, name):
                continue
            try:
                with time_limit(SECONDS):
                    found = self.inner.check(new, context.narrowed(domain=(domain,)))
            except TimeLimitReached:
                continue
            if found.holds:
                return replace(found, evidence=replace(found.evidence, note=f"{name}: {found.evidence.note}"))
            advice = f"{name}: {found.advice}"
        return undecided(advice)


def _rewritings(up: Statement, variable: Variable, context: Context) -> Iterator[tuple[str, Statement, Variable]]:
    side = as_intervals((variable,))[0]
    forms = [("", up)]
    if _positive(up.left, variable, context) and _positive(up.right, variable, context):
        forms.append(("logarithms of both sides", Statement(_log(up.left), up.relation, _log(up.right))))
    for name, form in forms:
        if name:
            yield name, form, Variable(variable.symbol, variable.domain)
        if side.lower.is_positive and side.lower.is_Rational and side.upper is S.Infinity:
            s = Dummy("s", positive=True)
            below = Variable(s, Interval(0, 1 / side.lower, True, side.left_open))
            flat = [_flat(part.xreplace({variable.symbol: 1 / s}), s) for part in (form.left, form.right)]
            yield f"{name}, in 1/{variable.symbol}".removeprefix(", "), Statement(flat[0], up.relation, flat[1]), below


def _faithful(old: Statement, new: Statement, variable: Variable, where: Variable, name: str) -> bool:
    """Whether balls of the new sides agree with those of the old ones, or their logarithms, at hard points."""
    agreeing = 0
    for point in sample_points((variable,), 6):
        value = point[variable.symbol]
        there = {where.symbol: value if where.symbol == variable.symbol else 1 / value}
        for side, other in ((old.left, new.left), (old.right, new.right)):
            side = side.subs(dict(point))
            agrees = agree_closely(log(side) if "logarithms" in name else side, other.subs(there), 128, 12)
            if agrees is False:
                return False
            agreeing += agrees is True
    return agreeing >= FEWEST


def _positive(expression: Expr, variable: Variable, context: Context) -> bool:
    """Whether a side is shown to be positive: by its form, or like any other inequality."""
    _, signed = variable.domain.symbol_like(variable.symbol)
    if expression.xreplace({variable.symbol: signed}).is_positive:
        return True
    claim = Statement(S.Zero, Relation.LESS, expression)
    if any(compare_at(claim, p, 64).truth is not Truth.TRUE for p in sample_points((variable,), 4)):
        return False
    return PositiveCoefficients().check(claim, context.narrowed(domain=(variable,))).holds is True


def _log(expression: Expr) -> Expr:
    """log(expression), opened up by rules that hold for positive factors alone: sympy applies no other without being forced."""
    return expand_log(log(expression))


def _flat(expression: Expr, s: Dummy) -> Expr:
    """Rational parts in s written as one quotient, so that what is finite at s = 0 is so visibly; the domain is open there."""
    return expression.replace(lambda e: e.is_rational_function(s) and not e.is_Atom, lambda e: cancel(together(e)))
