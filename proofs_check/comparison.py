"""Compare two sides of a statement in balls at one point: the only place where an enclosure becomes true or false."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass

from sympy import Expr

from numerics.enclose import Enclosure
from numerics.enclose import enclose as enclosed_afresh
from proofs_check.domains.domain import Point
from proofs_check.statement import Relation, Statement


class Truth(enum.Enum):
    """Three values; an undecided comparison is never negated."""

    TRUE = "certainly true"
    FALSE = "certainly false"
    UNDECIDED = "the enclosures overlap"


@dataclass(frozen=True)
class Comparison:
    truth: Truth
    left: Enclosure
    right: Enclosure
    advice: str = ""

    @property
    def shown(self) -> tuple[str, str]:
        return _without_zeros(str(self.left)), _without_zeros(str(self.right))


def _without_zeros(decimal: str) -> str:
    """An exact number as short as it is: 0.25 instead of 0.2500...0."""
    plain = "." in decimal and decimal.removeprefix("-").replace(".", "", 1).isdigit()
    return decimal.rstrip("0").removesuffix(".") if plain else decimal


COARSE_BITS = 24
enclose = functools.lru_cache(maxsize=512)(enclosed_afresh)
"""A side is compared, then asked for its width, often at the same point: once computed is enough."""


def compare_at(statement: Statement, point: Point, bits: int) -> Comparison:
    """Enclose both sides at a point and compare, in coarse balls first: most comparisons need no more.

    Equality can only be refuted this way, or left undecided: overlapping balls do not prove it.
    """
    at = statement.subs(dict(point)) if point else statement
    if bits > 2 * COARSE_BITS:
        coarse = _compared(at, COARSE_BITS)
        if coarse.truth is Truth.TRUE or (coarse.truth is Truth.FALSE and _visibly_apart(coarse)):
            return coarse
    return _compared(at, bits)


def _visibly_apart(comparison: Comparison) -> bool:
    """Whether a reader sees from the printed digits that the two sides differ."""
    left, right = comparison.left.ball, comparison.right.ball
    if left is None or right is None:
        return False
    a, b = float(left.mid()), float(right.mid())
    return abs(a - b) > 1e-4 * max(abs(a), abs(b))


def _compared(statement: Statement, bits: int) -> Comparison:
    at = statement.upward
    left, right = enclose(at.left, bits), enclose(at.right, bits)
    if left.ball is None or right.ball is None:
        return Comparison(Truth.UNDECIDED, left, right, left.advice or right.advice)
    a, b = left.ball, right.ball
    if not (a.is_finite() and b.is_finite()):
        return Comparison(Truth.UNDECIDED, left, right, "an enclosure is not finite")
    # flint: a comparison that cannot be decided is False both ways, so each direction is asked for itself
    if at.relation is Relation.EQUAL:
        truth = Truth.FALSE if (a < b or a > b) else Truth.UNDECIDED
    elif at.relation is Relation.LESS:
        truth = Truth.TRUE if a < b else Truth.FALSE if a >= b else Truth.UNDECIDED
    else:
        truth = Truth.TRUE if a <= b else Truth.FALSE if a > b else Truth.UNDECIDED
    advice = (
        "" if truth is not Truth.UNDECIDED else f"undecided at {bits} bits: the two sides overlap; try bits={2 * bits}"
    )
    if statement.upward is not statement:
        left, right = right, left
    return Comparison(truth, left, right, advice)


def agree_closely(left: Expr, right: Expr, bits: int, digits: int) -> bool | None:
    """Whether two balls overlap and both are narrow (relative radius below 10^-digits); None if one cannot be had."""
    a, b = enclose(left, bits), enclose(right, bits)
    if a.ball is None or b.ball is None or not (a.ball.is_finite() and b.ball.is_finite()):
        return None
    scale = max(abs(float(a.ball.mid())), abs(float(b.ball.mid())), 1e-30)
    if a.ball == 0 or b.ball == 0:  # an exact zero: digits are counted after the point
        scale = max(scale, 1.0)
    radii = (float(a.ball.rad()), float(b.ball.rad()))
    narrow = all(radius <= scale * 10.0**-digits or radius < 10.0 ** (-2 * digits) for radius in radii)
    if not narrow:
        return None
    return bool(a.ball.overlaps(b.ball))
