"""An inequality over a bounded box, by covering the box."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Interval as RealInterval
from sympy import Rational

from numerics.cover import CoverOutcome, cover
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Choices, Variable, all_points
from proofs_check.domains.signs import as_intervals
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class Cover(Method):
    """left < right on every box of a cover of the domain, in balls; integers are relaxed to reals, choices tried one by one.

    Args:
        bits: precision of the balls.
        max_boxes: boxes to look at before giving up.
        seconds: time limit of the search, besides the run's own.
    """

    bits: int = 64
    max_boxes: int = 20_000
    seconds: float = 30.0

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("a cover judges inequalities")
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        listed = tuple(v for v in used if isinstance(v.domain, Choices))
        rest = tuple(v for v in used if not isinstance(v.domain, Choices))
        if not rest:
            return undecided("there is nothing to cover: the statement has no variable in an interval")
        missing = undefined_part(statement.left, used) or undefined_part(statement.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        boxes = 0
        for point in all_points(listed):
            result = self._covered(statement.subs(dict(point)) if point else statement, rest, context, dict(point))
            if result.holds is not True:
                return result
            boxes += result.evidence.samples or 0
        where = "on the whole box" if boxes == 1 else f"on each of {boxes} boxes"
        return StepResult(True, Grounds.ENCLOSURE, Evidence(f"the inequality holds {where}"))

    def _covered(
        self, statement: Statement, rest: tuple[Variable, ...], context: Context, chosen: dict[object, object]
    ) -> StepResult:
        up = statement.upward
        sides = [
            (v.symbol, RealInterval(side.lower, side.upper, side.left_open, side.right_open))
            for v, side in zip(rest, as_intervals(rest), strict=True)
        ]
        try:
            found = cover(up.left, up.right, sides, strict=up.relation is Relation.LESS, bits=self.bits, defined=True,
                          max_boxes=self.max_boxes, seconds=self.seconds)  # fmt: skip
        except ValueError as error:
            return undecided(f"no cover: {error}")
        if found.outcome is CoverOutcome.PROVED:
            return StepResult(True, Grounds.ENCLOSURE, Evidence(samples=found.examined))
        if found.outcome is CoverOutcome.REFUTED and found.witness is not None:
            at = {v.symbol: Rational(w.numerator, w.denominator) for v, w in zip(rest, found.witness, strict=True)}
            point = {**chosen, **at}
            comparison = compare_at(statement, at, context.bits)
            if comparison.truth is Truth.FALSE and all(v.domain.contains(at[v.symbol]) for v in rest):
                evidence = Evidence("the enclosures contradict it", shown_point(point), comparison.shown)  # type: ignore[arg-type]
                return StepResult(False, Grounds.ENCLOSURE, evidence)
        return undecided(found.advice or f"the two sides meet near {found.witness}")
