"""Float64 rounding decides nothing: statements that hold or fail by less than rounding stay open."""

import pytest
from sympy import Rational

from proofs_check import (
    ChainMean,
    ChainProbability,
    Claim,
    Eigenvalue,
    Entry,
    Event,
    Hypothesis,
    Interval,
    Outcome,
    Relation,
    SquaredErrorToFixedPoint,
    Trace,
    Variable,
    at_least,
    at_most,
    equal,
    greater,
    judge,
    less,
)
from proofs_check.statement import StatementError
from theory import Network
from theory.conventions import rho

# two samples, linear, centred: G is [[1, -1], [-1, 1]] exactly at every width and depth
TWO = Network("identity", "batch", 2)
ERROR = ChainMean(SquaredErrorToFixedPoint(), TWO, 7, 3)
TRACE = ChainMean(Trace(), TWO, 7, 3)


def event(relation, threshold):
    return ChainProbability(Event(Trace(), relation, threshold), TWO, 7, 3)


FALSE_BY_LESS_THAN_ROUNDING = [
    greater(ERROR, 0),
    greater(10**40 * ERROR, 10),
    at_most(TRACE, 2 - Rational(1, 10**17)),
    at_most(10**17 * TRACE, 2 * 10**17 - 10),
    at_least(event(Relation.AT_LEAST, 3), Rational(1, 10**400)),
    at_most(event(Relation.AT_LEAST, 1), 1 - Rational(1, 10**17)),
]
TRUE_BY_LESS_THAN_ROUNDING = [at_most(ERROR, 0), equal(ERROR, 0)]
TRUE_AT_THE_EDGE_OF_A_RANGE = [
    at_most(ChainMean(Trace(), Network("identity", "batch", 5), 16, 3), 6),
    at_least(ChainMean(Eigenvalue(0), Network("relu", batch_size=4), 8, 3), -1),
    at_most(ChainMean(Entry(0, 0), Network("relu", batch_size=3), 7, 0, [[100, 0, 0], [0, 100, 0], [0, 0, 100]]), 101),
]


@pytest.mark.parametrize("statement", FALSE_BY_LESS_THAN_ROUNDING, ids=str)
def test_what_is_false_by_less_than_rounding_is_not_supported(statement):
    assert judge(Claim(statement, id="x")).outcome in (Outcome.GAP, Outcome.REFUTED)


@pytest.mark.parametrize("statement", TRUE_BY_LESS_THAN_ROUNDING, ids=str)
def test_what_is_true_by_less_than_rounding_is_not_refuted(statement):
    assert judge(Claim(statement, id="x")).outcome is not Outcome.REFUTED


@pytest.mark.parametrize("statement", TRUE_AT_THE_EDGE_OF_A_RANGE, ids=str)
def test_a_quantity_at_the_edge_of_its_range_can_be_judged(statement):
    assert judge(Claim(statement, id="x")).outcome is Outcome.SUPPORTED


def test_a_number_too_long_to_print_is_refused_when_it_is_stated():
    with pytest.raises(StatementError, match="bits"):
        greater(rho, Rational(1, 10**5000))


def test_a_claim_that_is_its_own_hypothesis_follows():
    given = less(rho, Rational(1, 2))
    claim = Claim(
        given, domain=(Variable(rho, Interval(0, 1)),), hypotheses=(Hypothesis("rho < 1/2", statement=given),)
    )
    assert judge(claim).outcome is Outcome.PROVED
