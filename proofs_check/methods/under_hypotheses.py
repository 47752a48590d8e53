"""An inequality under hypotheses: by adding multiples of them to it, by variables that satisfy them, by a cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Dummy, Expr, Max, Poly, Pow, Rational, S, Symbol, factor_list, sqrt

from proofs_check.domains.domain import Integers, Interval, Variable
from proofs_check.domains.signs import sign_on
from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.monotone_in_one import MonotoneInOne
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.statement import Relation, Statement

QUICK = FirstOf((PositiveCoefficients(), Cover(max_boxes=200, seconds=1.0), MonotoneInOne()))
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
        ways = [(h, *way) for h in self.given for way in _parametrised(h, context.domain)]
        for method in (QUICK, self.inner):
            for hypothesis, symbol, form, new in ways:
                if context.expired():
                    return None
                rest = tuple(v for v in context.domain if v.symbol != symbol)
                at = up.xreplace({symbol: form})
                if any(p.exp == S.Half for p in form.atoms(Pow)):  # then the statement's roots must have the same form
                    at = _with_roots(at, rest)
                found = method.check(at, context.narrowed(domain=(*rest, new), given=()))
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
    ``0 <= p + 2 q x - a x^2``, a > 0: x = (q + w sqrt(q^2 + a p))/a, -1 <= w <= 1, as for an entry of a correlation matrix of three.
    """
    up = hypothesis.upward
    if up.relation is Relation.EQUAL:
        return
    yield from _between_roots(up.right - up.left, domain)
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


def _between_roots(gap: Expr, domain: tuple[Variable, ...]) -> Iterator[tuple[Symbol, Expr, Variable]]:
    """Each variable in which the gap is a parabola that opens downwards: it is not negative between the roots alone."""
    for variable in domain:
        x = variable.symbol
        if (
            not isinstance(variable.domain, Interval)
            or not gap.is_polynomial(*gap.free_symbols)
            or Poly(gap, x).degree() != 2
        ):
            continue
        parabola = Poly(gap, x)
        a = -parabola.nth(2)
        if not (a.is_Rational and a.is_positive):
            continue
        half = parabola.nth(1) / 2
        inside = half**2 + a * parabola.nth(0)
        others = tuple(v for v in domain if v is not variable)
        share = Dummy("w", real=True)
        yield x, (half + share * _root(inside, others)) / a, Variable(share, Interval(-1, 1))


def _root(inside: Expr, domain: tuple[Variable, ...]) -> Expr:
    """The square root of a polynomial that is not negative: powers and roots of factors of known sign, and one root of the rest."""
    number, factors = factor_list(inside)
    outside, below, negative = S.One, S.One, number.is_negative
    for part, power in factors:
        sign = sign_on(part, domain).value
        part, negative = part * (sign or 1), negative ^ (sign < 0 and power % 2 == 1)
        outside *= (part if sign else abs(part)) ** (power // 2)
        if power % 2:
            outside, below = (outside * sqrt(part), below) if sign else (outside, below * part)
    return sqrt(abs(number)) * outside * sqrt(-below if negative else below)


def _with_roots(statement: Statement, domain: tuple[Variable, ...]) -> Statement:
    """Its square roots of polynomials in the same form."""
    symbols = [v.symbol for v in domain]

    def plain(side: Expr) -> Expr:
        return side.replace(
            lambda e: (
                isinstance(e, Pow) and e.exp == S.Half and bool(e.free_symbols) and e.base.is_polynomial(*symbols)
            ),
            lambda e: _root(e.base, domain),
        )

    return Statement(plain(statement.left), statement.relation, plain(statement.right))
