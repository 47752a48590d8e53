"""An inequality under hypotheses, by adding multiples of them to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Max, Rational, S

from proofs_check.domain import Interval
from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.methods.cover import Cover
from proofs_check.statement import Relation, Statement

MULTIPLES = (S.One, S.Half, S(2), Rational(1, 4), S(4))


@dataclass(frozen=True)
class UnderHypotheses(Method):
    """left < right because left + m (b - a) < right everywhere, where a <= b is a hypothesis and m > 0.

    The inequality itself is tried first, since it may hold without any hypothesis.

    Args:
        inner: judges each inequality, over the whole domain.
        given: the hypotheses.
    """

    inner: Method
    given: tuple[Statement, ...]

    @property
    def name(self) -> str:
        return self.inner.name

    def check(self, statement: Statement, context: Context) -> StepResult:
        first = self.inner.check(statement, context)
        if first.holds or statement.relation is Relation.EQUAL:
            return first
        up = statement.upward
        for hypothesis in self.given:
            assumed = hypothesis.upward
            if assumed.relation is Relation.EQUAL or not assumed.free_symbols <= {v.symbol for v in context.domain}:
                continue
            for multiple in MULTIPLES:
                if context.expired():
                    return first
                harder = Statement(up.left + multiple * (assumed.right - assumed.left), up.relation, up.right)
                found = self.inner.check(harder, context)
                if found.holds:
                    note = f"with {multiple} times the hypothesis {hypothesis} added: {found.evidence.note}"
                    return replace(found, evidence=replace(found.evidence, note=note))
        return self._where_they_hold(up, context) or first

    def _where_they_hold(self, up: Statement, context: Context) -> StepResult | None:
        """By a cover: at every point the inequality is strict, or some hypothesis a <= b fails as a > b."""
        slacks = [h.upward.left - h.upward.right for h in self.given if h.relation is not Relation.EQUAL]
        if not slacks or not any(isinstance(v.domain, Interval) for v in context.domain):
            return None
        found = Cover().check(Statement(S.Zero, Relation.LESS, Max(up.right - up.left, *slacks)), context)
        if not found.holds:
            return None
        note = f"on each box it holds or a hypothesis fails: {found.evidence.note}"
        return replace(found, evidence=replace(found.evidence, note=note))
