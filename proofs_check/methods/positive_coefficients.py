"""An inequality between rational functions of symbols bounded below, by the signs of coefficients."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Poly, PolynomialError, together

from proofs_check.comparison import Truth, compare_at
from proofs_check.domain import sample_points
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class PositiveCoefficients(Method):
    """right - left, written in the distances of the variables from their lower ends, has coefficients of one sign.

    A polynomial in nonnegative quantities whose coefficients are all nonnegative is nonnegative, and positive if its constant
    term is; numerator and denominator are treated apart.  Balls at hard points confirm.
    """

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
        rule, symbols = {}, []
        for variable in context.domain:
            fresh, expression = variable.domain.symbol_like(variable.symbol)
            if not fresh.is_nonnegative:
                return undecided(f"{variable} has no finite lower end to measure from")
            rule[variable.symbol] = expression
            symbols.append(fresh)
        numerator, denominator = together((at.right - at.left).xreplace(rule)).as_numer_denom()
        try:
            signs = [_sign(Poly(part, *symbols)) for part in (numerator, denominator)]
        except PolynomialError:
            return undecided("the difference of the sides is no rational function of the variables")
        (top, strict), (bottom, never_zero) = signs
        if top * bottom <= 0 or not never_zero:
            return undecided("the coefficients have mixed signs: split the domain or cover it")
        if at.relation is Relation.LESS and not strict:
            return undecided("the difference may vanish at the lower end of the domain")
        return StepResult(True, Grounds.EXACT, Evidence("all coefficients of the difference have one sign"))


def _sign(poly: Poly) -> tuple[int, bool]:
    """+1 or -1 if all coefficients share it (0 if they do not), and whether the constant term is non-zero."""
    coefficients = [c for _, c in poly.terms()]
    constant = poly.coeff_monomial(1)
    if all(c.is_nonnegative for c in coefficients):
        return 1, bool(constant.is_positive)
    if all(c.is_nonpositive for c in coefficients):
        return -1, bool(constant.is_negative)
    return 0, False
