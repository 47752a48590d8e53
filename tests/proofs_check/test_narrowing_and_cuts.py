"""Hypotheses that narrow domains, differences that fall to a limit, and domains that are cut: what is gained, and no more."""

import pytest
from sympy import Abs, Rational, Symbol, asin, atan, cos, cosh, exp, log, oo, pi, sqrt

from proofs_check import (
    Claim,
    Hypothesis,
    Integers,
    Interval,
    Outcome,
    Variable,
    at_least,
    at_most,
    greater,
    judge,
    less,
)

t, s = Symbol("t", real=True), Symbol("s", real=True)
n = Symbol("n", integer=True, positive=True)
unit, half_line, line = Interval(0, 1), Interval(0, oo), Interval(-oo, oo)
CLAIMS = {
    "falls to its limit": (less(atan(t), pi / 2), {t: half_line}),
    "falls to zero": (less(1 / (n + 1), log(1 + 1 / n)), {n: Integers(1)}),
    "rises to the right and to the left": (at_most(1 + t, exp(t)), {t: line}),
    "touches at an end where the slope is infinite": (at_most(t, asin(t)), {t: unit}),
    "from the right end": (at_most(sqrt(t), (1 + t) / 2), {t: Interval(Rational(1, 4), 1)}),
    "cut": (at_most(t, cosh(t)), {t: half_line}),
    "cut at zero": (at_most(1 - t**2 / 2, cos(t)), {t: Interval(-1, 1)}),
    "a square of a difference": (at_most(t * s, (t**2 + s**2) / 2), {t: unit, s: unit}),
    "a sign that the domain gives": (at_most(Abs(t), t), {t: unit}),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_true_inequalities_that_need_it_are_proved(name):
    statement, domain = CLAIMS[name]
    verdict = judge(Claim(statement, tuple(Variable(v, where) for v, where in domain.items())))
    assert verdict.outcome is Outcome.PROVED, verdict


def test_a_limit_just_beyond_is_no_bound():
    for bound in (Rational(157, 100), pi / 2 - Rational(1, 10**6)):
        verdict = judge(Claim(less(atan(t), bound), (Variable(t, half_line),)))
        assert verdict.outcome is not Outcome.PROVED, verdict


def under(statement, *hypotheses, where=unit):
    given = tuple(Hypothesis(str(h), statement=h) for h in hypotheses)
    return judge(Claim(statement, (Variable(t, where), Variable(s, unit)), given))


def test_a_hypothesis_narrows_the_domain_and_is_no_help_beyond_it():
    wide = Interval(-2, 2)
    assert under(at_least(t**2, 1), at_least(t, 1), where=wide).outcome is Outcome.PROVED
    assert under(greater(t**2, 1), at_least(t, 1), where=wide).outcome is Outcome.REFUTED
    assert under(at_least(t**2, 1), at_least(t, Rational(99, 100)), where=wide).outcome is Outcome.REFUTED
    empty = under(less(t, -5), greater(t, 3), where=wide)
    assert empty.outcome is Outcome.GAP
    assert "contradict" in empty.first_gap


def test_a_hypothesis_about_two_variables_is_added_or_excludes_boxes():
    assert under(less(t, s), less(t + Rational(1, 10), s)).outcome is Outcome.PROVED
    assert under(less(t, s), at_most(t, s)).outcome is Outcome.REFUTED
    triangle = at_most(t + s, 1)
    assert under(less(t * s, Rational(26, 100)), triangle).outcome is Outcome.PROVED
    assert under(less(t * s, Rational(24, 100)), triangle).outcome is Outcome.REFUTED
