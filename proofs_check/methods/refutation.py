"""Look for a violation of a statement: enclosures at hard, random and optimised points, networks at a few settings."""

from __future__ import annotations

from proofs_check.domains.domain import sample_points
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.methods.base import Context, StepResult, shown_point
from proofs_check.search import find_violation
from proofs_check.statement import Statement
from proofs_check.verdict import Evidence, Grounds


def refutation(
    statement: Statement, context: Context, most: int = 24, networks: int = 2000, seconds: float = 2.0
) -> StepResult | None:
    """A result that says the statement is false, or None where nothing was found (which proves nothing).

    Statements about finite width are tested on simulated networks at up to three settings of the domain.
    """
    if chain_numbers(statement.left, statement.right):
        return _by_networks(statement, context, networks)
    found = find_violation(statement, context.domain, bits=context.bits, seed=context.seed, hard=most, seconds=seconds)
    if found is None:
        return None
    point, comparison = found
    evidence = Evidence("the enclosures contradict it", shown_point(point), comparison.shown)
    return StepResult(False, Grounds.ENCLOSURE, evidence)


def _by_networks(statement: Statement, context: Context, networks: int) -> StepResult | None:
    from proofs_check.methods.simulation import Simulation

    points = list(sample_points(context.domain, 3))
    for place, point in enumerate(points):
        if context.expired():
            return None
        here = context.narrowed(
            domain=(), level=context.level / len(points), key=(*context.key, "refutation", str(place))
        )
        try:
            result = Simulation(networks=networks).check(statement.subs(dict(point)) if point else statement, here)
        except Exception:  # a setting that cannot be simulated refutes nothing
            continue
        if result.holds is False:
            evidence = result.evidence
            if point and evidence.counterexample is None:
                from dataclasses import replace

                evidence = replace(evidence, counterexample=shown_point(point))
            return StepResult(False, Grounds.SIMULATION, evidence, cites=result.cites)
    return None
