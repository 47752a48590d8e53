"""Identities by equal derivatives, open steps, and limits that need a pole cancelled."""

import pytest
from sympy import Abs, Limit, Max, Rational, S, Symbol, acos, asin, atan, cos, log, oo, pi, sin, sqrt

from proofs_check import Claim, Interval, Outcome, ProofStep, Variable, equal, judge, less
from proofs_check.methods import EqualDerivatives, LimitAtInfinity, OpenStep

t, a = Symbol("t", real=True), Symbol("a", positive=True)
LINE = Variable(t, Interval(-oo, oo))
POSITIVE = Variable(a, Interval(0, oo, True, True))


def judged(statement, by, *domain):
    return judge(Claim(statement, domain, steps=(ProofStep("step", statement, by=by),), id="it"))


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (equal(asin(t / sqrt(1 + t**2)), atan(t)), (LINE,)),
        (equal(sin(t) ** 2, 1 - cos(t) ** 2), (LINE,)),
        (equal(asin(t / sqrt(a + t**2)), atan(t / sqrt(a))), (LINE, POSITIVE)),
    ],
)
def test_identities_that_differ_by_a_constant_at_most_are_proved(statement, domain):
    assert judged(statement, EqualDerivatives(t, S.Zero), *domain).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (equal(asin(t / sqrt(1 + t**2)), atan(t) + Rational(1, 10**9)), (LINE,)),  # another constant
        (equal(asin(t / sqrt(1 + t**2)), atan(Rational(101, 100) * t)), (LINE,)),  # another slope, the same value
        (equal(atan(t) + atan(1 / a), acos(0) - atan(a)), (LINE, POSITIVE)),
        (equal(Abs(t), t), (LINE,)),  # right on half of the line
        (equal(atan(1 / t), pi / 2 - atan(t)), (LINE,)),  # jumps at 0, where it is not defined
    ],
)
def test_false_identities_are_not(statement, domain):
    assert judged(statement, EqualDerivatives(t, S.One), *domain).outcome in (Outcome.REFUTED, Outcome.GAP)


@pytest.mark.parametrize(
    ("statement", "by", "domain", "advice"),
    [
        (less(t, t + 1), EqualDerivatives(t, S.Zero), (LINE,), "judge equalities"),
        (equal(t, t), EqualDerivatives(t, S(2)), (Variable(t, Interval(0, 1)),), "interval that contains 2"),
        (equal(Max(t, 0), Max(t, 0)), EqualDerivatives(t, S.Zero), (LINE,), "may have a kink"),
        (equal(log(t), log(t)), EqualDerivatives(t, S.One), (LINE,), "narrow the domain"),
    ],
)
def test_what_cannot_be_judged_is_left_open_with_advice(statement, by, domain, advice):
    claim = Claim(statement, domain, steps=(ProofStep("step", statement, by=by),), id="it")
    from proofs_check.methods import Context

    result = by.check(claim.statement, Context(domain=domain))
    assert result.holds is None
    assert advice in result.advice


def test_an_open_step_leaves_a_gap_with_its_name_and_reason():
    verdict = judged(less(t, t + 1), OpenStep("nobody showed it"), LINE)
    assert verdict.outcome is Outcome.GAP
    assert verdict.first_gap == "step: nobody showed it"


def test_a_limit_with_a_pole_of_one_over_n_between_functions():
    n = Symbol("n", positive=True)
    limit = Limit((n / 2 + acos(-1 / n)) / (n - 3), n, oo)
    assert judged(equal(limit, Rational(1, 2)), LimitAtInfinity()).outcome is Outcome.PROVED
    assert judged(equal(limit, Rational(1, 2) + Rational(1, 10**15)), LimitAtInfinity()).outcome is Outcome.REFUTED
