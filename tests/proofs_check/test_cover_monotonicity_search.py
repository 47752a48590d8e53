"""Covering boxes, monotone differences, the sign of rational functions, and the search for counterexamples."""

import pytest
from sympy import Ei, Max, Rational, S, Symbol, atan, exp, floor, log, oo, pi, sin, sqrt, symbols

from proofs_check import (
    Choices,
    Claim,
    Grounds,
    Integers,
    Interval,
    Outcome,
    Settings,
    Variable,
    at_most,
    equal,
    greater,
    judge,
    less,
)
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.signs import Sign, sign_on
from proofs_check.methods import Cover, FirstOf, Monotonicity, PositiveCoefficients
from proofs_check.methods.base import Context
from proofs_check.search import find_violation
from theory.special import BivariateNormalCdf

s, t = symbols("s t", real=True)
n = Symbol("n", integer=True, positive=True)


def domain(*pairs):
    return tuple(Variable(symbol, where) for symbol, where in pairs)


def outcome(statement, *pairs):
    return judge(Claim(statement, domain=domain(*pairs), id="x"), Settings(time_limit=30))


TRUE = [
    (at_most(sin(t), t), (t, Interval(0, 1)), "Cover"),
    (less(s * t, sqrt(1 + s**2) * sqrt(1 + t**2)), (t, Interval(0, 2)), "Cover"),
    (less(sin(t), Rational(9, 10)), (t, Interval(0, 1)), "Cover"),
    (at_most(log(1 + t), t), (t, Interval(0, oo)), "ByExpansions"),
    (less(log(1 + t), t), (t, Interval(0, oo, left_open=True)), "ByExpansions"),
    (at_most(t * (1 - t), Rational(1, 4)), (t, Interval(0, 1)), "PositiveCoefficients"),
    (at_most(1 + t, exp(t)), (t, Interval(0, oo)), "ByExpansions"),
    (less(t - t**2, 1), (t, Interval(-oo, oo)), "PositiveCoefficients"),
    (less(1 / (n + 1), 1 / n), (n, Integers(1)), "PositiveCoefficients"),
]


@pytest.mark.parametrize(("statement", "where", "by"), TRUE)
def test_a_true_inequality_is_proved_by_the_method_that_fits(statement, where, by):
    pairs = [where] + ([(s, Interval(0, 2))] if s in statement.free_symbols else [])
    found = outcome(statement, *pairs)
    assert found.outcome is Outcome.PROVED, found
    assert found.evidence.note.endswith(f"by {by}")


@pytest.mark.parametrize(("statement", "where"), [row[:2] for row in TRUE if row[2] == "ByExpansions"])
def test_monotonicity_proves_what_falls_or_rises(statement, where):
    found = Monotonicity().check(statement, Context(domain=domain(where)))
    assert found.holds is True, found.advice


FALSE = [
    (less(exp(-(10**6) * (t - Rational(1234567, 3333333)) ** 2), Rational(1, 2)), (t, Interval(0, 1))),
    (equal(floor(t / 1000), 0), (t, Interval(0, oo))),
    (less(n, 10**6), (n, Integers(1))),
    (less(log(1 + t), t), (t, Interval(0, oo))),
    (at_most(sin(t), t), (t, Interval(-1, 1))),
    (at_most(t * (1 - t), Rational(2499, 10000)), (t, Interval(0, 1))),
]


@pytest.mark.parametrize(("statement", "where"), FALSE)
def test_a_false_statement_is_refuted_at_a_point_of_its_domain(statement, where):
    found = outcome(statement, where)
    assert found.outcome is Outcome.REFUTED, found
    point = {where[0]: Rational(found.evidence.counterexample[str(where[0])])}
    assert where[1].contains(point[where[0]])


def test_counterexamples_are_simple():
    wide = domain((t, Interval(0, 1)), (s, Interval(0, 1)))
    point, _ = find_violation(less(s * t, Rational(1, 3)), wide)
    assert point == {t: 1, s: 1}
    narrow = domain((t, Interval(Rational(1, 10), Rational(9, 10), True, True)))
    point, _ = find_violation(greater(Max(t - Rational(1, 2), Rational(1, 2) - t), Rational(1, 1000)), narrow)
    assert point == {t: Rational(1, 2)}


def test_no_violation_of_a_true_statement_is_found():
    assert find_violation(less(t * (1 - t), Rational(251, 1000)), domain((t, Interval(-oo, oo)))) is None
    assert find_violation(equal((t + 1) ** 2, t**2 + 2 * t + 1), domain((t, Interval(-oo, oo)))) is None


SIGNS = [
    (t**2 - t + 1, Interval(-oo, oo), Sign(1, True)),
    (t, Interval(0, 1), Sign(1, False)),
    (t, Interval(0, 1, left_open=True), Sign(1, True)),
    (1 - t, Interval(0, 1, right_open=True), Sign(1, True)),
    (1 - t, Interval(0, 1), Sign(1, False)),
    (t - pi, Interval(0, 3), Sign(-1, True)),
    (t - 10, Interval(-oo, 10), Sign(-1, False)),
    (t**2 - 2, Interval(1, 2), Sign(0)),
    (1 / (1 - t), Interval(0, 2), Sign(0)),
    (t - 2, Choices((3, 4)), Sign(1, True)),
    (t - 2, Choices((1, 4)), Sign(0)),
]


@pytest.mark.parametrize(("expression", "where", "sign"), SIGNS)
def test_signs_of_rational_functions(expression, where, sign):
    assert sign_on(expression, domain((t, where))) == sign


def test_definedness_follows_roots_logarithms_and_denominators():
    r = -1 / (n - 1)
    assert undefined_part(sqrt(1 - r**2), domain((n, Integers(2)))) is None
    assert "may be undefined where n - 1 is 0" in undefined_part(1 + r, domain((n, Integers(1))))
    assert "is negative" in undefined_part(sqrt(n - 4), domain((n, Integers(3))))
    assert "is not positive" in undefined_part(log(t), domain((t, Interval(0, 1))))
    assert undefined_part(1 / sin(t), domain((t, Interval(1, 2)))) is None
    assert undefined_part(Ei(-exp(t)), domain((t, Interval(-oo, oo)))) is None
    assert "may be undefined where t is 0" in undefined_part(Ei(t), domain((t, Interval(-1, 1))))
    assert undefined_part(BivariateNormalCdf(t, 1, t), domain((t, Interval(-1, 1)))) is None
    assert "leaves [-1, 1]" in undefined_part(BivariateNormalCdf(1, 1, 2 * t), domain((t, Interval(0, 1))))


def test_the_exponential_integral_is_not_carried_over_its_pole():
    falls = Claim(at_most(Ei(t), Ei(S.One)), (Variable(t, Interval(-1, 1)),), id="over_the_pole")
    assert judge(falls).outcome is Outcome.GAP
    rises = Claim(less(Ei(t), Ei(S(2))), (Variable(t, Interval(1, 2, right_open=True)),), id="beside_the_pole")
    assert judge(rises).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    "method", [Cover(), Monotonicity(), PositiveCoefficients(), FirstOf((Cover(), Monotonicity()))]
)
def test_methods_for_inequalities_leave_equalities_open(method):
    assert method.check(equal(t, t), Context(domain=domain((t, Interval(0, 1))))).holds is None


def test_grounds_say_how_it_was_shown():
    assert outcome(at_most(sin(t), t), (t, Interval(0, 1))).grounds is Grounds.ENCLOSURE
    assert outcome(at_most(t**2, t), (t, Interval(0, 1))).grounds is Grounds.EXACT


def test_a_cover_of_an_unbounded_domain_says_so():
    found = Cover().check(less(sin(t), 2), Context(domain=domain((t, Interval(0, oo)))))
    assert found.holds is None
    assert "unbounded" in found.advice


@pytest.mark.parametrize("relation", [less, at_most])
def test_a_limit_at_infinity_is_a_ball_whatever_sympy_says(monkeypatch, relation):
    half_line = Context(domain=domain((t, Interval(1, oo))))
    for answer in (S.Zero, S.One):  # the gap below falls to -10^-25, and is positive at 10^18
        monkeypatch.setattr("proofs_check.methods.monotonicity.limit", lambda *_, answer=answer: answer)
        assert Monotonicity().check(relation(atan(t), 2), half_line).holds is True
        assert Monotonicity().check(relation(atan(t), pi / 2 - Rational(1, 10**25)), half_line).holds is not True
