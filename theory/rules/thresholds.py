"""Branches at thresholds that are symbols: max(f, g) = g + (f - g) 1_{x > t} where f - g is affine with a slope of known sign, root t."""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Abs, Add, DiracDelta, Expr, Heaviside, Max, Min, Mul, Piecewise, Pow, S, Symbol, sign

from theory.expectation import Mean
from theory.rules.base import NotApplicable, Rule, affine, one_variable_factors
from theory.rules.branches import half_line

_RESOLVED = (Abs, sign, Max, Min, Heaviside)


def _indicator(difference: Expr, variable: Symbol) -> tuple[Expr, Expr]:
    """(1_{difference > 0} almost everywhere, the sign of its slope), of an affine function whose slope has a known sign."""
    line = affine(difference.expand(), variable)
    if line is None or not (line[0].is_positive or line[0].is_negative):
        raise NotApplicable(f"{difference} is not affine in {variable} with a slope of known sign")
    slope, constant = line
    above = Heaviside(variable + constant / slope)
    return (above, S.One) if slope.is_positive else (1 - above, S.NegativeOne)


def _resolved(expression: Expr, variable: Symbol) -> Expr:
    """Without branches but indicators of half-lines; equal almost everywhere."""
    if not expression.has(variable) or not expression.has(*_RESOLVED):
        return expression
    if half_line(expression, variable) is not None:
        return expression
    arguments = [_resolved(a, variable) for a in expression.args]
    if isinstance(expression, (Max, Min)):
        if any(a.has(Heaviside) for a in arguments):
            raise NotApplicable(f"{expression} has a branch inside a branch")
        chosen = arguments[0]
        if len(arguments) != 2:
            raise NotApplicable(f"{expression} has more than two branches")
        difference = arguments[1] - chosen
        above, _ = _indicator(difference, variable)
        return chosen + difference * (above if isinstance(expression, Max) else 1 - above)
    if isinstance(expression, (Abs, sign, Heaviside)):
        above, _ = _indicator(expression.args[0], variable)
        if isinstance(expression, Heaviside):
            return above
        return (2 * above - 1) * (expression.args[0] if isinstance(expression, Abs) else S.One)
    return expression.func(*arguments)


def _idempotent(term: Expr) -> Expr:
    """A product with each indicator once."""
    once: list[Any] = []
    for part in Mul.make_args(term):
        whole = isinstance(part, Pow) and isinstance(part.base, Heaviside) and part.exp.is_Integer and part.exp > 0
        part = part.base if whole else part
        if not (isinstance(part, Heaviside) and part in once):
            once.append(part)
    return Mul(*once)


def apply(mean: Mean) -> Expr:
    if mean.expression.has(DiracDelta, Piecewise):
        raise NotApplicable("a delta function or a piecewise definition has no threshold of its own")
    if not mean.expression.has(*_RESOLVED):
        raise NotApplicable("no factor has branches")
    choices: list[list[Expr]] = []
    for variable, factor in one_variable_factors(mean).items():
        wide = _resolved(factor, variable).expand() if factor.has(*_RESOLVED) else factor
        choices.append([_idempotent(term) for term in Add.make_args(wide)])
    products = [Mul(*chosen) for chosen in itertools.product(*choices)]
    if products == [mean.expression]:
        raise NotApplicable("every branch is already a half-line indicator")
    return Add(*(mean.func(product, mean.law) for product in products))


THRESHOLDS = Rule("thresholds", r"\max(f, g) = g + (f - g)\,\mathbf{1}_{x > t}", apply)
