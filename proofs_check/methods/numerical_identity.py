"""Agreement to many digits: a witness, never a proof."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.comparison import Truth, compare_at
from proofs_check.decimal_text import counted
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.methods.exact_identity import instances
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class NumericalIdentity(Method):
    """left = right to a number of digits at hard points: it can refute, and otherwise leaves the step open.

    Args:
        digits: relative agreement that is asked for.
        points: how many points of the domain are tried.
    """

    digits: int = 30
    points: int = 8

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is not Relation.EQUAL:
            return undecided("a numerical identity judges equalities; the statement is an inequality")
        tried = 0
        for concrete, point in instances(statement, context, self.points):
            comparison = compare_at(concrete, {}, max(context.bits, int(self.digits * 3.33) + 64))
            if comparison.truth is Truth.FALSE:
                return StepResult(
                    False, Grounds.ENCLOSURE, Evidence("the two sides differ", shown_point(point), comparison.shown)
                )
            tried += comparison.left.ball is not None and comparison.right.ball is not None
        note = f"agrees at {counted(tried, 'point')}: a witness, not a proof"
        return undecided(f"{note}; give an exact identity", note=note)
