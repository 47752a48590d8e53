"""An inequality under hypotheses: by adding multiples of them to it, by variables that satisfy them, by a cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Dummy, Expr, Max, Poly, Rational, S, Symbol

from proofs_check.domain import Integers, Interval, Variable
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
        # each try may decide by simulation
        context = context.narrowed(level=context.level / (1 + (3 + len(MULTIPLES)) * len(self.given)))
        first = self.inner.check(statement, context)
        if first.holds or statement.relation is Relation.EQUAL:
            return first
        up = statement.upward
        found = self._with_their_variables(up, context)
        if found is not None:
            return found
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

    def _with_their_variables(self, up: Statement, context: Context) -> StepResult | None:
        """With new variables of which every point that satisfies a hypothesis is an image."""
        for hypothesis in self.given:
            for symbol, form, new in _parametrised(hypothesis, context.domain):
                if context.expired():
                    return None
                at = up.xreplace({symbol: form})
                rest = tuple(v for v in context.domain if v.symbol != symbol)
                found = self.inner.check(at, context.narrowed(domain=(*rest, new), given=()))
                if found.holds:
                    note = f"with {symbol} = {form}, {new}, which is {hypothesis}: {found.evidence.note}"
                    return replace(found, evidence=replace(found.evidence, note=note))
        return None

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


def _parametrised(hypothesis: Statement, domain: tuple[Variable, ...]) -> Iterator[tuple[Symbol, Expr, Variable]]:
    """A variable as a function of the others and of a new one, so that what satisfies the hypothesis is reached.

    ``x <= y`` from a common lower end a on: x = a + (y - a) w, 0 <= w <= 1; up to a common upper end b: y = b - (b - x) w.
    ``f <= y`` with nothing above y: y = f + w, w >= 0; over the integers w starts at 1 where the hypothesis is strict.
    """
    up = hypothesis.upward
    if up.relation is Relation.EQUAL:
        return
    at = {v.symbol: v for v in domain}
    small, large = at.get(up.left), at.get(up.right)
    share = Dummy("w", real=True)
    if small and large and isinstance(small.domain, Interval) and isinstance(large.domain, Interval):
        low, high = small.domain.lower, large.domain.upper
        inside = Variable(share, Interval(0, 1, False, up.relation is Relation.LESS))
        if low.is_finite and (large.domain.lower - low).is_nonnegative:
            yield small.symbol, low + (large.symbol - low) * share, inside
        if high.is_finite and (high - small.domain.upper).is_nonnegative:
            yield large.symbol, high - (high - small.symbol) * share, inside
    if large is None or up.left.has(large.symbol):
        return
    where, others = large.domain, tuple(v for v in domain if v.symbol in up.left.free_symbols)
    if (
        not up.left.free_symbols
        or not up.left.free_symbols <= set(at)
        or not up.left.is_polynomial(*up.left.free_symbols)
    ):
        return
    if isinstance(where, Integers) and where.upper is None:
        whole = all(isinstance(v.domain, Integers) for v in others)
        if whole and all(c.is_Integer for c in Poly(up.left, *up.left.free_symbols).coeffs()):
            extra = Dummy("w", integer=True, nonnegative=True)
            yield large.symbol, up.left + extra + int(up.relation is Relation.LESS), Variable(extra, Integers(0))
    elif isinstance(where, Interval) and where.upper is S.Infinity:
        extra = Dummy("w", nonnegative=True)
        yield large.symbol, up.left + extra, Variable(extra, Interval(0, S.Infinity, up.relation is Relation.LESS))
