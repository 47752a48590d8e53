"""Finite-width means after one layer, exactly: averages over independent neurons expand over set partitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, ImmutableDenseMatrix, S

from proofs_check.finite_width.chain import ChainMean, chain_numbers
from proofs_check.finite_width.quantities import (
    Entry,
    EntryProduct,
    SquaredErrorToFixedPoint,
    SquaredErrorToOrbit,
    Trace,
)
from proofs_check.finite_width.witness import witness
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.exact_identity import ExactIdentity
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence
from theory.conventions import z
from theory.expectation import GaussianLaw, SphereLaw
from theory.network import BatchNorm, Network
from theory.neuron_averages import average_moment, mean_under


class OneStepError(ValueError):
    """The mean after one step has no expansion here; the message says why."""


def expand_one_step(node: ChainMean) -> Expr:
    """A ChainMean of depth 1 from orthonormal inputs or an exchangeable start, in unevaluated means of one neuron, symbolic in n and d.

    Raises:
        OneStepError: another depth, start, normalisation or quantity.
    """
    if node.depth != 1:
        raise OneStepError(f"the expansion is of one layer, not {node.depth}")
    network, n, d = node.network, node.network.batch_size, node.width
    if node.start is not None and not _seen_as_orthonormal(network, node.start):
        raise OneStepError(
            "the expansion starts from orthonormal inputs, or from what batch normalisation takes for them: p I + q 11^T with p > 0 "
            "(q = 0 without centring); leave the start out"
        )
    if isinstance(network.normalization, BatchNorm):
        centered = network.require_sphere().centered

        def law(count: int) -> SphereLaw | GaussianLaw:
            return SphereLaw(z[:count], n, centered)
    elif network.normalization is None:
        spread, shift = network.weight_variance, network.bias_variance

        def law(count: int) -> SphereLaw | GaussianLaw:
            return GaussianLaw(z[:count], [[spread * int(i == j) + shift for j in range(count)] for i in range(count)])
    else:
        raise OneStepError("layer and RMS normalisation couple the neurons: rows are not independent")
    s = [network.activation(v) for v in z]

    def second_moment_about_mean(count: int, factor: Expr) -> Expr:
        mean = mean_under(law(count), factor)
        square = average_moment([factor, factor], law(count), d)
        return square - 2 * mean * average_moment([factor], law(count), d) + mean**2

    quantity = node.quantity
    if isinstance(quantity, Entry):
        return _entry_moment([quantity], s, law, d)
    if isinstance(quantity, EntryProduct):
        return _entry_moment([quantity.first, quantity.second], s, law, d)
    if isinstance(quantity, Trace):
        return n * average_moment([s[0] ** 2], law(1), d)
    if isinstance(quantity, SquaredErrorToOrbit) or (
        isinstance(quantity, SquaredErrorToFixedPoint) and isinstance(network.normalization, BatchNorm)
    ):
        # n diagonal entries, n(n-1) others, alike by exchangeability; the orbit's first point is the mean, and under batch
        # normalisation from an exchangeable start it is the fixed point
        return n * second_moment_about_mean(1, s[0] ** 2) + n * (n - 1) * second_moment_about_mean(2, s[0] * s[1])
    raise OneStepError(f"no one-step expansion for {quantity}")


def _seen_as_orthonormal(network: Network, start: ImmutableDenseMatrix) -> bool:
    """Whether a row drawn from the start has the direction of one drawn from I: centring removes 1, the norm removes the scale."""
    if not isinstance(network.normalization, BatchNorm):
        return False
    n = start.rows
    diagonal = {start[i, i] for i in range(n)}
    off = {start[i, j] for i in range(n) for j in range(n) if i != j}
    if len(diagonal) != 1 or len(off) > 1:
        return False
    common = off.pop() if off else S.Zero
    spread = diagonal.pop() - common
    return bool(spread.is_positive) and (network.require_sphere().centered or common == 0)


def _entry_moment(entries: list[Entry], s: list[Expr], law, d: Expr) -> Expr:  # type: ignore[no-untyped-def]
    places = list(dict.fromkeys(p for e in entries for p in (e.row, e.column)))
    index = {p: i for i, p in enumerate(places)}
    return average_moment([s[index[e.row]] * s[index[e.column]] for e in entries], law(len(places)), d)


@dataclass(frozen=True)
class OneStep(Method):
    """An equality whose finite-width means are of one layer: expanded exactly, the expansion confirmed by simulation.

    Args:
        identity: how the expanded equality is judged.
        networks: how many networks the witness draws for each mean.
    """

    identity: Method = field(default_factory=ExactIdentity)
    networks: int = 4000

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is not Relation.EQUAL:
            return undecided("one-step expansion judges equalities")
        nodes = chain_numbers(statement.left, statement.right)
        try:
            expansions = {node: expand_one_step(node) for node in nodes}
        except OneStepError as error:
            return undecided(str(error))
        seen = [witness(node, expansion, context, self.networks) for node, expansion in expansions.items()]
        disagreeing = [w for w in seen if not w.agrees]
        if disagreeing:
            return undecided(f"expansion and simulation disagree: {disagreeing[0]}")
        result = self.identity.check(statement.xreplace(expansions), context)
        if result.holds is not True:
            return result
        note = "; ".join([result.evidence.note, *map(str, seen)])
        return StepResult(True, result.grounds, Evidence(note, samples=self.networks * len(seen)))
