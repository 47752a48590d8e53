"""Cut a function of one real variable at its kinks into analytic pieces, exactly.

Every Max, Min, Abs, sign, Heaviside and Piecewise is resolved on each interval between the real roots of the arguments
that
decide it; the sign on an interval is read at one interior rational point, in balls.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from typing import Any

from flint import arb
from sympy import (
    Abs,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Piecewise,
    Poly,
    PolynomialError,
    Rational,
    S,
    Symbol,
    false,
    log,
    sign,
    true,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import ITE, And, Not, Or
from sympy.polys.rootoftools import ComplexRootOf

from numerics.balls import endpoints
from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import working_bits
from theory.pieces import INVERSES

BRANCHING = (Max, Min, Abs, sign, Heaviside, Piecewise)
SEPARATION_BITS = 256
MOST_PIECES = 64


@dataclass(frozen=True)
class Piece:
    """One analytic piece: `expression` on the open interval (lower, upper), ends exact numbers or infinite."""

    lower: Expr
    upper: Expr
    expression: Expr


def constant_ball(value: Expr, bits: int = SEPARATION_BITS) -> arb:
    """The ball of a closed real number at `bits`."""
    with working_bits(bits):
        return real_function(value, ())()


def certainly_less(a: Expr, b: Expr) -> bool:
    """Order of two exact numbers that are known to differ.

    Raises:
        UndecidedError: they agree to 256 bits.
    """
    if a == S.NegativeInfinity or b == S.Infinity:
        return True
    if a == S.Infinity or b == S.NegativeInfinity:
        return False
    if a.is_Rational and b.is_Rational:
        return bool(a < b)
    left, right = constant_ball(a), constant_ball(b)
    if left < right:
        return True
    if left > right:
        return False
    raise UndecidedError(f"cannot separate the kinks {a} and {b} at {SEPARATION_BITS} bits")


def order_points(points: set[Expr]) -> list[Expr]:
    """Distinct exact numbers in increasing order; numerically equal ones of different form are merged where
    provable."""
    kept: list[Expr] = []
    for p in points:
        # sympy calls acos(1/sqrt(1 + 10^-6)) zero: what balls separate is distinct whatever it says
        if not any(p == q or ((p - q).is_zero and constant_ball(p).overlaps(constant_ball(q))) for q in kept):
            kept.append(p)
    return sorted(kept, key=cmp_to_key(lambda a, b: 0 if a == b else (-1 if certainly_less(a, b) else 1)))


def interior_point(lower: Expr, upper: Expr) -> Rational:
    """A rational number strictly between two ends."""
    if lower == S.NegativeInfinity and upper == S.Infinity:
        return S.Zero
    if lower == S.NegativeInfinity:
        return _rational(endpoints(constant_ball(upper))[0] - 1)
    if upper == S.Infinity:
        return _rational(endpoints(constant_ball(lower))[1] + 1)
    low, high = endpoints(constant_ball(lower))[1], endpoints(constant_ball(upper))[0]
    if low >= high:
        raise UndecidedError(f"cannot separate the kinks {lower} and {upper} at {SEPARATION_BITS} bits")
    middle = ((low + high) / 2).limit_denominator(2**20)
    return _rational(middle if low < middle < high else (low + high) / 2)


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)


def _preimage(core: Expr, target: Expr) -> Expr | None:
    """What vanishes just where a function of `INVERSES`, not log, takes a value; None where it never does."""
    inverse, lower, upper = INVERSES[core.func]
    value = constant_ball(target)
    ends = [None if end.is_infinite else constant_ball(end) for end in (lower, upper)]
    if any(end is not None and target == bound for end, bound in zip(ends, (lower, upper))):
        return None
    if (ends[0] is not None and value < ends[0]) or (ends[1] is not None and value > ends[1]):
        return None
    if (ends[0] is None or value > ends[0]) and (ends[1] is None or value < ends[1]) and value.is_finite():
        return core.args[0] - inverse(target)
    raise UndecidedError(f"cannot decide whether {core} takes the value {target}")


def real_roots(argument: Expr, variable: Symbol) -> set[Expr]:
    """The real roots of an argument that decides a branch.

    Raises:
        UndecidedError: the argument is no polynomial with real roots that can be written down.
    """
    if not argument.has(variable):
        return set()
    constant, rest = argument.as_independent(variable, as_Add=True)
    factor, core = rest.as_independent(variable, as_Add=False)
    if core.func in INVERSES and core.func is not log:  # log is not defined on the whole line
        inner = _preimage(core, -constant / factor)
        return set() if inner is None else real_roots(inner, variable)
    try:
        poly = Poly(argument, variable)
    except PolynomialError as failure:
        raise UndecidedError(
            f"cannot locate the sign changes of {argument}: use a polynomial inside the kink"
        ) from failure
    if poly.degree() == 1:
        a, b = poly.all_coeffs()
        return {(-b / a).doit()}
    try:
        roots = set(poly.real_roots())
    except NotImplementedError as failure:
        raise UndecidedError(f"cannot solve {argument} = 0 exactly") from failure
    if any(r.has(ComplexRootOf) for r in roots):
        raise UndecidedError(f"the roots of {argument} have no form in radicals: give the kinks explicitly")
    return roots


def _deciders(node: Expr) -> list[Expr]:
    """Expressions whose signs decide which branch of `node` holds."""
    if isinstance(node, (Abs, sign, Heaviside)):
        return [node.args[0]]
    if isinstance(node, (Max, Min)):
        return [a - b for i, a in enumerate(node.args) for b in node.args[:i]]
    return [r.lhs - r.rhs for _, c in node.args for r in c.atoms(Relational)]


def _innermost(expression: Expr, variable: Symbol) -> list[Expr]:
    return [
        node for node in expression.atoms(*BRANCHING)
        if node.has(variable) and not any(_branches(d, variable) for d in _deciders(node))
    ]  # fmt: skip


def _branches(expression: Expr, variable: Symbol) -> bool:
    return any(node.has(variable) for node in expression.atoms(*BRANCHING))


def _sign_at(argument: Expr, variable: Symbol, point: Rational) -> int:
    # balls first: sympy may call a small constant zero, acos(1/sqrt(1 + 1e-6)) for one
    ball = constant_ball(argument.xreplace({variable: point}))
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    if argument.is_zero or ball == 0:
        return 0
    raise UndecidedError(f"cannot decide the sign of {argument} at {variable} = {point}")


def _holds(condition: Any, variable: Symbol, point: Rational) -> bool:
    if isinstance(condition, Relational):
        side = _sign_at(condition.lhs - condition.rhs, variable, point)
        return {"<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0, "==": side == 0, "!=": side != 0}[
            condition.rel_op
        ]
    if isinstance(condition, And):
        return all(_holds(c, variable, point) for c in condition.args)
    if isinstance(condition, Or):
        return any(_holds(c, variable, point) for c in condition.args)
    if isinstance(condition, Not):
        return not _holds(condition.args[0], variable, point)
    if isinstance(condition, ITE):
        return _holds(condition.args[1 if _holds(condition.args[0], variable, point) else 2], variable, point)
    if condition in (true, false):
        return condition is true
    raise UndecidedError(f"cannot decide the condition {condition}")


def _resolved(node: Expr, variable: Symbol, point: Rational) -> Expr:
    """The branch of `node` that holds around `point`."""
    if isinstance(node, Abs):
        return node.args[0] * _sign_at(node.args[0], variable, point)
    if isinstance(node, sign):
        return Integer(_sign_at(node.args[0], variable, point))
    if isinstance(node, Heaviside):
        side = _sign_at(node.args[0], variable, point)
        return S.One if side > 0 else S.Zero if side < 0 else node.args[1]
    if isinstance(node, (Max, Min)):
        best = node.args[0]
        for other in node.args[1:]:
            side = _sign_at(other - best, variable, point)
            if (side > 0) == isinstance(node, Max) and side != 0:
                best = other
        return best
    for value, condition in node.args:
        if _holds(condition, variable, point):
            return value
    raise UndecidedError(f"no row of {node} applies at {variable} = {point}")


@lru_cache(maxsize=1024)
def analytic_pieces(
    expression: Expr, variable: Symbol, lower: Expr = S.NegativeInfinity, upper: Expr = S.Infinity
) -> tuple[Piece, ...]:
    """The expression as analytic pieces that cover (lower, upper); its values at the kinks themselves are left out.

    Raises:
        UndecidedError: a kink cannot be located.
    """
    nodes = _innermost(expression, variable)
    if not nodes:
        if _branches(expression, variable):
            raise UndecidedError(f"cannot split {expression} at its kinks")
        return (Piece(lower, upper, expression),)
    cuts = {
        root for node in nodes for d in _deciders(node) for root in real_roots(d, variable)
        if certainly_less(lower, root) and certainly_less(root, upper)
    }  # fmt: skip
    ends = [lower, *order_points(cuts), upper]
    if len(ends) > MOST_PIECES:
        raise UndecidedError(f"{expression} has more than {MOST_PIECES} kinks")
    pieces: list[Piece] = []
    for left, right in itertools.pairwise(ends):
        point = interior_point(left, right)
        branch = expression.xreplace({node: _resolved(node, variable, point) for node in nodes})
        pieces += analytic_pieces(branch, variable, left, right)
    return _merged(tuple(pieces))


def _merged(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Neighbours with the same formula become one piece (a removable kink)."""
    kept: list[Piece] = []
    for piece in pieces:
        if kept and kept[-1].expression == piece.expression:
            kept[-1] = Piece(kept[-1].lower, piece.upper, piece.expression)
        else:
            kept.append(piece)
    return tuple(kept)


def largest(pieces: tuple[Piece, ...], variable: Symbol, reach: arb) -> arb:
    """An upper bound of |f| over [-reach, reach], from interval values on 64 tiles of each branch."""
    worst = arb(0)
    for piece in pieces:
        value = real_function(piece.expression, (variable,))
        low = (-reach).max(real_function(piece.lower, ())())
        high = reach.min(real_function(piece.upper, ())())
        for i in range(64):
            tile = (low + (high - low) * i / 64).union(low + (high - low) * (i + 1) / 64)
            ball = value(tile)
            if not ball.is_finite():
                raise UndecidedError(f"no bound of {piece.expression} near its kink")
            worst = worst.max(abs(ball).abs_upper())
    return worst
