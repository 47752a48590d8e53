"""An inequality between numbers, by enclosing both sides."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.domain import all_points, is_finite
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class BallInequality(Method):
    """left < right in balls, for statements without variables or over finitely many values (checked one by one).

    Args:
        bits: precision to start from (the run's, if omitted).
        most_bits: precision to stop at.
    """

    bits: int | None = None
    most_bits: int = 1024

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("balls cannot prove an equality, only refute it: use an exact identity")
        domain = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if not is_finite(domain, most=4096):
            return undecided("the domain is infinite: balls at points prove nothing; cover the domain instead")
        shown, count = None, 0
        for point in all_points(domain):
            count += 1
            bits = self.bits or context.bits
            while True:
                if context.expired():
                    return undecided("the time limit was reached")
                comparison = compare_at(statement, point, bits)
                if comparison.truth is not Truth.UNDECIDED or 2 * bits > self.most_bits:
                    break
                bits *= 2
            if comparison.truth is Truth.FALSE:
                evidence = Evidence("the enclosures contradict it", shown_point(point), comparison.shown)
                return StepResult(False, Grounds.ENCLOSURE, evidence)
            if comparison.truth is Truth.UNDECIDED:
                return undecided(comparison.advice)
            shown = comparison.shown
        note = "" if count == 1 else f"checked at all {count} points of the domain"
        return StepResult(True, Grounds.ENCLOSURE, Evidence(note, enclosure=shown))
