"""Inequalities with a name, applied where their hypotheses are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sympy import Expr
from sympy.core.function import AppliedUndef

from numerics.simulation.starting_gram import DegenerateGramError
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.domain import is_finite, sample_points
from proofs_check.finite_width.chain import ChainProbability, chain_numbers
from proofs_check.finite_width.existence import doubt
from proofs_check.finite_width.sampling import Sampler
from proofs_check.methods.ball_inequality import BallInequality
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.methods.refutation import refutation
from proofs_check.named_bounds import NamedBound, cauchy_schwarz, markov, pinelis
from proofs_check.normal_form import normal_form, vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.tail_bounds import bernstein, hoeffding, union_bound, weyl
from proofs_check.verdict import Evidence, Grounds

DRAWN = 64
MOST_TRIES = 64
RULES: tuple[Callable[[Expr], Iterator[NamedBound]], ...] = (
    cauchy_schwarz, union_bound, weyl, pinelis, bernstein, hoeffding, markov,
)  # fmt: skip


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
        context = context.narrowed(level=context.level / (1 + MOST_TRIES))  # each try may decide by simulation
        found = refutation(statement, context, 8)
        if found is not None:
            return found
        gone = _degenerate(statement, context)
        if gone:
            return undecided(gone)
        tried = []
        doubts = tuple(dict.fromkeys(filter(None, map(doubt, chain_numbers(up.left, up.right)))))
        for rule in RULES:
            for named in rule(up.left):
                tried.append(named.theorem)
                if len(tried) > MOST_TRIES:
                    break
                cites = named.cites + doubts
                grounds = Grounds.SIMULATION if doubts else Grounds.CITATION if cites else Grounds.EXACT
                if up.relation is Relation.AT_MOST and covers(named.bound, up.right):
                    if not _has_value(up.right):
                        return undecided(f"{up.right} is not shown to be finite")
                    return StepResult(True, grounds, Evidence(f"by {named.theorem}"), cites=cites)
                rest = Statement(named.bound, up.relation, up.right)
                if not rest.free_symbols and not is_finite(context.domain):
                    rest_context = context.narrowed(domain=())
                else:
                    rest_context = context
                result = self.remainder.check(rest, rest_context)
                if result.holds:
                    note = f"by {named.theorem}, whose bound is below the right side ({result.evidence.note})"
                    return StepResult(True, min(grounds, result.grounds), Evidence(note), cites=cites)
        if not tried:
            return undecided("no known inequality has this left side")
        return undecided(
            f"{', '.join(dict.fromkeys(tried))} apply, but their bounds are not shown to be below the right side"
        )


def _degenerate(statement: Statement, context: Context) -> str:
    """What keeps a drawn network from having the numbers of a statement, such as samples that become alike; empty if nothing was seen."""
    point = next(iter(sample_points(context.domain, 1)), {})
    for place, node in enumerate(chain_numbers(statement.left, statement.right)):
        try:
            Sampler(node.subs(point), 0.5, context.seed, (*context.key, "exists", str(place))).values(DRAWN)
        except DegenerateGramError as error:
            return f"{node} does not exist: {error}"
        except Exception:  # a setting that cannot be drawn shows nothing
            continue
    return ""


def _has_value(right: Expr) -> bool:
    """Whether balls find a value, where they can: not of a finite-width number, an arbitrary function, or under a symbol."""
    if right.free_symbols or right.has(AppliedUndef) or chain_numbers(right):
        return True
    return compare_at(Statement(right, Relation.EQUAL, right), {}, 128).left.ball is not None


def covers(bound: Expr, right: Expr) -> bool:
    """Whether bound <= right because they are one expression, or probabilities of two events the first of which implies the other."""
    if vanishes(normal_form(bound) - normal_form(right)):
        return True
    if not (isinstance(bound, ChainProbability) and isinstance(right, ChainProbability)):
        return False
    event, other = bound.event, right.event
    upward = (Relation.GREATER, Relation.AT_LEAST)
    same = bound == ChainProbability(event, right.network, right.width, right.depth, right.start)
    if not same or event.quantity != other.quantity or event.relation not in upward or other.relation not in upward:
        return False
    return compare_at(Statement(other.threshold, Relation.LESS, event.threshold), {}, 192).truth is Truth.TRUE
