"""Whether the numbers of a finite network exist: whether normalisation divides by zero with probability 0 in every layer."""

from __future__ import annotations

import functools
from typing import Any

from sympy import Expr, S, Symbol

from proofs_check.domains.domain import Interval, Variable
from proofs_check.finite_width.chain import ChainProbability, chain_numbers
from proofs_check.finite_width.quantities import GramStatistic
from proofs_check.methods.base import Context, Method
from proofs_check.statement import Statement, at_most, less
from theory.conventions import x
from theory.network import BatchNorm, Network

SECONDS = 2.0


def doubt(node: Any) -> str:
    """Why a network of a finite-width number might divide by zero in a layer after the first; empty where it is shown never to.

    The first layer divides by what the start says.  Later, a centred row has a positive and a negative entry, and they differ after an
    activation with sigma(-t) <= sigma(0) < sigma(t) for t > 0, or the reverse; a row that is not centred is not 0, and stays so after an
    activation whose only zero is 0.

    >>> from proofs_check.finite_width.chain import ChainMean
    >>> from proofs_check.finite_width.quantities import Trace
    >>> from theory.network import Network
    >>> doubt(ChainMean(Trace(), Network("relu", batch_size=4), 8, 3))
    ''
    >>> print(doubt(ChainMean(Trace(), Network("relu", "batch-uncentered", 4), 8, 3)))
    no layer of relu without centring has samples that are all 0: not shown, none of the networks drawn has
    """
    network, depth = node.network, node.depth
    kind = network.normalization
    if kind is None or (depth.is_Integer and depth <= 1) or (isinstance(kind, BatchNorm) and kind.epsilon.is_positive):
        return ""
    centred = isinstance(kind, BatchNorm) and kind.centered
    formula = network.activation.formula
    if isinstance(kind, BatchNorm) and (_separates(formula) if centred else _stays_nonzero(network)):
        return ""
    where, what = ("", "alike") if centred else (" without centring", "0")
    if not isinstance(kind, BatchNorm):
        where, what = f" under {network.normalization_key} normalisation", "0, or alike"
    return f"no layer of {network.activation.name}{where} has samples that are all {what}: not shown, none of the networks drawn has"


def declared(node: Any) -> str:
    """The range that a user's quantity is declared to stay in, where a confidence sequence rests on it."""
    if isinstance(node, ChainProbability):  # between 0 and 1
        return ""
    quantity = node.quantity
    if type(quantity).__module__.startswith("proofs_check.") and not isinstance(quantity, GramStatistic):
        return ""
    low, high = quantity.range(node.network)
    ends = [f"at least {low:g}"] if low > -float("inf") else []
    ends += [] if high is None else [f"at most {high:g}"]
    name = quantity.name if isinstance(quantity, GramStatistic) else quantity.unicode()
    return f"the declared range of {name!r}: {' and '.join(ends)}" if ends else ""


def trusted(*expressions: Expr) -> tuple[str, ...]:
    """What a verdict about the finite-width numbers in some expressions rests on beside the networks drawn."""
    said = (text for node in chain_numbers(*expressions) for text in (doubt(node), declared(node)) if text)
    return tuple(dict.fromkeys(said))


def _stays_nonzero(network: Network) -> bool:
    return bool(network.bias_variance.is_positive) or _has_no_other_zero(network.activation.formula)


@functools.lru_cache(maxsize=256)
def _separates(formula: Expr) -> bool:
    """Whether no value is taken both at a positive and at a negative number."""
    t = Symbol("t", positive=True)
    above, below, zero = (formula.xreplace({x: value}) for value in (t, -t, S.Zero))
    return any(
        _shown(less(zero, s * (above - zero) + zero), t) and _shown(at_most(s * (below - zero), S.Zero), t)
        for s in (1, -1)
    )


@functools.lru_cache(maxsize=256)
def _has_no_other_zero(formula: Expr) -> bool:
    t = Symbol("t", positive=True)
    sides = [formula.xreplace({x: value}) for value in (t, -t)]
    return all(any(_shown(less(S.Zero, s * side), t) for s in (1, -1)) for side in sides)


def _shown(statement: Statement, t: Symbol) -> bool:
    from proofs_check.methods import ByCertificate, FirstOf, Monotonicity, PositiveCoefficients
    from proofs_check.time_limit import TimeLimitReached, time_limit

    method: Method = FirstOf((PositiveCoefficients(), Monotonicity(), ByCertificate()))
    try:
        with time_limit(SECONDS):
            return bool(method.check(statement, Context((Variable(t, Interval(0, S.Infinity, True)),))).holds)
    except TimeLimitReached:
        return False
