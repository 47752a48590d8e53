"""Tail bounds for one layer, Weyl's inequality and the union bound, as rules ``left side -> bound``; see `proofs_check.named_bounds`.

After one layer from exchangeable inputs an entry of G, and its trace, are averages over d independent rows of a quantity X of one
row.  Under batch normalisation X is bounded where the activation declares a growth bound, so that the theorems apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Rational, S, exp, sqrt

from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.finite_width.chain import ChainProbability
from proofs_check.finite_width.quantities import Eigenvalue, Entry, SquaredErrorToFixedPoint, Trace
from proofs_check.finite_width.union import AnyOf
from proofs_check.named_bounds import NamedBound
from proofs_check.statement import Relation, Statement
from theory.conventions import z
from theory.expectation import SphereMean
from theory.mean_field import fixed_point, row_law
from theory.network import BatchNorm, NetworkError

UP, DOWN = (Relation.GREATER, Relation.AT_LEAST), (Relation.LESS, Relation.AT_MOST)
BITS = 192
DIGITS = 25


@dataclass(frozen=True)
class Row:
    """A quantity X of one row: its mean, a bound of its second moment, and the interval it never leaves."""

    mean: Expr
    second_moment: Expr
    lower: Expr
    upper: Expr


def row_of(left: Expr) -> Row | None:
    """X for ``P(quantity >= t)`` after one layer; None where a hypothesis of the theorems below is not met.

    Hypotheses: one layer, orthonormal inputs (exchangeable), batch normalisation with epsilon = 0, no bias, a declared growth bound.
    """
    if not isinstance(left, ChainProbability) or left.depth != 1 or left.start is not None:
        return None
    network, growth, n = left.network, left.network.activation.growth, left.network.batch_size
    if (
        not isinstance(network.normalization, BatchNorm)
        or growth is None
        or not n.is_Integer
        or network.bias_variance != 0
    ):
        return None
    sigma, quantity = network.activation, left.event.quantity
    try:
        centered = network.require_sphere().centered
        single, pair = row_law(network, 1), row_law(network, 2)
    except NetworkError:
        return None
    if isinstance(quantity, Trace):
        mean = n * SphereMean(sigma(z[0]) ** 2, single)
        top = (growth.constant + growth.slope) ** 2 * n
        return Row(mean, top * mean, S.Zero, top)
    if not isinstance(quantity, Entry):
        return None
    most = (
        growth.constant + growth.slope * sqrt(n - 1 if centered else n)
    ) ** 2  # |z_i| <= sqrt(n - 1) where the row is centred
    if quantity.row == quantity.column:
        mean = SphereMean(sigma(z[0]) ** 2, single)
        return Row(mean, most * mean, S.Zero, most)
    return Row(
        SphereMean(sigma(z[0]) * sigma(z[1]), pair), SphereMean(sigma(z[0]) ** 2 * sigma(z[1]) ** 2, pair), -most, most
    )


def _deviation(left: Expr, mean: Expr) -> Expr | None:
    """How far beyond the mean the event asks the average to be; None if balls do not show that it is beyond."""
    event = left.event  # type: ignore[attr-defined]
    gap = event.threshold - mean if event.relation in UP else mean - event.threshold if event.relation in DOWN else None
    if (
        gap is None
        or gap.free_symbols
        or compare_at(Statement(S.Zero, Relation.LESS, gap), {}, BITS).truth is not Truth.TRUE
    ):
        return None
    return gap


def bernstein(left: Expr) -> Iterator[NamedBound]:
    """``P(average of X - E X >= t) <= exp(-d t^2 / (2 v + 2 b t/3))``, v >= Var X, X - E X <= b; and so below the mean."""
    row = row_of(left)
    gap = None if row is None else _deviation(left, row.mean)
    if row is None or gap is None:
        return
    spread = row.upper - row.mean if left.event.relation in UP else row.mean - row.lower  # type: ignore[attr-defined]
    variance = row.second_moment - row.mean**2
    bound = exp(-left.width * gap**2 / (2 * variance + Rational(2, 3) * spread * gap))  # type: ignore[attr-defined]
    yield NamedBound(bound, "Bernstein's inequality")


def hoeffding(left: Expr) -> Iterator[NamedBound]:
    """``P(average of X - E X >= t) <= exp(-2 d t^2/(u - l)^2)`` for l <= X <= u; and so below the mean."""
    row = row_of(left)
    gap = None if row is None else _deviation(left, row.mean)
    if row is not None and gap is not None:
        yield NamedBound(exp(-2 * left.width * gap**2 / (row.upper - row.lower) ** 2), "Hoeffding's inequality")  # type: ignore[attr-defined]


def weyl(left: Expr) -> Iterator[NamedBound]:
    """``P(lambda_k(G) >= s) <= P(||G - G_*||_F^2 >= (s - lambda_k(G_*))^2)`` for s beyond lambda_k(G_*), and so below it.

    Weyl: ``|lambda_k(G) - lambda_k(G_*)| <= ||G - G_*||``, eigenvalues in increasing order, and the operator norm is at most
    the Frobenius norm.  Hypotheses: G_* exists, and s lies certainly beyond its eigenvalue.
    """
    if not isinstance(left, ChainProbability) or not isinstance(left.event.quantity, Eigenvalue):
        return
    network, n = left.network, left.network.batch_size
    if not isinstance(network.normalization, BatchNorm) or not n.is_Integer:
        return
    try:
        gram = fixed_point(network)
    except NetworkError:
        return
    sigma = network.activation
    means = (
        (gram.diagonal, SphereMean(sigma(z[0]) ** 2, row_law(network, 1))),
        (gram.off_diagonal, SphereMean(sigma(z[0]) * sigma(z[1]), row_law(network, 2))),
    )
    if not all(form == mean or agree_closely(form, mean, BITS, DIGITS) for form, mean in means):
        return  # a closed form may rest on a dual that the activation declares
    other, place = gram.top_eigenvalue, left.event.quantity.place
    above = compare_at(Statement(gram.mu, Relation.AT_MOST, other), {}, BITS).truth
    if above is Truth.UNDECIDED:
        return
    simple = int(n) - 1 if above is Truth.TRUE else 0  # place of the eigenvalue along (1, ..., 1)
    gap = _deviation(left, other if place == simple else gram.mu)
    if gap is not None:
        from proofs_check.finite_width.chain import Event

        event = Event(SquaredErrorToFixedPoint(), Relation.AT_LEAST, gap**2)
        yield NamedBound(ChainProbability(event, network, left.width, left.depth, left.start), "Weyl's inequality")


def union_bound(left: Expr) -> Iterator[NamedBound]:
    """``P(A_1 or ... or A_k) <= P(A_1) + ... + P(A_k)``; no hypotheses."""
    if not isinstance(left, ChainProbability) or not isinstance(left.event.quantity, AnyOf):
        return
    if left.event.relation is not Relation.GREATER or left.event.threshold != S.Half:
        return
    parts = [ChainProbability(e, left.network, left.width, left.depth, left.start) for e in left.event.quantity.events]
    yield NamedBound(sum(parts, S.Zero), "the union bound")
