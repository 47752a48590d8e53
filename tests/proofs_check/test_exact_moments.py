"""Inequalities about means that are known exactly: proved where simulation could only support, or not decide."""

from sympy import Rational

from proofs_check import ChainMean, Choices, Claim, Outcome, Trace, Variable, greater, judge, less
from proofs_check.finite_width.quantities import SquaredErrorToStart
from proofs_check.methods import ExactMoments
from proofs_check.methods.base import Context
from theory import Network
from theory.conventions import width as d

linear = Network("identity", None, 4)


def test_an_upper_bound_on_an_unbounded_quantity_is_proved():
    # the exact value at width 16 and depth 3 is 4.0943...: no simulation bounds the mean of an unbounded quantity from above
    node = ChainMean(SquaredErrorToStart(), linear, 16, 3)
    assert judge(Claim(less(node, 5), id="x")).outcome is Outcome.PROVED
    assert judge(Claim(less(node, 4), id="x")).outcome is Outcome.REFUTED
    assert judge(Claim(greater(node, Rational(409, 100)), id="x")).outcome is Outcome.PROVED


def test_every_width_of_a_finite_domain_is_checked():
    node = ChainMean(SquaredErrorToStart(), linear, d, 2)
    domain = (Variable(d, Choices((16, 64))),)
    assert judge(Claim(less(node, 48 / d), domain, id="x")).outcome is Outcome.PROVED
    assert judge(Claim(less(node, 41 / d), domain, id="x")).outcome is Outcome.REFUTED


def test_one_layer_with_normalisation():
    node = ChainMean(Trace(), Network("relu", batch_size=4), 32, 1)
    assert judge(Claim(less(node, Rational(201, 100)), id="x")).outcome is Outcome.PROVED


def test_deeper_layers_with_normalisation_are_left_to_simulation():
    node = ChainMean(Trace(), Network("relu", batch_size=4), 32, 2)
    found = ExactMoments().check(less(node, 3), Context())
    assert found.holds is None
    assert "no exact value" in found.advice
    assert judge(Claim(less(node, 3), id="x")).outcome is Outcome.SUPPORTED
