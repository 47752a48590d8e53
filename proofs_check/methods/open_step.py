"""A step that nothing here shows, with the reason in words: the claim stays open there, by name."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.statement import Statement
from proofs_check.verdict import Grounds


@dataclass(frozen=True)
class OpenStep(Method):
    """Always undecided: for the step of a published proof that is assumed there, or cannot be had from what is assumed.

    Args:
        reason: what is missing; it becomes the first gap of the verdict.
    """

    reason: str

    def check(self, statement: Statement, context: Context) -> StepResult:
        return undecided(self.reason, Grounds.SIMULATION)
