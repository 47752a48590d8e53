"""Positively homogeneous factors, read off their two half-lines."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import DiracDelta, Dummy, Expr, Symbol, cos, erf, exp, powsimp, sin

from theory.pieces import PieceError, pieces
from theory.rules.base import NotApplicable


@dataclass(frozen=True)
class HalfLinePowers:
    """``right * x^degree`` for x > 0 and ``left * |x|^degree`` for x < 0."""

    degree: Expr
    left: Expr
    right: Expr

    @property
    def even(self) -> Expr:
        return (self.right + self.left) / 2

    @property
    def odd(self) -> Expr:
        return (self.right - self.left) / 2


def half_line_powers(factor: Expr, variable: Symbol) -> HalfLinePowers:
    """Degree and coefficients of a positively homogeneous function, NotApplicable for any other."""
    if factor.has(exp, erf, sin, cos, DiracDelta):
        raise NotApplicable(f"{factor} is not positively homogeneous")
    try:
        cut = pieces(factor, variable)
    except PieceError as error:
        raise NotApplicable(str(error)) from None
    if any(t != 0 for t in cut.breaks):
        raise NotApplicable(f"{factor} has a kink at {cut.breaks[-1]}: it is not homogeneous")
    degree: Expr | None = None
    sides: list[Expr] = []
    t = Dummy("t", positive=True)
    for part, sign in ((cut.parts[0], -1), (cut.parts[-1], 1)):
        value = powsimp(part.xreplace({variable: sign * t}))
        coefficient, power = value.as_independent(t, as_Add=False)
        if coefficient == 0:
            sides.append(coefficient)
            continue
        if power.has(t):
            base, exponent = power.as_base_exp()
            if base != t or exponent.has(t):
                raise NotApplicable(f"{factor} is not positively homogeneous")
        else:
            exponent = 0 * t
        if degree is not None and degree != exponent:
            raise NotApplicable(f"{factor} has degree {degree} on one side and {exponent} on the other")
        degree = exponent
        sides.append(coefficient)
    if degree is None:
        raise NotApplicable("the factor is zero")
    return HalfLinePowers(degree, *sides)
