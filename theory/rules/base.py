"""What a rule is: a named rewriting of one mean, or the reason why it does not apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Mul, Poly, PolynomialError, S, Symbol

from theory.expectation import Mean


class NotApplicable(Exception):
    """The rule does not apply; the message says which hypothesis fails."""


class NotIntegrableError(ValueError):
    """The mean is infinite or undefined; the message says where."""


@dataclass(frozen=True)
class Rule:
    """A rewriting ``mean -> expression`` in simpler means.

    Args:
        name: as printed beside a step.
        statement: the identity, in LaTeX.
        apply: returns the right-hand side or raises `NotApplicable`.
        partial: whether the step is worth keeping where some mean on its right-hand side stays unsolved.
    """

    name: str
    statement: str
    apply: Callable[[Any], Expr]
    partial: bool = False


def factors_by_variables(mean: Mean) -> dict[frozenset[Symbol], Expr]:
    """The factors of the integrand, multiplied together where they have the same variables of the law."""
    bound = set(mean.law.variables)
    groups: dict[frozenset[Symbol], Expr] = {}
    for factor in Mul.make_args(mean.expression):
        key = frozenset(bound & factor.free_symbols)
        groups[key] = groups.get(key, S.One) * factor
    return groups


def one_variable_factors(mean: Mean) -> dict[Symbol, Expr]:
    """``{variable: factor}``; NotApplicable where a factor has two variables."""
    found: dict[Symbol, Expr] = {}
    for key, factor in factors_by_variables(mean).items():
        if len(key) > 1:
            raise NotApplicable(f"the factor {factor} has more than one variable")
        if key:
            found[next(iter(key))] = factor
        elif factor != 1:
            raise NotApplicable("a constant factor is still inside: linearity first")
    return found


def affine(expression: Expr, variable: Symbol) -> tuple[Expr, Expr] | None:
    """(slope, constant) of an affine function of `variable`, or None."""
    try:
        poly = Poly(expression, variable)
    except PolynomialError:
        return None
    if poly.degree() > 1:
        return None
    return poly.nth(1), poly.nth(0)


def variance(mean: Mean, variable: Symbol) -> Expr:
    i = mean.law.variables.index(variable)
    return mean.law.covariance[i, i]


def covariance(mean: Mean, left: Symbol, right: Symbol) -> Expr:
    names = mean.law.variables
    return mean.law.covariance[names.index(left), names.index(right)]
