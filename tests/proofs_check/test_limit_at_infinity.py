"""Limits as a batch grows: a true one, a false neighbour, and what the method leaves open."""

import pytest
from sympy import Limit, Rational, oo, sin

from proofs_check import Claim, Outcome, equal, judge
from proofs_check.claim import ProofStep
from proofs_check.methods import LimitAtInfinity
from theory.conventions import batch_size as n


def _judged(function, value):
    statement = equal(Limit(function, n, oo), value)
    return judge(Claim(statement, steps=(ProofStep("limit", statement, by=LimitAtInfinity()),), id="limit")).outcome


def test_a_limit_of_a_rational_function_is_proved():
    assert _judged(3 * (n - 1) / (n + 1), 3) is Outcome.PROVED


@pytest.mark.parametrize("value", [Rational(303, 100), -3, 3 + Rational(1, 10**12)])
def test_a_wrong_limit_is_refuted(value):
    assert _judged(3 * (n - 1) / (n + 1), value) is Outcome.REFUTED


@pytest.mark.parametrize("function", [sin(n), n])
def test_no_limit_is_never_proved(function):
    assert _judged(function, 0) in (Outcome.GAP, Outcome.REFUTED)
