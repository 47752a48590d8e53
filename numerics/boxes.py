"""Boxes of one to three rational intervals, and functions of them in balls with the derivatives that help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Ei,
    Expr,
    Integer,
    Interval,
    Max,
    Min,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Symbol,
    acos,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    oo,
    preorder_traversal,
    sin,
    sinh,
    sympify,
    tan,
    tanh,
)

from numerics.balls import rational_ball
from numerics.errors import UndecidedError
from numerics.formulas.expressions import outermost_means
from numerics.formulas.mean_functions import ball_function

MAX_DIMENSION = 3


class DomainError(ValueError):
    """The domain is not a box of one to three bounded rational intervals; the message says what to write instead."""


@dataclass(frozen=True)
class Box:
    """A product of closed rational intervals; an interval of width zero fixes its coordinate."""

    sides: tuple[tuple[Fraction, Fraction], ...]

    @property
    def middle(self) -> tuple[Fraction, ...]:
        return tuple((low + high) / 2 for low, high in self.sides)

    @property
    def widths(self) -> tuple[Fraction, ...]:
        return tuple(high - low for low, high in self.sides)

    def balls(self) -> list[arb]:
        """Balls that contain the sides."""
        return [side_ball(low, high) for low, high in self.sides]

    def replaced(self, place: int, low: Fraction, high: Fraction) -> Box:
        return Box((*self.sides[:place], (low, high), *self.sides[place + 1 :]))

    def split(self, place: int) -> tuple[Box, Box]:
        low, high = self.sides[place]
        middle = (low + high) / 2
        return self.replaced(place, low, middle), self.replaced(place, middle, high)

    def __str__(self) -> str:
        return " x ".join(f"[{float(low):.6g}, {float(high):.6g}]" for low, high in self.sides)


def side_ball(low: Fraction, high: Fraction) -> arb:
    """The smallest ball around an interval at the working precision."""
    return rational_ball(low) if low == high else rational_ball(low).union(rational_ball(high))


@dataclass(frozen=True)
class Side:
    """One coordinate of a domain: a symbol, its ends, and which ends are excluded."""

    symbol: Symbol
    low: Fraction
    high: Fraction
    open_low: bool = False
    open_high: bool = False


def domain_sides(domain: Sequence[Any]) -> tuple[Side, ...]:
    """Read a domain: ``(symbol, low, high)`` or ``(symbol, sympy Interval)`` for each coordinate.

    Raises:
        DomainError: no side or more than three, an empty or unbounded interval, ends that are not rational, a symbol twice.
    """
    if not isinstance(domain, (tuple, list)):
        raise DomainError(f"a domain is a list of sides (symbol, low, high), not {domain!r}")
    sides = []
    for entry in domain:
        if not isinstance(entry, (tuple, list)) or len(entry) not in (2, 3) or not isinstance(entry[0], Symbol):
            raise DomainError(f"a side of a domain is (symbol, low, high) or (symbol, Interval), not {entry!r}")
        interval = sympify(entry[1]) if len(entry) == 2 else None
        if interval is not None and not isinstance(interval, Interval):
            raise DomainError(f"a side of a domain is (symbol, low, high) or (symbol, Interval), not {entry!r}")
        low, high = (interval.start, interval.end) if interval is not None else (sympify(entry[1]), sympify(entry[2]))
        sides.append(_side(entry[0], low, high, interval))
    if not 1 <= len(sides) <= MAX_DIMENSION:
        raise DomainError(f"a domain has one to {MAX_DIMENSION} sides, not {len(sides)}")
    if len({side.symbol for side in sides}) != len(sides):
        raise DomainError("each symbol of a domain has one side")
    return tuple(sides)


def _side(symbol: Symbol, low: Any, high: Any, interval: Interval | None) -> Side:
    if low in (oo, -oo) or high in (oo, -oo):
        raise DomainError(f"the domain of {symbol} is unbounded: substitute ({symbol} = tan t, say) or cut it")
    if not (low.is_Rational and high.is_Rational):
        raise DomainError(f"the ends of {symbol} must be rational, not {low} and {high}: scale the variable")
    if (symbol.is_nonnegative and low < 0) or (symbol.is_nonpositive and high > 0):
        raise DomainError(f"{symbol} is declared with a sign that its domain [{low}, {high}] contradicts")
    if low >= high:
        raise DomainError(f"the domain of {symbol} is empty: [{low}, {high}]")
    first, last = (Fraction(int(e.p), int(e.q)) for e in (low, high))
    if interval is None:
        return Side(symbol, first, last)
    return Side(symbol, first, last, bool(interval.left_open), bool(interval.right_open))


BallFunction = Callable[..., arb]
# continuous and piecewise differentiable wherever their balls are finite; a Piecewise or a step may jump, which sympy's
# derivative does not show
_CONTINUOUS = (exp, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, erf, erfc, Ei, Abs, Max, Min)
_PLAIN = (Add, Mul, Pow, Symbol, Number, NumberSymbol)


def is_lipschitz(expression: Expr) -> bool:
    """Whether the mean-value form holds: only operations that never jump between finite values.

    A Gaussian mean is smooth in the parameters of its covariance, whatever its integrand (Price), while that is regular; up to where it
    is singular a mean of what does not jump is continuous.
    """
    means = outermost_means(expression)
    marked = expression.xreplace({m: Dummy() for m in means})
    return _plain(marked) and all(_mean_is_lipschitz(m) for m in means)


def _plain(expression: Expr) -> bool:
    return all(isinstance(node, (*_CONTINUOUS, *_PLAIN)) for node in preorder_traversal(expression))


def _mean_is_lipschitz(mean: Any) -> bool:
    """A parameter inside the integrand may sit in a step; one in the covariance must enter it plainly."""
    parameters = mean.free_symbols
    if mean.expression.free_symbols & parameters:
        return False
    if not parameters:
        return True
    if type(mean.law).__name__ != "GaussianLaw" or not _plain(mean.expression):
        return False
    return all(is_lipschitz(entry) for entry in mean.law.covariance)


@dataclass(frozen=True)
class GapFunction:
    """A function of balls with, where known, its partial derivatives in balls and its symbolic form.

    Args:
        value: of one ball per coordinate.
        gradient: one function per coordinate, or None.
        expression: symbolic form, or None for a function given by the user.
        variables: the symbols of the coordinates.
    """

    value: BallFunction
    gradient: tuple[BallFunction, ...] | None = None
    expression: Expr | None = None
    variables: tuple[Symbol, ...] = ()

    @classmethod
    def of(cls, expression: Expr, variables: tuple[Symbol, ...], defined: bool = False) -> GapFunction:
        """Compile an expression and its gradient at the working precision; for `defined` see `numerics.formulas.walker.real_function`.

        Raises:
            UndecidedError: the expression has no ball form.  A gradient is left out where the expression may jump.
        """
        value = ball_function(expression, variables, defined)
        if not is_lipschitz(expression):
            return cls(value, None, expression, variables)
        try:
            gradient = tuple(ball_function(expression.diff(v), variables) for v in variables)
        except (UndecidedError, NotImplementedError):
            return cls(value, None, expression, variables)
        return cls(value, gradient, expression, variables)

    def slopes(self, box: Box) -> list[arb] | None:
        """The gradient over the box, or None where some part is not finite there."""
        if self.gradient is None:
            return None
        balls = box.balls()
        slopes = [g(*balls) for g in self.gradient]
        return slopes if all(s.is_finite() for s in slopes) else None

    def over(self, box: Box, slopes: list[arb] | None) -> arb:
        """The range over the box: natural evaluation met with the mean-value form."""
        natural = self.value(*box.balls())
        if slopes is None:
            return natural
        middle = box.middle
        centred = self.value(*(rational_ball(m) for m in middle))
        for slope, (low, high), m in zip(slopes, box.sides, middle):
            if low != high:
                centred += slope * side_ball(low - m, high - m)
        if not natural.is_finite() or not centred.is_finite():
            return natural
        return natural.intersection(centred)


def with_real_symbols(expression: Expr, sides: tuple[Side, ...]) -> tuple[Expr, tuple[Side, ...]]:
    """The same with symbols that sympy knows to be real (derivatives of Abs need it), and that stand nowhere else."""
    real = {s.symbol: s.symbol if s.symbol.is_real else Dummy(s.symbol.name, real=True) for s in sides}
    return expression.xreplace(real), tuple(replace(s, symbol=real[s.symbol]) for s in sides)


def derivative(expression: Expr, variable: Symbol, order: int) -> Expr:
    return expression.diff(variable, Integer(order))
