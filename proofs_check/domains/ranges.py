"""Enclosures of an expression over boxes: the engine below the cover method and the checks of definedness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, ctx, fmpq
from sympy import Expr

from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from proofs_check.domains.domain import Variable
from proofs_check.domains.signs import as_intervals

Box = tuple[tuple[fmpq, fmpq], ...]
BITS = 96


class BoxError(ValueError):
    """The domain is no bounded box with rational ends, or balls cannot follow the expression over one."""


def box_of(domain: tuple[Variable, ...]) -> Box:
    """The closed box with rational ends that contains a domain of intervals and integers.

    Raises:
        BoxError: an unbounded side, an irrational end, or choices.
    """
    try:
        sides = as_intervals(domain)
    except TypeError:
        raise BoxError("choices are checked one by one, not covered") from None
    ends = []
    for variable, side in zip(domain, sides, strict=True):
        if not (side.lower.is_Rational and side.upper.is_Rational):
            raise BoxError(f"{variable} is not a bounded interval with rational ends")
        low, high = (fmpq(int(e.p), int(e.q)) for e in (side.lower, side.upper))
        ends.append((low, high))
    return tuple(ends)


def hull(low: fmpq, high: fmpq) -> arb:
    """A ball around [low, high]."""
    return arb(low).union(arb(high))


def ball_function(expression: Expr, domain: tuple[Variable, ...], defined: bool = False) -> Callable[..., arb]:
    """The expression as a function of balls, one a variable; for `defined` see `numerics.formulas.walker.real_function`.

    Raises:
        BoxError: a function that balls do not know, or a mean that depends on the variables.
    """
    symbols = tuple(v.symbol for v in domain)
    if not set(expression.free_symbols) <= set(symbols):
        raise BoxError(f"{expression} contains symbols outside the domain")
    try:
        return real_function(expression, symbols, defined)
    except (UndecidedError, AttributeError, TypeError) as error:
        raise BoxError(str(error)) from None


def halves(box: Box) -> tuple[Box, Box]:
    """The box cut across its longest side."""
    side = max(range(len(box)), key=lambda k: box[k][1] - box[k][0])
    low, high = box[side]
    middle = (low + high) / 2
    return ((*box[:side], (low, middle), *box[side + 1 :]), (*box[:side], (middle, high), *box[side + 1 :]))


def range_on(expression: Expr, domain: tuple[Variable, ...], most: int = 256) -> tuple[Any, Any]:
    """Bounds of an expression over a bounded domain from a uniform cover, or (None, None).

    They hold for its values; that it has one everywhere is for the caller to show.
    """
    used = tuple(v for v in domain if v.symbol in expression.free_symbols)
    try:
        box, function = box_of(used), ball_function(expression, used, defined=True)
    except BoxError:
        return None, None
    before = ctx.prec
    ctx.prec = BITS
    try:
        boxes = [box]
        while len(boxes) <= most:
            values = [function(*(hull(*side) for side in b)) for b in boxes]
            if all(v.is_finite() for v in values):
                low, high = min(v.lower() for v in values), max(v.upper() for v in values)
                if low > 0 or high < 0 or 2 * len(boxes) > most:
                    return low, high
            boxes = [half for b in boxes for half in halves(b)] if box else [box] * (most + 1)
        return None, None
    finally:
        ctx.prec = before
