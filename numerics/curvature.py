"""Second derivatives over a box, and points where a function vanishes to second order."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb_mat
from sympy import Expr, Rational, Symbol, simplify

from numerics.balls import rational_ball
from numerics.boxes import BallFunction, Box, GapFunction, is_lipschitz
from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function

LARGEST_DENOMINATOR = 1000


def vanishes(expression: Expr) -> bool:
    """Whether an expression is identically zero: by exact simplification, and zero in balls at scattered points too."""
    if expression == 0:
        return True
    symbols = tuple(sorted(expression.free_symbols, key=str))
    try:
        function = real_function(expression, symbols)
    except UndecidedError:
        return False
    for k in range(1, 6 if symbols else 2):
        ball = function(*(rational_ball(Fraction(7 * k + 3 * i, 61)) for i in range(len(symbols))))
        if ball.is_finite() and not ball.contains(0):
            return False
    return bool(simplify(expression) == 0)


@dataclass(frozen=True)
class Curvature:
    """The Hessian of a gap in balls; `hessian` is None where some entry has no ball form."""

    expression: Expr
    variables: tuple[Symbol, ...]
    gradient: tuple[BallFunction, ...] | None
    hessian: tuple[tuple[BallFunction, ...], ...] | None

    @classmethod
    def of(cls, function: GapFunction) -> Curvature:
        expression, variables = function.expression, function.variables
        if expression is None:
            raise UndecidedError("a function given in balls has no second derivatives")
        if not is_lipschitz(expression):
            return cls(expression, variables, None, None)
        try:
            rows = tuple(tuple(real_function(expression.diff(v, w), variables) for w in variables) for v in variables)
        except (UndecidedError, NotImplementedError):
            return cls(expression, variables, None, None)
        return cls(expression, variables, function.gradient, rows)

    def positive_over(self, box: Box) -> bool:
        """Whether the Hessian is certainly positive definite on the whole box (leading minors)."""
        if self.hessian is None:
            return False
        balls = box.balls()
        entries = [[entry(*balls) for entry in row] for row in self.hessian]
        if not all(e.is_finite() for row in entries for e in row):
            return False
        sizes = range(1, len(entries) + 1)
        return all(bool(arb_mat([row[:k] for row in entries[:k]]).det() > 0) for k in sizes)

    def stationary_point(self, box: Box) -> tuple[Fraction, ...] | None:
        """A rational point of small denominator near a zero of the gradient, by Newton steps from the middle."""
        if self.gradient is None or self.hessian is None:
            return None
        point = list(box.middle)
        for _ in range(8):
            balls = [rational_ball(p) for p in point]
            try:
                step = arb_mat([[h(*balls).mid() for h in row] for row in self.hessian]).solve(
                    arb_mat([[g(*balls).mid()] for g in self.gradient])
                )
            except (ZeroDivisionError, ValueError):
                return None
            moves = [float(step[i, 0].mid()) for i in range(len(point))]
            if not all(abs(m) < 1e6 for m in moves):
                return None
            point = [p - Fraction(m) for p, m in zip(point, moves)]
        near = tuple(p.limit_denominator(LARGEST_DENOMINATOR) for p in point)
        inside = all(low <= p <= high for p, (low, high) in zip(near, box.sides))
        return near if inside else None

    def vanishes_at(self, point: tuple[Fraction, ...]) -> bool:
        """Whether the gap and its gradient are exactly zero there."""
        at = {v: Rational(p.numerator, p.denominator) for v, p in zip(self.variables, point)}
        return vanishes(self.expression.xreplace(at)) and all(
            vanishes(self.expression.diff(v).xreplace(at)) for v in self.variables
        )
