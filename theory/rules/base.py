"""What a rule is: a named rewriting of one mean, or the reason why it does not apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Mul, Poly, PolynomialError, S, Symbol, exp
from sympy.logic.boolalg import Boolean

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
        conditions: what the parameters of a mean must satisfy for the step to hold, beyond what their assumptions say.
    """

    name: str
    statement: str
    apply: Callable[[Any], Expr]
    partial: bool = False
    conditions: Callable[[Any], tuple[Boolean, ...]] = lambda mean: ()


def factors_by_variables(mean: Mean) -> dict[frozenset[Symbol], Expr]:
    """The factors of the integrand, multiplied together where they have the same variables of the law."""
    bound = set(mean.law.variables)
    groups: dict[frozenset[Symbol], Expr] = {}
    for factor in _separated(mean.expression, bound):
        key = frozenset(bound & factor.free_symbols)
        groups[key] = groups.get(key, S.One) * factor
    return groups


def _separated(expression: Expr, bound: set[Symbol]) -> list[Expr]:
    """The factors of a product, exp(a(u) + b(v)) counting as exp(a(u)) times exp(b(v))."""
    factors: list[Expr] = []
    for factor in Mul.make_args(expression):
        if not isinstance(factor, exp):
            factors.append(factor)
            continue
        parts: dict[frozenset[Symbol], Expr] = {}
        for term in Add.make_args(factor.args[0].expand()):
            key = frozenset(bound & term.free_symbols)
            parts[key] = parts.get(key, S.Zero) + term
        factors += [exp(e) for e in parts.values()]
    return factors


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
