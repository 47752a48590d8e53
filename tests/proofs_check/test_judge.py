"""The judge: outcomes, grounds, first gaps, and what a verdict may not be used for."""

import json

import pytest
from sympy import E, Integer, Max, Min, Rational, S, Symbol, asin, cos, erfc, exp, log, pi, sin, sinh, sqrt, tanh

from proofs_check import (
    Choices,
    Claim,
    Grounds,
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
    greater,
    judge,
    judge_all,
    less,
)
from proofs_check.claim import ClaimError
from proofs_check.methods import BallInequality, Cited, ExactIdentity, NumericalIdentity, PositiveCoefficients
from proofs_check.methods.base import Context, Method
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import batch_size as n
from theory.conventions import z

a = Symbol("a", real=True)


def outcome(statement, *domain, **parts):
    return judge(Claim(statement, domain=domain, id="t", **parts))


def test_numbers_are_compared_in_balls():
    verdict = outcome(less(sqrt(2) + sqrt(3), pi + Rational(1, 100)))
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.ENCLOSURE)
    verdict = outcome(less(pi, sqrt(2) + sqrt(3)))
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.ENCLOSURE)
    assert outcome(greater(pi, sqrt(2) + sqrt(3))).outcome is Outcome.REFUTED


def test_a_statement_is_judged_as_it_stands_and_anything_else_refused():
    assert judge(less(sqrt(2), Integer(2))).outcome is Outcome.PROVED
    with pytest.raises(ClaimError, match="free symbol"):
        judge(less(Symbol("y"), Integer(2)))
    with pytest.raises(TypeError, match="judge takes a Claim or a Statement"):
        judge(sqrt(2) < 2)


def test_an_equality_needs_a_normal_form_and_balls():
    verdict = outcome(equal(sin(a) ** 2 + cos(a) ** 2, S.One), Variable(a, Interval(-3, 3)))
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.EXACT)
    elu = Min(exp(z[0]) - 1, 0) + Max(z[0], 0)  # its mean is derived with erf
    form = (sqrt(E) * erfc(1 / sqrt(2)) - 1) / 2 + 1 / sqrt(2 * pi)
    assert outcome(equal(GaussianMean(elu, GaussianLaw(z[0])), form)).grounds is Grounds.EXACT
    assert outcome(equal(GaussianMean(elu, GaussianLaw(z[0])), form + Rational(1, 10**9))).outcome is Outcome.REFUTED
    verdict = outcome(equal(exp(a) * exp(-a), Rational(101, 100)), Variable(a, Interval(0, 1)))
    assert verdict.outcome is Outcome.REFUTED


def test_agreement_to_many_digits_is_no_proof():
    # equal to 42 digits, and different
    almost = Claim(equal(tanh(Integer(50)), 1 - 2 * exp(Integer(-100))), id="almost")
    assert judge(almost, Settings(bits=64)).outcome in (Outcome.GAP, Outcome.REFUTED)
    assert judge(almost, Settings(bits=512)).outcome is Outcome.REFUTED
    witness = judge(
        Claim(
            equal(asin(S(1) / 2) * 6, pi), steps=(ProofStep("s", equal(asin(S(1) / 2) * 6, pi), NumericalIdentity()),)
        )
    )
    assert witness.outcome is Outcome.GAP
    assert "witness" in witness.first_gap


def test_an_equality_is_refuted_at_an_admissible_point_only():
    # a^2 = a holds at 0 and 1 and nowhere else
    assert outcome(equal(a**2, a), Variable(a, Choices((0, 1)))).outcome is not Outcome.REFUTED
    verdict = outcome(equal(a**2, a), Variable(a, Choices((0, 1, 2))))
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.evidence.counterexample == {"a": "2"}


def test_positive_coefficients_prove_rational_inequalities_for_all_integers():
    verdict = outcome(less((n - 1) / (n + 1), S.One), Variable(n, Integers(3)))
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.EXACT)
    assert outcome(at_least((n - 1) / (n + 1), Rational(1, 2)), Variable(n, Integers(3))).outcome is Outcome.PROVED
    assert outcome(greater((n - 1) / (n + 1), Rational(1, 2)), Variable(n, Integers(3))).outcome is not Outcome.PROVED
    assert outcome(greater((n - 1) / (n + 1), Rational(1, 2)), Variable(n, Integers(2))).outcome is Outcome.REFUTED
    assert outcome(less(n**2, 100 * n + 10**6), Variable(n, Integers(3))).outcome is not Outcome.PROVED


def test_finite_domains_are_checked_point_by_point():
    verdict = outcome(less(log(a), a - Rational(1, 4)), Variable(a, Choices((2, 3, 5))))
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.ENCLOSURE)
    verdict = outcome(less(log(a), Rational(3, 2)), Variable(a, Choices((2, 3, 5))))
    assert verdict.evidence.counterexample == {"a": "5"}


def test_a_failed_step_is_a_gap_in_this_proof_not_a_refutation():
    claim = Claim(less(S(1), S(2)), steps=(ProofStep("wrong", less(S(3), S(2))),), id="x")
    verdict = judge(claim)
    assert verdict.outcome is Outcome.GAP
    assert verdict.first_gap.startswith("wrong")


def test_steps_must_carry_the_claim():
    claim = Claim(less(S(1), S(2)), steps=(ProofStep("other", less(S(3), S(4))),), id="x")
    assert "does not follow" in judge(claim).first_gap


def test_a_citation_is_named_and_weakens_the_grounds():
    source = Source("joudaki2023", "Theorem 2 of the poster")
    steps = (
        ProofStep("cited", less(a, S(1)), by=Cited(source)),
        ProofStep("own", less(S(1), S(2)), by=BallInequality()),
    )
    claim = Claim(less(a, S(2)), domain=(Variable(a, Interval(0, 1, right_open=True)),), steps=steps, id="x")
    verdict = judge(claim)
    assert (verdict.outcome, verdict.grounds) == (Outcome.PROVED, Grounds.CITATION)
    assert verdict.rests_on == (str(source),)


def test_a_false_hypothesis_never_proves():
    verdict = outcome(less(S(1), S(2)), hypotheses=(Hypothesis("1 > 2", lambda: False),))
    assert verdict.outcome is Outcome.GAP
    assert "says nothing" in verdict.first_gap
    assumed = outcome(less(S(1), S(2)), hypotheses=(Hypothesis("the chain mixes"),))
    assert assumed.rests_on == ("assumed: the chain mixes",)


def test_a_method_that_breaks_leaves_a_gap():
    class Broken(Method):
        def check(self, statement, context):
            raise RuntimeError("out of order")

    claim = Claim(less(S(1), S(2)), steps=(ProofStep("s", less(S(1), S(2)), by=Broken()),), id="x")
    assert "out of order" in judge(claim).first_gap


def test_a_claim_that_never_ends_meets_its_time_limit():
    class Endless(Method):
        def check(self, statement, context: Context):
            while not context.expired():
                pass
            return BallInequality().check(statement, context)

    claim = Claim(less(S(1), S(2)), steps=(ProofStep("s", less(S(1), S(2)), by=Endless()),), id="x")
    verdict = judge(claim, Settings(time_limit=0.2))
    assert verdict.outcome is Outcome.GAP
    assert "time limit" in verdict.first_gap


@pytest.mark.parametrize(
    ("method", "statement", "says"),
    [
        (ExactIdentity(), less(a, a + 1), "judges equalities"),
        (NumericalIdentity(), less(a, a + 1), "judges equalities"),
        (BallInequality(), equal(a, a), "cannot prove an equality"),
        (PositiveCoefficients(), equal(a, a), "judges inequalities"),
        (BallInequality(), less(a, a + 1), "infinite"),
        (PositiveCoefficients(), less(sinh(a), S(2)), "no rational function"),
    ],
)
def test_a_method_says_why_it_does_not_apply(method, statement, says):
    result = method.check(statement, Context(domain=(Variable(a, Interval(0, 1)),)))
    assert result.holds is None
    assert says in result.advice


def test_a_verdict_is_no_truth_value_and_goes_to_json():
    verdict = outcome(at_most(S(1), S(1)))
    with pytest.raises(TypeError, match="no truth value"):
        bool(verdict)
    shown = json.loads(json.dumps(verdict.to_json()))
    assert set(shown) == {"id", "outcome", "grounds", "rests_on", "first_gap", "evidence", "seconds"}
    assert isinstance(shown["seconds"], str)


def test_judging_twice_gives_the_same_verdict():
    claims = [Claim(less(S(1), S(2)), id="one"), Claim(less(S(2), S(1)), id="two")]
    first, second = judge_all(claims), judge_all(reversed(claims))
    assert [v.outcome for v in first] == [v.outcome for v in reversed(second)] == [Outcome.PROVED, Outcome.REFUTED]
