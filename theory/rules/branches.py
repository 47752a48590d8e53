"""Branches: a piecewise factor becomes its left part plus jumps times half-line indicators."""

from __future__ import annotations

from sympy import DiracDelta, Expr, Heaviside, Mul, S, Symbol

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


def _cut(factor: Expr, variable: Symbol) -> Expr:
    indicators = [f for f in Mul.make_args(factor) if half_line(f, variable) is not None]
    rest = Mul(*(f for f in Mul.make_args(factor) if half_line(f, variable) is None))
    if len(indicators) == 1 and not rest.has(*BRANCHES):
        return factor
    try:
        cut = pieces(factor, variable)
    except PieceError as error:
        raise NotApplicable(str(error)) from None
    total = cut.parts[0]
    for point, jump in cut.jumps():
        total += jump.expand() * Heaviside(variable - point)
    return total


def apply(mean: Mean) -> Expr:
    if mean.expression.has(DiracDelta):
        raise NotApplicable("a delta function is conditioned on first")
    if not mean.expression.has(*BRANCHES):
        raise NotApplicable("no factor has branches")
    total: Expr = S.One
    changed = False
    for variable, factor in one_variable_factors(mean).items():
        new = _cut(factor, variable) if factor.has(*BRANCHES) else factor
        changed |= new != factor
        total *= new
    if not changed:
        raise NotApplicable("every branch is already a half-line indicator")
    return mean.func(total, mean.law)


HALF_LINES = Rule("half-lines", r"f = f_0 + \sum_k (f_k - f_{k-1})\,\mathbf{1}_{x > t_k}", apply)
