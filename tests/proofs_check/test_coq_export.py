"""Inequalities of certificates as Coq theorems: what is exported, and (where coqc is installed) what the kernel says."""

import pytest
from sympy import Abs, Max, Rational, Symbol, acos, asin, cosh, erf, exp, pi, sin, sqrt, tanh

from proofs_check import Claim, Interval, Variable, equal, judge, less
from proofs_check.certificates.certificate import certificate, sealed
from proofs_check.certificates.coq_export import check_with_coq, coq_source
from proofs_check.certificates.trees import CertificateError
from theory import GaussianLaw, GaussianMean
from theory.conventions import z

t = Symbol("t", real=True)
unit = (Variable(t, Interval(0, 1)),)


def source(*claims):
    return "".join(coq_source(certificate(c, judge(c)).text) for c in claims)


def test_functions_that_the_tactic_lacks_are_rewritten():
    text = source(Claim(less(tanh(t) + erf(Rational(1, 2)), 2), unit))
    assert "forall v_t : R, (0) <= v_t <= (1) ->" in text
    assert "1 - 2 / (exp (2 * v_t) + 1)" in text
    assert "RInt (fun u => exp (- (u ^ 2))) 0 (1 / 2)" in text
    for mean in (
        Claim(less(GaussianMean(Abs(z[0]), GaussianLaw(z[0])), 1)),
        Claim(equal((t + 1) ** 2, t**2 + 2 * t + 1), unit),
    ):
        with pytest.raises(CertificateError, match="not exported"):
            source(mean)


@pytest.mark.tool
def test_coq_accepts_what_is_true_and_nothing_false():
    true = [
        Claim(less(pi, Rational(22, 7))),
        Claim(less(sin(t), t + Rational(1, 10)), unit),
        Claim(less(tanh(t) * exp(-t), Rational(1, 2)), unit),
        Claim(less(erf(Rational(1, 2)), Rational(6, 10))),
        Claim(less(asin(Rational(2, 3)) + acos(Rational(1, 3)), 2)),
        Claim(less(Max(t, Rational(1, 2)) * cosh(t), sqrt(3)), unit),
    ]
    for claim in true:
        answer = check_with_coq(source(claim))
        assert answer.checked, f"{claim}: {answer.reason}"
    for left, right in ((["pi"], ["q", "314", "100"]), (["erf", ["q", "1", "2"]], ["q", "1", "2"])):
        false = sealed("x", [{"kind": "inequality", "relation": "<", "left": left, "right": right, "bits": 64, "variables": [],
                             "cuts": ["balls"]}])  # fmt: skip
        answer = check_with_coq(coq_source(false.text))
        assert not answer.checked
        assert "no disproof" in answer.reason


@pytest.mark.tool
def test_a_time_limit_of_coq_is_no_disproof():
    answer = check_with_coq(source(Claim(less(pi, Rational(22, 7)))), seconds=0.05)
    assert not answer.checked
    assert "says nothing about the statement" in answer.reason
