"""Hypotheses that bound one variable narrow its domain: then every method and the search for counterexamples know them."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, ceiling, floor

from proofs_check.domains.domain import Choices, DomainError, Integers, Interval, Variable
from proofs_check.statement import Relation, Statement


class EmptyDomainError(ValueError):
    """No value of a variable satisfies the hypotheses; the message names both."""


def narrowed(
    domain: tuple[Variable, ...], given: tuple[Statement, ...]
) -> tuple[tuple[Variable, ...], tuple[Statement, ...]]:
    """The domain within the hypotheses of the form ``variable relation number``, and the other hypotheses.

    Raises:
        EmptyDomainError: nothing is left of a variable's domain.

    >>> from sympy import Rational, Symbol
    >>> from proofs_check.statement import greater
    >>> t = Symbol("t", real=True)
    >>> print(narrowed((Variable(t, Interval(-1, 1)),), (greater(t, Rational(1, 2)),))[0][0])
    t in (1/2, 1]
    """
    rest = []
    for statement in given:
        found = _bound(statement, domain)
        if found is None:
            rest.append(statement)
            continue
        place, relation, number = found
        variable = domain[place]
        try:
            where = _cut(variable.domain, relation, number)
            if where is None:
                rest.append(statement)
                continue
            fresh = Variable(variable.symbol, where)
        except DomainError:
            raise EmptyDomainError(
                f"no {variable} satisfies {statement}: the hypotheses contradict each other or the domain"
            ) from None
        domain = (*domain[:place], fresh, *domain[place + 1 :])
    return domain, tuple(rest)


def _bound(statement: Statement, domain: tuple[Variable, ...]) -> tuple[int, Relation, Expr] | None:
    if statement.relation is Relation.EQUAL:
        return None
    for place, variable in enumerate(domain):
        for side, relation, other in (
            (statement.left, statement.relation, statement.right),
            (statement.right, statement.relation.mirrored, statement.left),
        ):
            if side == variable.symbol and other.is_Rational:
                return place, relation, other
    return None


def _cut(
    where: Interval | Integers | Choices, relation: Relation, number: Expr
) -> Interval | Integers | Choices | None:
    """What is left of a domain; None where it is not known whether an end, or a choice, satisfies the bound."""
    below, strict = relation in (Relation.LESS, Relation.AT_MOST), relation in (Relation.LESS, Relation.GREATER)
    if isinstance(where, Choices):
        known = [(v, _satisfies(v, relation, number)) for v in where.values]
        return None if any(fits is None for _, fits in known) else Choices(tuple(v for v, fits in known if fits))
    if isinstance(where, Integers):
        if below:
            top = int(ceiling(number) - 1 if strict else floor(number))
            return replace(where, upper=top if where.upper is None else min(top, where.upper))
        return replace(where, lower=max(where.lower, int(floor(number) + 1 if strict else ceiling(number))))
    end = where.upper if below else where.lower
    fits = _satisfies(end, relation, number)
    if fits is not False:
        return where if fits else None
    return replace(where, upper=number, right_open=strict) if below else replace(where, lower=number, left_open=strict)


def _satisfies(value: Expr, relation: Relation, number: Expr) -> bool | None:
    gap = number - value if relation in (Relation.LESS, Relation.AT_MOST) else value - number
    strict = relation in (Relation.LESS, Relation.GREATER)
    return gap.is_extended_positive if strict else gap.is_extended_nonnegative  # type: ignore[no-any-return]
