"""Poles inside a law's support at which a mean diverges: rules of quadrature would give a number all the same."""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
from sympy import Expr, Pow, S, Symbol, cot, coth, csc, csch, pi, sec, tan

from numerics.errors import UndecidedError
from numerics.formulas.mp_functions import mp_function
from numerics.formulas.pieces import analytic_pieces, certainly_less, real_roots

POLES_AT_ZERO, POLES_AT_QUARTERS = (cot, csc, coth, csch), (tan, sec)
DIGITS, NEAR, NEARER = 80, 12, 20


def diverging_pole(f: Expr, variable: Symbol, reach: Expr) -> Expr | None:
    """A point of (-reach, reach) around which f is not integrable, among those that a polynomial or an argument shows."""
    if not any(isinstance(node, POLES_AT_ZERO + POLES_AT_QUARTERS) or _is_quotient(node) for node in f.atoms(Expr)):
        return None
    try:
        for piece in analytic_pieces(f, variable, -reach, reach):
            for point in set(_candidates(piece.expression, variable)):
                inside = not certainly_less(point, piece.lower) and not certainly_less(piece.upper, point)
                # at the ends of the support densities vanish or are integrable themselves
                if inside and abs(point) != reach and not _integrable(piece.expression, variable, point):
                    return point
    except UndecidedError:
        pass
    return None


def _is_quotient(node: Expr) -> bool:
    return isinstance(node, Pow) and node.exp.is_number and bool(node.exp < 0)


def _candidates(body: Expr, variable: Symbol) -> Iterator[Expr]:
    for node in body.atoms(Pow, *POLES_AT_ZERO, *POLES_AT_QUARTERS):
        argument = node.base if isinstance(node, Pow) else node.args[0]
        if not argument.is_polynomial(variable) or (isinstance(node, Pow) and not _is_quotient(node)):
            continue
        yield from real_roots(argument - (pi / 2 if isinstance(node, POLES_AT_QUARTERS) else S.Zero), variable)


def _integrable(f: Expr, variable: Symbol, point: Expr) -> bool:
    """Whether the distance times |f| falls towards the point."""
    with mpmath.workdps(DIGITS):
        at, function = mp_function(point, ())(), mp_function(f, (variable,))
        for side in (1, -1):
            sizes = []
            for power in (NEAR, NEARER):
                distance = mpmath.mpf(10) ** -power
                try:
                    sizes.append(abs(function(at + side * distance)) * distance)
                except (ZeroDivisionError, ValueError, OverflowError):
                    return False
            if sizes[1] > sizes[0] / 2 and sizes[1] > 0:
                return False
    return True
