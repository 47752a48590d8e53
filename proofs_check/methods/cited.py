"""A step taken from the literature: the verdict rests on it, by name."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.statement import Statement
from proofs_check.verdict import Evidence, Grounds
from theory.sources import Source


@dataclass(frozen=True)
class Cited(Method):
    """The statement is a theorem somebody else proved.

    Args:
        source: where it was read.
    """

    source: Source

    def check(self, statement: Statement, context: Context) -> StepResult:
        from proofs_check.methods.refutation import refutation

        found = refutation(statement, context)
        if found is not None:
            return StepResult(False, found.grounds, found.evidence, cites=found.cites)
        return StepResult(True, Grounds.CITATION, Evidence(f"cited: {self.source}"), cites=(str(self.source),))
