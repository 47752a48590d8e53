"""Statements, domains and claims: what is built, what is refused."""

import pytest
from sympy import Float, Integer, Matrix, Rational, S, Symbol, sqrt

from proofs_check import (
    ChainMean,
    ChainProbability,
    Choices,
    Claim,
    Entry,
    Event,
    Integers,
    Interval,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    Statement,
    Trace,
    Variable,
    at_least,
    at_most,
    equal,
    greater,
    less,
)
from proofs_check.claim import ClaimError
from proofs_check.domains.domain import DomainError, all_points, is_finite, sample_points
from proofs_check.finite_width.quantities import QuantityError
from proofs_check.statement import StatementError
from theory import Network
from theory.conventions import batch_size, depth, width

a = Symbol("a", real=True)


def test_a_statement_keeps_its_sides_apart():
    # sympy's own relation would evaluate to True here
    assert less(Integer(1), Integer(2)).left == 1
    assert str(at_most(sqrt(2), 2)) == "sqrt(2) <= 2"
    assert greater(a, 1).upward == less(1, a)
    assert at_least(a, 1).upward == at_most(1, a)


@pytest.mark.parametrize(
    ("left", "right", "names"),
    [(0.5, 1, "Rational"), (Matrix([1, 2]), 1, "shape"), (a < 1, 1, "scalar"), (S.ImaginaryUnit, 1, "not real")],
)
def test_a_statement_refuses_what_is_no_real_scalar(left, right, names):
    with pytest.raises(StatementError, match=names):
        less(left, right)


def test_statement_errors_of_relation_and_truth():
    with pytest.raises(StatementError, match="Relation"):
        Statement(a, "<", a)
    with pytest.raises(TypeError, match="judged"):
        bool(less(1, 2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Interval(1, 0),
        lambda: Interval(0, 0, left_open=True),
        lambda: Integers(5, 4),
        lambda: Choices(()),
    ],
)
def test_empty_domains_are_refused(make):
    with pytest.raises(DomainError, match=r"empty|none|no choices"):
        make()


def test_domains_take_exact_numbers():
    with pytest.raises(DomainError, match="exact"):
        Interval(0, Float("0.1"))
    with pytest.raises(DomainError, match="exact"):
        Choices((0.1,))


def test_a_symbol_may_not_know_more_than_its_domain():
    with pytest.raises(DomainError, match=r"is assumed .*, but its domain contains"):
        Variable(Symbol("p", positive=True), Interval(-1, 1))
    with pytest.raises(DomainError, match=r"is assumed .*, but its domain contains"):
        Variable(Symbol("k", integer=True), Interval(0, 1))
    with pytest.raises(DomainError, match="a variable is a symbol"):
        Variable(Integer(3), Interval(0, 1))


def test_hard_points_lie_in_their_domain_and_reach_its_ends():
    for domain in (Interval(0, 1), Interval(-1, 1, left_open=True, right_open=True), Integers(3), Integers(2, 5)):
        points = domain.points()
        assert points
        assert all(domain.contains(p) for p in points)
    assert {S.Zero, S.One} <= set(Interval(0, 1).points())
    assert S.One not in Interval(0, 1, right_open=True).points()
    unbounded = Interval(2, S.Infinity)
    assert all(p >= 2 for p in unbounded.points())


def test_finite_domains_are_enumerated_whole():
    domain = (Variable(a, Choices((1, 2))), Variable(Symbol("k", integer=True), Integers(3, 5)))
    assert is_finite(domain)
    assert len(list(all_points(domain))) == 6
    assert not is_finite((Variable(a, Interval(0, 1)),))
    assert len(list(sample_points(domain, 4))) == 4
    with pytest.raises(DomainError, match="not finite"):
        list(all_points((Variable(a, Interval(0, 1)),)))


def test_a_claim_refuses_unknown_uses_free_symbols_and_doubles():
    with pytest.raises(ClaimError, match="uses 'nothing'"):
        Claim(less(1, 2), steps=(ProofStep("s", less(1, 2), uses=("nothing",)),))
    with pytest.raises(ClaimError, match="two steps"):
        Claim(less(1, 2), steps=(ProofStep("s", less(1, 2)), ProofStep("s", less(1, 2))))
    with pytest.raises(ClaimError, match="free symbol a"):
        Claim(less(a, 2))
    with pytest.raises(ClaimError, match="two domains"):
        Claim(less(a, 2), domain=(Variable(a, Interval(0, 1)), Variable(a, Interval(0, 1))))
    with pytest.raises(ClaimError, match="needs a Statement"):
        Claim(a < 2)


def test_chain_numbers_substitute_width_depth_and_batch_size():
    node = ChainMean(Trace(), Network("relu"), width, depth)
    assert node.free_symbols == {batch_size, width, depth}
    at = node.subs({batch_size: 4, width: 8, depth: 2})
    assert at == ChainMean(Trace(), Network("relu", batch_size=4), 8, 2)
    assert at != ChainMean(Trace(), Network("tanh", batch_size=4), 8, 2)
    assert at.free_symbols == set()
    both = at + ChainMean(Entry(0, 1), Network("relu", batch_size=4), 8, 2)
    assert both.xreplace({at: Rational(1, 2)}).has(Rational(1, 2))


def test_events_substitute_their_threshold():
    k = Symbol("K", positive=True)
    node = ChainProbability(
        Event(SquaredErrorToFixedPoint(), Relation.AT_MOST, k / width), Network("relu", batch_size=4), width, 3
    )
    assert node.subs({k: 2, width: 8}).event.threshold == Rational(1, 4)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda n: ChainMean(Trace(), n, 0, 1), "width"),
        (lambda n: ChainMean(Trace(), n, 4, -1), "depth"),
        (lambda n: ChainMean(Trace(), n, 4, 1, start=[[1, 2], [3, 4]]), "symmetric"),
        (lambda n: ChainMean(Trace(), n, 4, 1, start=[[1, 0], [0, 1]]), "batch size is 4"),
        (lambda n: ChainMean(Trace(), n, 4, 1, start=Matrix.eye(4) * 0.5), "exact"),
        (lambda n: ChainProbability(Trace(), n, 4, 1), "Event"),
    ],
)
def test_chain_numbers_refuse_what_is_outside_the_model(make, names):
    with pytest.raises(QuantityError, match=names):
        make(Network("relu", batch_size=4))


def test_the_whole_statement_is_printed_with_its_quantifiers():
    claim = Claim(equal(a, a), domain=(Variable(a, Interval(0, 1, right_open=True)),), id="x")
    assert r"\text{for all }" in claim.latex()
    assert r"\left[0, 1\right)" in claim.latex()
    assert "for all a in [0, 1)" in str(claim)
