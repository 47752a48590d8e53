"""An inequality between rational functions of the variables, by the signs of coefficients."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Interval, Variable, sample_points
from proofs_check.domains.signs import sign_on
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class PositiveCoefficients(Method):
    """right - left is a rational function whose coefficients, in nonnegative variables, have one sign.

    Numerator and denominator are written in variables that run through [0, oo) (see `proofs_check.domains.signs`), the domain cut where
    one look does not tell.  Balls at hard points confirm.

    Args:
        cuts: how often, in depth, the domain is cut.
    """

    cuts: int = 6

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("positivity judges inequalities")
        for point in sample_points(context.domain, 8):
            comparison = compare_at(statement, point, context.bits)
            if comparison.truth is Truth.FALSE:
                evidence = Evidence("the enclosures contradict it", shown_point(point), comparison.shown)
                return StepResult(False, Grounds.ENCLOSURE, evidence)
            if comparison.truth is Truth.UNDECIDED and statement.relation in (Relation.LESS, Relation.GREATER):
                return undecided(f"balls do not confirm the inequality at {shown_point(point)}: {comparison.advice}")
        at = statement.upward
        missing = undefined_part(at.left, context.domain) or undefined_part(at.right, context.domain)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        found = sign_on(without_signs(at.right - at.left, context.domain), context.domain, self.cuts)
        if found.value != 1:
            return undecided("no sign of the coefficients shows it: the difference is no rational function of the variables, "
                             "or its coefficients have mixed signs")  # fmt: skip
        if at.relation is Relation.LESS and not found.strict:
            return undecided("the difference may vanish at an end of the domain")
        return StepResult(True, Grounds.EXACT, Evidence("all coefficients of the difference have one sign"))


def without_signs(expression: Expr, domain: tuple[Variable, ...]) -> Expr:
    """Absolute values, maxima and roots of squares resolved by the signs that the domain gives its variables."""
    there = {v.symbol: v.domain.symbol_like(v.symbol) for v in domain if isinstance(v.domain, Interval)}
    plain = {symbol: fresh for symbol, (fresh, form) in there.items() if fresh == form}
    return expression.xreplace(plain).xreplace({fresh: symbol for symbol, fresh in plain.items()})
