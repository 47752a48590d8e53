"""An identity in one real variable, shown after a substitution that reaches every point of its interval."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Poly, Symbol, exp, expand_log, fraction, limit, log, oo, simplify, together

from proofs_check.decimal_text import counted
from proofs_check.domains.domain import Interval
from proofs_check.methods.base import Context, Method, StepResult, agreeing_points, undecided
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class Substitution(Method):
    """left = right after writing the variable as a rational function of a positive parameter.

    The substitution is onto an open interval by the intermediate value theorem: it is continuous (its denominator has positive
    coefficients) and tends to the two ends.  Roots and logarithms that branch in the old variable may be plain in the new one.

    Args:
        variable: the claim's variable, over an open interval.
        expression: a rational function of `parameter`.
        parameter: a positive symbol.
    """

    variable: Symbol
    expression: Expr
    parameter: Symbol
    digits: int = 25

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is not Relation.EQUAL:
            return undecided("a substitution judges equalities")
        gap = self._misses(context)
        if gap:
            return undecided(gap)
        agreeing = agreeing_points(statement, context, self.digits)
        if isinstance(agreeing, StepResult):
            return agreeing
        if not agreeing:
            return undecided("no point of the domain could be enclosed narrowly, so nothing confirms the normal form")
        difference = (statement.left - statement.right).xreplace({self.variable: self.expression})
        try:
            with time_limit(20):
                flat = simplify(expand_log(simplify(difference.rewrite(exp)).rewrite(log)))
        except TimeLimitReached:
            return undecided("the normal form after the substitution takes too long")
        if flat != 0 and not vanishes(difference):
            return undecided("the difference has no normal form zero after the substitution")
        note = f"zero after {self.variable} = {self.expression}, {self.parameter} > 0; balls agree at {counted(agreeing, 'point')}"
        return StepResult(True, Grounds.EXACT, Evidence(note))

    def _misses(self, context: Context) -> str:
        """Why the substitution may miss a point of the domain, or an empty string."""
        domains = [v.domain for v in context.domain if v.symbol == self.variable]
        if len(context.domain) != 1 or not domains or not isinstance(domains[0], Interval):
            return f"the substitution is for one variable {self.variable} over an interval"
        interval = domains[0]
        if not (interval.left_open and interval.right_open):
            return f"the substitution reaches an open interval; {self.variable} ranges {interval}"
        if not self.parameter.is_positive or self.expression.free_symbols != {self.parameter}:
            return f"{self.expression} must be an expression of one positive parameter"
        numerator, denominator = fraction(together(self.expression))
        if not (numerator.is_polynomial(self.parameter) and denominator.is_polynomial(self.parameter)):
            return f"{self.expression} is no rational function of {self.parameter}"
        coefficients = Poly(denominator, self.parameter).all_coeffs()
        if not all(c.is_nonnegative for c in coefficients):
            return f"the denominator of {self.expression} may vanish"
        ends = {limit(self.expression, self.parameter, 0, "+"), limit(self.expression, self.parameter, oo)}
        if ends != {interval.lower, interval.upper}:
            return f"{self.expression} runs between {ends}, not over {self.variable} {interval}"
        return ""
