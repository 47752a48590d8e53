"""Balls and exact numbers: conversions that never round silently, and comparisons that may stay undecided."""

from __future__ import annotations

import enum
from fractions import Fraction

from flint import arb, fmpq, fmpz


class Comparison(enum.Enum):
    """What is known about a relation between two enclosed numbers; ``bool()`` of it raises."""

    CERTAINLY_TRUE = "certainly true"
    CERTAINLY_FALSE = "certainly false"
    UNDECIDED = "undecided"

    def __bool__(self) -> bool:
        raise TypeError("a comparison of balls is three-valued: compare it with Comparison.CERTAINLY_TRUE")

    def negated(self) -> Comparison:
        swap = {
            Comparison.CERTAINLY_TRUE: Comparison.CERTAINLY_FALSE,
            Comparison.CERTAINLY_FALSE: Comparison.CERTAINLY_TRUE,
        }
        return swap.get(self, Comparison.UNDECIDED)


def rational_ball(value: Fraction | int) -> arb:
    """The ball of a rational number; exact where the working precision holds it."""
    value = Fraction(value)
    return arb(fmpq(value.numerator, value.denominator))


def _exact(point: arb) -> Fraction:
    mantissa, exponent = point.man_exp()
    m, e = int(mantissa), int(exponent)
    return Fraction(m << e) if e >= 0 else Fraction(m, 1 << -e)


def endpoints(ball: arb) -> tuple[Fraction, Fraction]:
    """The two ends of a finite ball as exact rationals (midpoint and radius are dyadic)."""
    middle, radius = _exact(ball.mid()), _exact(ball.rad())
    return middle - radius, middle + radius


def mid_rad(ball: arb) -> tuple[Fraction, Fraction]:
    """Midpoint and radius of a finite ball, exactly."""
    return _exact(ball.mid()), _exact(ball.rad())


def to_data(ball: arb) -> dict[str, list[str]]:
    """Midpoint and radius as decimal strings of mantissa and binary exponent: exact, and fit for JSON."""
    return {part: [str(int(v)) for v in point.man_exp()] for part, point in (("mid", ball.mid()), ("rad", ball.rad()))}


def from_data(data: dict[str, list[str]]) -> arb:
    """A ball that contains the one written by `to_data` (equal to it where the working precision holds the
    midpoint)."""
    middle, radius = (arb((fmpz(int(data[p][0])), fmpz(int(data[p][1])))) for p in ("mid", "rad"))
    return middle + arb(0, 1) * radius if radius != 0 else middle


def symmetric(bound: arb) -> arb:
    """The ball [-bound, bound] for a bound of at least 0."""
    return arb(0, 1) * bound.abs_upper()


def less(a: arb, b: arb) -> bool | None:
    """Whether a < b: True, False, or None where the balls leave it open."""
    if a < b:
        return True
    if a >= b:
        return False
    return None


def at_most(a: arb, b: arb) -> bool | None:
    if a <= b:
        return True
    if a > b:
        return False
    return None


def same(a: arb, b: arb) -> bool | None:
    """Whether a = b; True only for two equal exact balls, False only for disjoint ones."""
    if not a.overlaps(b):
        return False if a.is_finite() and b.is_finite() else None
    if a.is_exact() and b.is_exact() and a.is_finite() and b.is_finite():
        return True
    return None
