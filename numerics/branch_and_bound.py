"""The search behind `numerics.cover`: boxes halved until each is decided, smallest lower bound first."""

from __future__ import annotations

import enum
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, Symbol

from numerics.balls import endpoints, rational_ball
from numerics.boxes import Box, GapFunction, Side, derivative, is_lipschitz
from numerics.curvature import Curvature, vanishes
from numerics.errors import TimeLimitError, UndecidedError
from numerics.precision import Deadline, pulse

MAX_TOUCHING_ORDER = 6
# boxes narrower than this fraction of the domain are given up as undecided
NARROWEST = Fraction(1, 2**40)
MOST_OPEN_BOXES = 100_000


class CoverOutcome(enum.Enum):
    """What is known about an inequality on a domain."""

    PROVED = "the inequality holds at every point of the domain"
    REFUTED = "the inequality fails at the witness"
    UNDECIDED = "neither proved nor refuted: some boxes stay open"


@dataclass(frozen=True)
class CoverResult:
    """The outcome of a cover; ``bool()`` of it raises.

    Attributes:
        outcome: see `CoverOutcome`.
        witness: an exact rational point where the inequality certainly fails, or None.
        gap: exact lower and upper bound of right - left at the witness, or None.
        undecided: boxes on which nothing is known, at most the first 1000.
        examined: boxes looked at.
        proved: boxes on which the inequality was proved.
        touching: of those, the ones decided by Taylor's formula at a face where both sides agree.
        bits: working precision.
        seconds: wall time.
        advice: what to do about an undecided cover.
    """

    outcome: CoverOutcome
    witness: tuple[Fraction, ...] | None
    gap: tuple[Fraction, Fraction] | None
    undecided: tuple[Box, ...]
    examined: int
    proved: int
    touching: int
    bits: int
    seconds: float
    advice: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a cover has three outcomes: compare .outcome with CoverOutcome.PROVED")


@dataclass(frozen=True)
class CoverProgress:
    """What a progress callback is told: boxes examined and open, the share of the domain settled, seconds so far."""

    examined: int
    open: int
    settled: float
    seconds: float


class Search:
    """One run of branch and bound; boxes with the smallest lower bound first, so that counterexamples come early."""

    def __init__(
        self,
        function: GapFunction,
        sides: tuple[Side, ...],
        strict: bool,
        bits: int,
        max_boxes: int,
        seconds: float | None,
        progress: Callable[[CoverProgress], None] | None,
    ):
        self.function, self.sides, self.strict, self.bits = function, sides, strict, bits
        self.max_boxes, self.seconds, self.progress = max_boxes, seconds, progress
        self.started = self.told = time.monotonic()
        self.examined = self.proved = self.touched = 0
        self.settled = Fraction(0)
        self.zeros: dict[tuple[int, Fraction], int] = {}
        self.curvature: Curvature | None = None

    def run(self) -> CoverResult:
        self.stuck: list[Box] = []
        self.queue: list[tuple[float, int, Box]] = []
        try:
            with Deadline.after(self.seconds).running():
                return self._run()
        except TimeLimitError:
            return self._undecided(f"the time limit of {self.seconds} s was reached")

    def _undecided(self, advice: str) -> CoverResult:
        return self._result(CoverOutcome.UNDECIDED, [*self.stuck, *(box for _, _, box in self.queue)], advice=advice)

    def _run(self) -> CoverResult:
        whole = Box(tuple((side.low, side.high) for side in self.sides))
        self.total = _volume(whole)
        queue, stuck = self.queue, self.stuck
        queue.append((0.0, 0, whole))
        ticket, advice = 0, ""
        corner = self._failing_corner(whole)
        if corner is not None:
            return self._result(CoverOutcome.REFUTED, [], *corner)
        while queue:
            pulse()
            _, _, box = queue[0]  # stays there until it is decided: a time limit may come in between
            self.examined += 1
            self._tell(len(queue))
            bound, slopes = self._enclosed(box)
            if bound is None:
                heapq.heappop(queue)
                self.proved += 1
                self.settled += _volume(box)
                continue
            failure = self._fails_at(box.middle)
            if failure is not None:
                return self._result(CoverOutcome.REFUTED, [], *failure)
            place = self._longest(box, slopes)
            heapq.heappop(queue)
            if place is None:
                stuck.append(box)
            else:
                for half in box.split(place):
                    ticket += 1
                    heapq.heappush(queue, (bound, ticket, half))
            advice = self._exhausted(len(queue) + len(stuck))
            if advice:
                break
        if not queue and not stuck:
            return self._result(CoverOutcome.PROVED, [])
        advice = (
            advice
            or "boxes shrank below 2^-40 of the domain: the two sides touch inside; split there, or ask for more bits"
        )
        return self._undecided(advice)

    def _exhausted(self, waiting: int) -> str:
        if self.examined >= self.max_boxes:
            return f"{self.max_boxes} boxes were not enough: allow more, or factor out where the two sides touch"
        if self.seconds is not None and time.monotonic() - self.started > self.seconds:
            return f"the time limit of {self.seconds} s was reached"
        if waiting > MOST_OPEN_BOXES:
            return f"more than {MOST_OPEN_BOXES} open boxes: factor out where the two sides touch"
        return ""

    def _tell(self, waiting: int) -> None:
        now = time.monotonic()
        if self.progress is not None and now - self.told >= 0.25:
            self.told = now
            share = float(self.settled / self.total)
            self.progress(CoverProgress(self.examined, waiting, share, now - self.started))

    # one box -------------------------------------------------------------------------------------------------------

    def _positive(self, ball: arb) -> bool:
        return bool(ball > 0) if self.strict else bool(ball >= 0)

    def _enclosed(self, box: Box) -> tuple[float | None, list[arb] | None]:
        """(None, ...) where the inequality is proved on the box, else a lower bound to order boxes by."""
        slopes = self.function.slopes(box)
        ball = self.function.over(box, slopes)
        if ball.is_finite() and self._positive(ball):
            return None, slopes
        if slopes is not None:
            reduced = self._to_faces(box, slopes)
            if reduced is not box:
                inner = self.function.slopes(reduced)
                ball = self.function.over(reduced, inner)
                if ball.is_finite() and self._positive(ball):
                    return None, slopes
        if self._touches_and_rises(box) or self._convex_about_a_zero(box):
            self.touched += 1
            return None, slopes
        return (float(ball.lower()) if ball.is_finite() else -1e300), slopes

    def _to_faces(self, box: Box, slopes: list[arb]) -> Box:
        """The face on which the gap is smallest in every coordinate whose slope has one sign."""
        for place, slope in enumerate(slopes):
            low, high = box.sides[place]
            if slope >= 0:
                box = box.replaced(place, low, low) if low != high else box
            elif slope <= 0:
                box = box.replaced(place, high, high) if low != high else box
        return box

    def _longest(self, box: Box, slopes: list[arb] | None) -> int | None:
        """The coordinate to split: the one that moves the gap most; None once all are too narrow."""
        shares = [w / (s.high - s.low) for w, s in zip(box.widths, self.sides)]
        wide = [place for place, share in enumerate(shares) if share > NARROWEST]
        if not wide:
            return None
        if slopes is None:
            return max(wide, key=lambda place: shares[place])
        widest = max(shares)
        weight = {place: float(abs(slopes[place]).upper()) * float(box.widths[place]) for place in wide}
        # a coordinate that never splits would starve the others
        starved = [place for place in wide if shares[place] * 64 < widest]
        chosen = max(wide, key=lambda place: weight[place])
        return max(wide, key=lambda place: shares[place]) if chosen in starved else chosen

    # counterexamples -----------------------------------------------------------------------------------------------

    def _fails_at(self, point: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], tuple[Fraction, Fraction]] | None:
        value = self.function.value(*(rational_ball(p) for p in point))
        if not value.is_finite():
            return None
        failed = bool(value <= 0) if self.strict else bool(value < 0)
        return (point, endpoints(value)) if failed else None

    def _failing_corner(self, whole: Box) -> tuple[tuple[Fraction, ...], tuple[Fraction, Fraction]] | None:
        """Corners that belong to the domain, where a strict inequality may touch exactly."""
        corners: list[tuple[Fraction, ...]] = [()]
        for side in self.sides:
            ends = [] if side.open_low else [side.low]
            ends += [] if side.open_high else [side.high]
            corners = [(*corner, end) for corner in corners for end in ends]
        for corner in corners:
            failure = self._fails_at(corner)
            if failure is not None:
                return failure
            expression = self.function.expression
            if self.strict and expression is not None:
                at = dict(zip(self.function.variables, (Rational(c.numerator, c.denominator) for c in corner)))
                if vanishes(expression.xreplace(at)):
                    return corner, (Fraction(0), Fraction(0))
        return None

    # touching faces ------------------------------------------------------------------------------------------------

    def _touches_and_rises(self, box: Box) -> bool:
        """Whether some side of the box lies on a face where the gap vanishes identically to an order k, and
        the k-th derivative across the face is positive (with the sign of the direction) on the whole box."""
        if self.function.expression is None or not is_lipschitz(self.function.expression):
            return False
        for place, side in enumerate(self.sides):
            low, high = box.sides[place]
            for end, opened, direction in ((side.low, side.open_low, 1), (side.high, side.open_high, -1)):
                if end not in (low, high) or (self.strict and not opened):
                    continue
                order = self._order_of_zero(place, end)
                if not 1 <= order <= MAX_TOUCHING_ORDER:
                    continue
                slope = self._taylor_slope(place, order, box) * (direction**order)
                if slope.is_finite() and (slope > 0 if self.strict else slope >= 0):
                    return True
        return False

    def _order_of_zero(self, place: int, end: Fraction) -> int:
        key = (place, end)
        if key not in self.zeros:
            variable = self.function.variables[place]
            at = Rational(end.numerator, end.denominator)
            order = 0
            current: Expr = self.function.expression  # type: ignore[assignment]
            while order <= MAX_TOUCHING_ORDER and vanishes(current.xreplace({variable: at})):
                order += 1
                current = current.diff(variable)
            self.zeros[key] = order
        return self.zeros[key]

    def _taylor_slope(self, place: int, order: int, box: Box) -> arb:
        variable: Symbol = self.function.variables[place]
        expression: Expr = self.function.expression  # type: ignore[assignment]
        top = derivative(expression, variable, order)
        try:
            function = GapFunction.of(top, self.function.variables)
        except UndecidedError:
            return arb("nan")
        return function.over(box, function.slopes(box))

    def _convex_about_a_zero(self, box: Box) -> bool:
        """Whether the gap is convex on the box and vanishes, gradient included, at a rational point of it."""
        if self.strict or self.function.expression is None or slopes_too_wide(box, self.sides):
            return False
        if self.curvature is None:
            self.curvature = Curvature.of(self.function)
        if not self.curvature.positive_over(box):
            return False
        point = self.curvature.stationary_point(box)
        return point is not None and self.curvature.vanishes_at(point)

    def _result(
        self,
        outcome: CoverOutcome,
        undecided: list[Box],
        witness: tuple[Fraction, ...] | None = None,
        gap: tuple[Fraction, Fraction] | None = None,
        advice: str = "",
    ) -> CoverResult:
        return CoverResult(
            outcome, witness, gap, tuple(undecided[:1000]), self.examined, self.proved, self.touched, self.bits,
            time.monotonic() - self.started, advice,
        )  # fmt: skip


def slopes_too_wide(box: Box, sides: tuple[Side, ...]) -> bool:
    """Boxes above 1/16 of the domain are split before their curvature is worth looking at."""
    return max(w / (s.high - s.low) for w, s in zip(box.widths, sides)) > Fraction(1, 16)


def _volume(box: Box) -> Fraction:
    volume = Fraction(1)
    for width in box.widths:
        volume *= width
    return volume
