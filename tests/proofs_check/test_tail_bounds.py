"""Bernstein, Hoeffding, Weyl and the union bound: what they give, and that nothing beyond it is accepted."""

import pytest
from sympy import Integer, Rational, S, exp, sqrt

from proofs_check import (
    ChainProbability,
    Choices,
    Claim,
    Eigenvalue,
    Entry,
    Event,
    Outcome,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    Trace,
    Variable,
    any_of,
    at_most,
    judge,
    less,
)
from proofs_check.methods import KnownInequality
from proofs_check.tail_bounds import bernstein, hoeffding, weyl
from theory import Network, fixed_point
from theory.conventions import width as d

relu = Network("relu", batch_size=4)
HALF, UP, DOWN = S.Half, Relation.AT_LEAST, Relation.AT_MOST


def probability(quantity, relation, threshold, width=64, depth=1, network=relu):
    return ChainProbability(Event(quantity, relation, threshold), network, width, depth)


def outcome(statement, *domain):
    steps = (ProofStep("s", statement, by=KnownInequality()),)
    return judge(Claim(statement, domain, steps=steps)).outcome


# X = relu(z_1)^2 lies in [0, 3] with mean 1/2 and E X^2 <= 3/2; off the diagonal |X| <= 3
DIAGONAL = exp(-64 * Rational(1, 4) / (2 * (Rational(3, 2) - Rational(1, 4)) + Rational(2, 3) * Rational(5, 2) * HALF))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (probability(Entry(0, 0), UP, 1), DIAGONAL * Rational(101, 100)),
        (
            probability(Entry(0, 0), DOWN, Rational(1, 10)),
            Rational(101, 100) * exp(-Rational(1024, 100) * Rational(30, 79)),
        ),
        (probability(Trace(), Relation.GREATER, 3), Rational(101, 100) * exp(-8)),
    ],
    ids=str,
)
def test_what_the_theorems_give_is_proved_and_less_is_not(left, right):
    assert outcome(at_most(left, right)) is Outcome.PROVED
    assert outcome(at_most(left, right * Rational(98, 100))) is not Outcome.PROVED


def test_the_bound_holds_over_several_widths():
    statement = less(probability(Entry(0, 1), UP, 1, width=d), Rational(1, 4))
    assert outcome(statement, Variable(d, Choices((64, 256)))) is Outcome.PROVED


@pytest.mark.parametrize(
    "left",
    [
        probability(Entry(0, 0), UP, 1, depth=2),  # rows of later layers are not independent of G
        probability(Entry(0, 0), UP, Rational(1, 2)),  # not beyond the mean
        probability(Entry(0, 0), UP, Rational(1, 3)),
        probability(Entry(0, 0), DOWN, Rational(2, 3)),
        probability(Entry(0, 0), UP, 1, network=Network("relu", None, 4)),  # X is unbounded
        probability(Entry(0, 0), UP, 1, network=Network("exp", batch_size=4)),  # no growth bound
        ChainProbability(Event(Trace(), UP, 3), relu, 64, 1, start=[[2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
    ],
    ids=str,
)  # fmt: skip
def test_no_bound_where_a_hypothesis_fails(left):
    assert not list(bernstein(left))
    assert not list(hoeffding(left))


def test_eigenvalues_move_no_further_than_the_matrix():
    gram = fixed_point(relu)
    far = probability(Eigenvalue(0), UP, gram.mu + 1, depth=3)
    exact = probability(SquaredErrorToFixedPoint(), UP, Integer(1), depth=3)
    assert [b.theorem for b in weyl(far)] == ["Weyl's inequality"]
    assert outcome(at_most(far, exact)) is Outcome.PROVED
    assert (
        outcome(at_most(far, probability(SquaredErrorToFixedPoint(), UP, Rational(99, 100), depth=3))) is Outcome.PROVED
    )
    assert (
        outcome(at_most(far, probability(SquaredErrorToFixedPoint(), UP, Rational(101, 100), depth=3)))
        is not Outcome.PROVED
    )
    # the last eigenvalue is the other one: the same threshold lies closer to it
    assert gram.top_eigenvalue.evalf() > gram.mu.evalf()
    top = probability(Eigenvalue(3), UP, gram.mu + 1, depth=3)
    assert outcome(at_most(top, exact)) is not Outcome.PROVED
    assert not list(weyl(probability(Eigenvalue(0), UP, gram.mu)))
    assert not list(weyl(probability(Eigenvalue(0), UP, sqrt(2), network=Network("relu", None, 4))))


def test_the_union_bound_and_nothing_below_it():
    first, second = Event(Entry(0, 0), UP, 1), Event(Entry(1, 1), UP, 1)
    both = ChainProbability(any_of(first, second), relu, 64, 3)
    one, other = (ChainProbability(e, relu, 64, 3) for e in (first, second))
    assert outcome(at_most(both, one + other)) is Outcome.PROVED
    assert outcome(at_most(both, one)) is not Outcome.PROVED
    assert outcome(at_most(both, one + ChainProbability(second, relu, 65, 3))) is not Outcome.PROVED
    rare = ChainProbability(any_of(Event(Trace(), UP, 3), Event(Trace(), DOWN, 1)), relu, 64, 2)
    assert judge(Claim(less(rare, HALF))).outcome is Outcome.SUPPORTED
    assert judge(Claim(less(HALF, rare))).outcome is Outcome.REFUTED
