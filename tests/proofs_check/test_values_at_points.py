"""What has no value at a point, in a sign, a condition or below an infinity that sympy divides by, makes no statement there true."""

import pytest
from sympy import (
    E,
    Integer,
    Limit,
    Min,
    Piecewise,
    Rational,
    Symbol,
    acos,
    atanh,
    cos,
    exp,
    hermite_prob,
    log,
    nan,
    oo,
    sign,
    sin,
    sinc,
    sqrt,
    symbols,
    tanh,
)
from sympy import functions as sf

from numerics.cover import CoverOutcome, cover
from numerics.enclose import enclose
from proofs_check import (
    Choices,
    Claim,
    Hypothesis,
    Integers,
    Interval,
    Outcome,
    ProofStep,
    Settings,
    Variable,
    at_least,
    at_most,
    equal,
    judge,
    less,
)
from proofs_check.claim import ClaimError
from proofs_check.domains.at_point import at_point
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import all_points
from proofs_check.domains.narrowing import narrowed
from proofs_check.methods import FirstOf
from proofs_check.methods.base import Method, StepResult
from proofs_check.verdict import Grounds
from theory.expectation import GaussianLaw, GaussianMean

t, u, z = symbols("t u z", real=True)
NORMAL = GaussianLaw(z)
BELOW = GaussianMean(sin(z - 1), NORMAL)  # -exp(-1/2) sin 1
ABOVE = GaussianMean(z**2 + 1, NORMAL)


def choices(*values):
    return (Variable(t, Choices(tuple(map(Integer, values)))),)


NOWHERE = {
    "the sign of a logarithm of 0": (at_most(sign(log(t)), 2), choices(1, 0)),
    "the sign of an inverse cosine beyond 1": (at_most(sign(acos(t)), 2), choices(2, 3)),
    "the sign of an area tangent beyond 1": (at_most(sign(atanh(t)), 2), choices(0, 3)),
    "sinc of what is not there": (at_most(sinc(acos(t)), 2), choices(2, 3)),
    "a function of an infinite value": (at_most(tanh(sf.erfinv(t)), 1), choices(0, 1)),
    "the smaller of an infinite value and 2": (at_most(Min(sf.erfinv(t), 2), 2), choices(0, 1)),
    "one over infinity": (at_most(1 / (1 + 1 / t**2), 1), choices(0, 1)),
    "the same over integers": (at_least(1 / (1 + 1 / t**2), 0), (Variable(t, Integers(-5, 5)),)),
    "the same as an identity": (equal(1 / (1 + 1 / t**2), t**2 / (1 + t**2)), choices(0, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", NOWHERE)
def test_what_has_no_value_is_not_proved(name):
    statement, domain = NOWHERE[name]
    assert judge(Claim(statement, domain), Settings(time_limit=5)).outcome is Outcome.GAP


@pytest.mark.parametrize("number", [
    sign(sqrt(BELOW)), sinc(log(BELOW)), sf.Heaviside(log(BELOW)), Piecewise((1, sqrt(BELOW) < 3), (0, True)), sign(acos(ABOVE)),
], ids=str)  # fmt: skip
def test_a_sign_or_a_condition_of_what_has_no_value_has_no_ball(number):
    assert enclose(number, 10).ball is None


def test_a_branch_that_is_not_taken_needs_no_value():
    whole = Piecewise((sin(t) / t, t > 0), (1, True))
    assert judge(Claim(at_most(whole, 1), choices(0, 1, 2))).proved


@pytest.mark.parametrize("hypothesis", [at_most(sqrt(t), 5), at_most(log(t), 5), at_most(acos(t - 1), 4)], ids=str)
def test_a_hypothesis_that_is_not_real_everywhere_is_no_crash(hypothesis):
    claim = Claim(at_least(t, 0), (Variable(t, Interval(-1, 2)),), (Hypothesis("h", statement=hypothesis),))
    verdict = judge(claim, Settings(time_limit=1))
    assert verdict.outcome is Outcome.GAP
    assert verdict.first_gap


class Believes(Method):
    """Calls everything true."""

    def check(self, statement, context):
        return StepResult(True, Grounds.EXACT)


def test_the_judge_looks_itself_whether_a_finite_domain_has_values():
    where = (Variable(t, Choices(tuple(map(Integer, range(-1, 12))))),)
    statement = equal(log(t + 1), log(t + 1))
    verdict = judge(Claim(statement, where, steps=(ProofStep("believed", statement, by=Believes()),)))
    assert "not shown to have a value at {'t': '-1'}" in verdict.first_gap


def test_a_foreign_method_in_a_list_is_named_in_the_trusted_base():
    statement = at_most(t, 1)
    steps = (ProofStep("believed", statement, by=FirstOf([Believes()])),)
    verdict = judge(Claim(statement, (Variable(t, Interval(0, 1)),), steps=steps))
    assert verdict.rests_on == ("method Believes, not one of this project",)


def test_a_mean_may_use_the_name_of_a_variable_of_the_claim():
    a = Symbol("a", real=True)
    unit = (Variable(a, Interval(0, 1)), Variable(z, Interval(0, 1)))
    assert judge(Claim(equal(GaussianMean(a * z, NORMAL), 0), unit)).proved
    # put for a, z w would be caught by the mean: E[z^2 w] is not 0
    rare = Rational(1, 10**6) - exp(-((10**7 * (a - Rational(73219, 100003))) ** 2))
    caught = at_least(1000 * GaussianMean(a * z, NORMAL) + rare * a, 0)
    claim = Claim(caught, unit, (Hypothesis("a <= z", statement=at_most(a, z)),))
    assert judge(claim, Settings(time_limit=2)).outcome is not Outcome.PROVED


def test_symbols_of_one_name_are_refused_in_a_claim_and_told_apart_in_a_cover():
    plain = Symbol("t")
    with pytest.raises(ClaimError, match="t has two domains"):
        Claim(at_most(plain, t), (Variable(plain, Interval(0, 1)), Variable(t, Interval(0, 1))))
    whole, real = Symbol("n", integer=True, positive=True), Symbol("n")
    one = equal(Limit(real / (real + whole), real, oo), 1)
    with pytest.raises(ClaimError, match="two symbols named n"):
        Claim(one, (Variable(whole, Integers(1)),))
    assert cover(plain, t, [(plain, 0, 1), (t, 0, 1)]).outcome is not CoverOutcome.PROVED
    free = Symbol("z")
    found = cover(0, GaussianMean(free * z, NORMAL), [(free, 0, 1)], strict=True, max_boxes=50)
    assert found.outcome is not CoverOutcome.PROVED


def test_a_choice_that_may_satisfy_a_hypothesis_stays():
    one = sin(1) ** 2 + cos(1) ** 2
    where = (Variable(t, Choices((one, Integer(2)))),)
    kept, rest = narrowed(where, (at_least(t, 1),))
    assert len(list(all_points(kept))) == 2
    assert rest
    claim = Claim(at_least(t, 2), where, (Hypothesis("t >= 1", statement=at_least(t, 1)),))
    assert judge(claim).outcome is not Outcome.PROVED


def test_a_hermite_polynomial_at_zero_has_its_own_value():
    k = Symbol("k", integer=True, nonnegative=True)
    statement = equal(hermite_prob(k, t), -1)
    assert statement.subs({t: 0, k: 2}).left == -1
    assert statement.subs({t: 0}).left is nan
    assert judge(Claim(at_most(hermite_prob(k, t), Rational(-3, 4)), (Variable(k, Integers(2, 2)), *choices(0)))).proved


def test_a_power_of_zero_by_zero_is_one_for_whole_exponents_alone():
    k, p = Symbol("k", integer=True, nonnegative=True), Symbol("p", real=True)
    for power, point in ((t**t, {t: 0}), (t**p, {t: 0, p: 0}), (exp(t**t), {t: 0})):
        assert at_point(power, point) is nan
        assert undefined_part(power, tuple(Variable(s, Interval(0, 1)) for s in point))
    assert at_point(t**k, {t: 0, k: 0}) == 1
    assert at_point(t**p, {t: 0, p: 2}) == 0
    claim = Claim(at_most(t**t, Rational(999, 1000)), (Variable(t, Interval(0, Rational(1, 2))),))
    assert judge(claim, Settings(time_limit=2)).outcome is Outcome.REFUTED  # near 0, not at 0


def test_powers_that_sympy_would_write_out_for_minutes_have_no_value_there():
    s = Symbol("s", positive=True)
    for power in (s**s, (s / E) ** s, (1 + 1 / s) ** s):
        assert at_point(power, {s: Integer(10) ** 30}) is nan
    assert at_point(s**s, {s: 1 - Rational(1, 10**6)}) is nan
    assert at_point(s**s, {s: 1 + Rational(1, 10**6)}) is not nan
    assert at_point(s**s, {s: 7}) == 7**7
    for function in (sf.gamma, sf.factorial, sf.loggamma, sf.harmonic, lambda u: sf.polygamma(0, u)):
        assert at_point(function(s), {s: Integer(10) ** 15}) is nan
        assert at_point(function(s), {s: 12}) is not nan


def test_points_that_are_too_long_to_write_do_not_end_a_proof():
    s = Symbol("s", positive=True)
    claim = Claim(less(E - E / (2 * s), (1 + 1 / s) ** s), (Variable(s, Interval(1, oo)),))
    assert judge(claim, Settings(time_limit=20)).proved
