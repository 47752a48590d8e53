"""Branches: a piecewise factor becomes its left part plus jumps times half-line indicators."""

from __future__ import annotations

import itertools

from sympy import Add, DiracDelta, Expr, Heaviside, Mul, Symbol

from theory.expectation import Mean
from theory.pieces import BRANCHES, PieceError, pieces
from theory.rules.base import NotApplicable, Rule, affine, one_variable_factors


def half_line(factor: Expr, variable: Symbol) -> Expr | None:
    """The threshold t where `factor` is Heaviside(variable - t), else None."""
    if isinstance(factor, Heaviside):
        line = affine(factor.args[0], variable)
        if line is not None and line[0] == 1:
            return -line[1]
    return None


def _cut(factor: Expr, variable: Symbol) -> list[Expr]:
    """The terms f_0, (f_1 - f_0) 1_{x > t_1}, ... of a factor."""
    indicators = [f for f in Mul.make_args(factor) if half_line(f, variable) is not None]
    rest = Mul(*(f for f in Mul.make_args(factor) if half_line(f, variable) is None))
    if len(indicators) == 1 and not rest.has(*BRANCHES):
        return [factor]
    try:
        cut = pieces(factor, variable)
    except PieceError as error:
        raise NotApplicable(str(error)) from None
    terms = [cut.parts[0], *(jump.expand() * Heaviside(variable - point) for point, jump in cut.jumps())]
    return [t for t in terms if t != 0]


def apply(mean: Mean) -> Expr:
    if mean.expression.has(DiracDelta):
        raise NotApplicable("a delta function is conditioned on first")
    if not mean.expression.has(*BRANCHES):
        raise NotApplicable("no factor has branches")
    choices: list[list[Expr]] = []
    for variable, factor in one_variable_factors(mean).items():
        choices.append(_cut(factor, variable) if factor.has(*BRANCHES) else [factor])
    products = [Mul(*chosen) for chosen in itertools.product(*choices)]
    if products == [mean.expression]:
        raise NotApplicable("every branch is already a half-line indicator")
    return Add(*(mean.func(product, mean.law) for product in products))


HALF_LINES = Rule("half-lines", r"f = f_0 + \sum_k (f_k - f_{k-1})\,\mathbf{1}_{x > t_k}", apply)
