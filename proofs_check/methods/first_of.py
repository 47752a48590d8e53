"""Several methods, tried in turn until one decides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.statement import Statement


@dataclass(frozen=True)
class FirstOf(Method):
    """The first answer among several methods, which share the error level: each may decide by simulation.

    Args:
        methods: tried in this order.
    """

    methods: tuple[Method, ...]

    def check(self, statement: Statement, context: Context) -> StepResult:
        advice = []
        context = context.narrowed(level=context.level / max(1, len(self.methods)))
        for method in self.methods:
            if context.expired():
                return undecided("the time limit was reached")
            try:
                result = method.check(statement, context)
            except Exception as error:  # the next method may still decide
                advice.append(f"{method.name}: {type(error).__name__}: {error}")
                continue
            if result.holds is not None:
                evidence = replace(
                    result.evidence, note="; ".join(filter(None, [result.evidence.note, f"by {method.name}"]))
                )
                return replace(result, evidence=evidence)
            advice.append(f"{method.name}: {result.advice}")
        return undecided("; ".join(advice))
