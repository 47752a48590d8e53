"""Inequalities with a name, applied where their hypotheses are checked: Cauchy-Schwarz, Jensen for the square, Markov, Pinelis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sympy import Abs, Expr, Mul, Pow, S, exp, sqrt

from proofs_check.chain import ChainMean, ChainProbability
from proofs_check.domain import is_finite
from proofs_check.methods.ball_inequality import BallInequality
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.methods.refutation import refutation
from proofs_check.normal_form import normal_form, vanishes
from proofs_check.quantities import SquaredErrorToOrbit
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds
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
    if not isinstance(mean, (GaussianMean, SphereMean)) or mean.expression.is_real is False:
        return
    factors = _factors(mean.expression)
    if len(factors) > MOST_FACTORS:
        return
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
    """``P(X >= t) <= E X / t``; hypotheses: X is nonnegative for this network, t > 0."""
    if not isinstance(left, ChainProbability) or left.event.relation not in (Relation.GREATER, Relation.AT_LEAST):
        return
    event = left.event
    if (
        event.threshold.is_positive
        and left.network.batch_size.is_Integer
        and event.quantity.range(left.network)[0] >= 0
    ):
        whole = ChainMean(event.quantity, left.network, left.width, left.depth, left.start)
        yield NamedBound(whole / event.threshold, "Markov's inequality")


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


RULES: tuple[Callable[[Expr], Iterator[NamedBound]], ...] = (cauchy_schwarz, markov, pinelis)


@dataclass(frozen=True)
class KnownInequality(Method):
    """left <= right, because a theorem gives left <= bound and bound <= right is shown.

    Args:
        remainder: how bound <= right is judged where the two are not the same expression.
    """

    remainder: Method = field(default_factory=lambda: FirstOf((BallInequality(), PositiveCoefficients(), Cover())))

    def check(self, statement: Statement, context: Context) -> StepResult:
        up = statement.upward
        if up.relation is Relation.EQUAL:
            return undecided("known inequalities judge inequalities")
        found = refutation(statement, context, 8)
        if found is not None:
            return found
        tried = []
        for rule in RULES:
            for named in rule(up.left):
                tried.append(named.theorem)
                grounds = Grounds.CITATION if named.cites else Grounds.EXACT
                if up.relation is Relation.AT_MOST and vanishes(normal_form(named.bound) - normal_form(up.right)):
                    return StepResult(True, grounds, Evidence(f"by {named.theorem}"), cites=named.cites)
                rest = Statement(named.bound, up.relation, up.right)
                if not rest.free_symbols and not is_finite(context.domain):
                    rest_context = context.narrowed(domain=())
                else:
                    rest_context = context
                result = self.remainder.check(rest, rest_context)
                if result.holds:
                    note = f"by {named.theorem}, whose bound is below the right side ({result.evidence.note})"
                    return StepResult(True, min(grounds, result.grounds), Evidence(note), cites=named.cites)
        if not tried:
            return undecided("no known inequality has this left side")
        return undecided(
            f"{', '.join(dict.fromkeys(tried))} apply, but their bounds are not shown to be below the right side"
        )
