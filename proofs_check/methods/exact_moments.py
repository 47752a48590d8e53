"""An inequality about finite-width means that can be computed exactly: one layer, or any fixed depth without normalisation."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from proofs_check.finite_width.chain import ChainMean, chain_numbers
from proofs_check.finite_width.witness import witness
from proofs_check.methods.ball_inequality import BallInequality
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.induction_on_depth import InductionError, moment_recursion
from proofs_check.methods.one_step import OneStepError, expand_one_step
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence

MOST_LAYERS = 200


@dataclass(frozen=True)
class ExactMoments(Method):
    """Replace every finite-width mean by its exact value, confirmed by simulation, and judge the inequality that remains.

    Args:
        remainder: judges what remains.
        networks: how many networks the witness draws for each mean.
    """

    remainder: Method = field(default_factory=lambda: FirstOf((BallInequality(), PositiveCoefficients())))
    networks: int = 2000

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("exact moments judge inequalities")
        values: dict[Expr, Expr] = {}
        for node in chain_numbers(statement.left, statement.right):
            if not isinstance(node, ChainMean) or not (node.depth.is_Integer and 1 <= node.depth <= MOST_LAYERS):
                return undecided(
                    f"no exact value for {node}: it needs a mean at a fixed depth of at most {MOST_LAYERS}"
                )
            try:
                values[node] = _exact(node)
            except (InductionError, OneStepError) as error:
                return undecided(f"no exact value for {node}: {error}")
        if not values:
            return undecided("the statement contains no finite-width mean")
        seen = [witness(node, value, context, self.networks) for node, value in values.items()]  # type: ignore[arg-type]
        disagreeing = [w for w in seen if not w.agrees]
        if disagreeing:
            return undecided(f"exact value and simulation disagree: {disagreeing[0]}")
        result = self.remainder.check(statement.xreplace(values), context)
        if result.holds is not True:
            return result
        note = "; ".join(filter(None, [result.evidence.note, *map(str, seen)]))
        evidence = Evidence(note, enclosure=result.evidence.enclosure, samples=self.networks * len(seen))
        return StepResult(True, result.grounds, evidence)


def _exact(node: ChainMean) -> Expr:
    """The value of a mean.

    Raises:
        InductionError, OneStepError: none is known here.
    """
    if node.network.normalization is None:
        try:
            return moment_recursion(node).at(int(node.depth))
        except InductionError:
            if node.depth != 1:
                raise
    return expand_one_step(node)
