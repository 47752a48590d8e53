"""What every method of checking a step shares: a three-valued result, and the context it works in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.domains.domain import Point, Variable, sample_points
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class Context:
    """What a method may use besides the statement.

    Args:
        domain: the variables the statement is quantified over.
        given: hypotheses that no domain expresses; a method that does not use them judges a stronger statement.
        key: names this step, for random streams.
        level: error probability this step may spend.
        seed: root seed of the run.
        bits: precision of enclosures.
        deadline: `time.monotonic()` value after which the method must give up, or None.
        progress: called with a short note now and then.
    """

    domain: tuple[Variable, ...] = ()
    key: tuple[str, ...] = ("statement",)
    level: float = 1e-8
    seed: int = 0
    bits: int = 192
    deadline: float | None = None
    progress: Callable[[str], None] = field(default=lambda note: None, compare=False)
    given: tuple[Statement, ...] = ()

    def expired(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def narrowed(self, **changes: Any) -> Context:
        return replace(self, **changes)


@dataclass(frozen=True)
class StepResult:
    """Three-valued: `holds` is True, False (the step's statement is false, with evidence) or None (undecided, with advice)."""

    holds: bool | None
    grounds: Grounds
    evidence: Evidence = Evidence()
    advice: str = ""
    cites: tuple[str, ...] = ()


class Method:
    """A way of checking a statement; subclasses are frozen dataclasses, one a file."""

    @property
    def name(self) -> str:
        return type(self).__name__

    def check(self, statement: Statement, context: Context) -> StepResult:
        raise NotImplementedError


def undecided(advice: str, grounds: Grounds = Grounds.ENCLOSURE, note: str = "") -> StepResult:
    return StepResult(None, grounds, Evidence(note), advice)


def admits(given: tuple[Statement, ...], point: Point, bits: int) -> bool:
    """Whether a point certainly satisfies all hypotheses."""
    for statement in given:
        at = statement.subs(dict(point)) if point else statement
        if at.relation is Relation.EQUAL:
            if (at.left - at.right) != 0:
                return False
        elif compare_at(statement, point, bits).truth is not Truth.TRUE:
            return False
    return True


def shown_point(point: Point) -> dict[str, str]:
    return {str(symbol): str(value) for symbol, value in point.items()}


def agreeing_points(statement: Statement, context: Context, digits: int, points: int = 8) -> int | StepResult:
    """At how many hard points narrow balls of both sides agree; the refutation, where balls contradict an equality."""
    bits, agreeing = int(digits * 3.33) + 48, 0
    for point in sample_points(context.domain, points):
        comparison = compare_at(statement, point, bits)
        if comparison.truth is Truth.FALSE:
            shown = Evidence("the two sides differ", shown_point(point), comparison.shown)
            return StepResult(False, Grounds.ENCLOSURE, shown)
        at = statement.subs(dict(point))
        agreeing += bool(agree_closely(at.left, at.right, bits, digits))
    return agreeing
