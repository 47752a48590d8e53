"""Inequalities with a name, each a rule ``left side -> bound`` whose hypotheses are checked: Cauchy-Schwarz, Jensen, Markov, Pinelis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Abs, Dummy, Expr, Mul, Pow, S, exp, sqrt

from proofs_check.finite_width.chain import ChainMean, ChainProbability
from proofs_check.finite_width.quantities import GramStatistic, SquaredErrorToOrbit
from proofs_check.normal_form import normal_form
from proofs_check.statement import Relation
from theory.expectation import GaussianMean, Mean, SphereMean
from theory.network import BatchNorm

MOST_FACTORS = 6


@dataclass(frozen=True)
class NamedBound:
    """``left <= bound``, by a theorem whose hypotheses hold here.

    Args:
        bound: the right side that the theorem gives.
        theorem: its name.
        cites: where it stands, if it is more than a line; the verdict rests on it.
    """

    bound: Expr
    theorem: str
    cites: tuple[str, ...] = ()


def cauchy_schwarz(left: Expr) -> Iterator[NamedBound]:
    """``(E f g)^2 <= E f^2 E g^2`` and ``|E f g| <= sqrt(E f^2 E g^2)``, for every split of the factors; g = 1 is Jensen.

    Hypothesis: f and g are real; where a second moment is infinite the bound says nothing and is not used (no enclosure).
    """
    squared = isinstance(left, Pow) and left.exp == 2 and isinstance(left.base, (GaussianMean, SphereMean))
    mean = left.base if squared else left.args[0] if isinstance(left, Abs) else left  # type: ignore[attr-defined]
    if not isinstance(mean, (GaussianMean, SphereMean)):
        return
    factors = _factors(mean.expression)
    real = {v: Dummy(real=True) for v in mean.law.variables}
    if len(factors) > MOST_FACTORS or not all(f.xreplace(real).is_extended_real for f in factors):
        return  # a product may be real where its factors are not, and then their squares are negative
    for mask in range(2 ** (len(factors) - 1)):
        f = Mul(*(factor for k, factor in enumerate(factors) if not mask >> k & 1))
        g = Mul(*(factor for k, factor in enumerate(factors) if mask >> k & 1))
        product = _square_mean(mean, f) * _square_mean(mean, g)
        name = "Jensen's inequality" if g == 1 else "the Cauchy-Schwarz inequality"
        yield NamedBound(product if squared else sqrt(product), name)


def _factors(body: Expr) -> list[Expr]:
    """Factors of a product, whole powers written out."""
    found: list[Expr] = []
    for factor in Mul.make_args(body):
        power = factor.exp if isinstance(factor, Pow) and factor.exp.is_Integer and 2 <= factor.exp <= 4 else None
        found.extend([factor] if power is None else [factor.base] * int(power))  # type: ignore[attr-defined]
    return found


def _square_mean(mean: Mean, body: Expr) -> Expr:
    return S.One if body == 1 else normal_form(mean.func(body**2, mean.law))


def markov(left: Expr) -> Iterator[NamedBound]:
    """``P(X >= t) <= E X / t``; hypotheses: X is nonnegative for this network, t > 0; of a user's quantity the verdict rests on that."""
    if not isinstance(left, ChainProbability) or left.event.relation not in (Relation.GREATER, Relation.AT_LEAST):
        return
    event = left.event
    if (
        event.threshold.is_positive
        and left.network.batch_size.is_Integer
        and event.quantity.range(left.network)[0] >= 0
    ):
        whole = ChainMean(event.quantity, left.network, left.width, left.depth, left.start)
        ours = type(event.quantity).__module__.startswith("proofs_check.") and not isinstance(
            event.quantity, GramStatistic
        )
        declared = () if ours else (f"{event.quantity.unicode()} is never negative, as declared",)
        yield NamedBound(whole / event.threshold, "Markov's inequality", declared)


def pinelis(left: Expr) -> Iterator[NamedBound]:
    """``P(||G_1 - F(G_0)||_F^2 >= t) <= 2 exp(-d t/(4 R^2))``.

    Hypotheses: one layer, batch normalisation, and the growth bound |sigma(x)| <= a0 + a1|x| declared by the activation, which gives
    R = (a0 + a1)^2 n.  The d terms s s^T are independent of norm at most R; as s^T F s >= 0, centring leaves at most sqrt(2) R.
    """
    if not isinstance(left, ChainProbability) or left.event.relation not in (Relation.GREATER, Relation.AT_LEAST):
        return
    network, growth = left.network, left.network.activation.growth
    one_layer = left.depth == 1 and isinstance(left.event.quantity, SquaredErrorToOrbit)
    if (
        one_layer
        and isinstance(network.normalization, BatchNorm)
        and growth is not None
        and left.event.threshold.is_positive
    ):
        radius = (growth.constant + growth.slope) ** 2 * network.batch_size
        bound = 2 * exp(-left.width * left.event.threshold / (4 * radius**2))
        yield NamedBound(bound, "Pinelis' inequality", ("pinelis1994, Hoeffding's inequality in a Hilbert space",))
