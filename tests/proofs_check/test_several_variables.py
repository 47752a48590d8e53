"""Inequalities in several variables and under hypotheses that relate them; each with a false neighbour that is not proved."""

import pytest
from sympy import Heaviside, Rational, S, Symbol, acos, cos, cosh, exp, pi, sinh, sqrt

from proofs_check import (
    Claim,
    CorrelationMatrices,
    Hypothesis,
    Integers,
    Interval,
    Outcome,
    Variable,
    at_most,
    equal,
    judge,
    less,
)
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.signs import sign_on
from proofs_check.methods import MonotoneInOne
from proofs_check.methods.base import Context
from proofs_check.methods.under_hypotheses import _parametrised
from theory import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean
from theory.conventions import z

s, t, w = (Symbol(name, real=True) for name in "stw")
n, L = Symbol("n", integer=True), Symbol("L", integer=True)
d = Symbol("d", integer=True)
SIGNED, UNIT = (Variable(s, Interval(-1, 1)), Variable(t, Interval(-1, 1))), Interval(0, 1)


def arc(v):
    return (sqrt(1 - v**2) + (pi - acos(v)) * v) / pi


def assumed(statement):
    return Hypothesis(str(statement), statement=statement)


SHARES = (Variable(s, Interval(0, Rational(9, 10))), Variable(t, Interval(0, Rational(9, 10))))
SIZES = (Variable(n, Integers(1)), Variable(d, Integers(1)))
CASES = [
    (at_most(arc(s), arc(t)), at_most(s, t), SIGNED, True),
    (less(arc(s), arc(t)), at_most(s, t), SIGNED, False),
    (at_most(arc(t), arc(s)), at_most(s, t), SIGNED, False),
    (at_most(1 / (1 - s**2), 1 / (1 - t**2)), at_most(s, t), SHARES, True),
    (at_most(1 / (1 - t**2), 1 / (1 - s**2)), at_most(s, t), SHARES, False),
    (at_most(n**2 / d, S.One), at_most(n**2, d), SIZES, True),
    (less(n**2 / d, S.One), less(n**2, d), SIZES, True),
    (less(n**2 / d, S.One), at_most(n**2, d), SIZES, False),
    (at_most(n**3 / d, S.One), at_most(n**2, d), SIZES, False),
]


@pytest.mark.parametrize(("statement", "given", "domain", "true"), CASES)
def test_a_hypothesis_between_variables_is_used(statement, given, domain, true):
    found = judge(Claim(statement, domain, (assumed(given),), id="several"))
    assert found.outcome is (Outcome.PROVED if true else Outcome.REFUTED), found


def test_new_variables_reach_every_point_of_a_hypothesis():
    wide = (Variable(s, Interval(0, 2)), Variable(t, Interval(1, 3)))
    reached = list(_parametrised(at_most(s, t), wide))
    assert [symbol for symbol, _, _ in reached] == [s, t]
    for symbol, form, new in reached:
        share = new.symbol
        for at_s, at_t in ((0, 1), (2, 3), (1, 1), (2, 2), (Rational(1, 2), Rational(5, 2))):
            point = {s: at_s, t: at_t}
            fixed = form.subs({k: v for k, v in point.items() if k != symbol})
            slope = fixed.coeff(share) if fixed.has(share) else 0
            value = (point[symbol] - fixed.subs(share, 0)) / slope if slope != 0 else S.Zero
            assert 0 <= value <= 1
            assert fixed.subs(share, value) == point[symbol]
    assert not list(_parametrised(at_most(s, t), (Variable(s, Interval(1, 2)), Variable(t, Interval(0, 1)))))
    assert not list(_parametrised(at_most(sqrt(2) * n, d), SIZES))
    assert not list(_parametrised(at_most(n / 2, d), SIZES))


def test_one_variable_is_fixed_where_the_difference_is_smallest():
    domain = (Variable(t, Interval(-1, 1)), Variable(w, UNIT))
    inside = arc(-1 + (t + 1) * w)
    assert MonotoneInOne().check(at_most(inside, arc(t)), Context(domain=domain)).holds
    for false in (less(inside, arc(t)), at_most(arc(t), inside), at_most(inside, arc(t) - Rational(1, 10**6))):
        assert MonotoneInOne().check(false, Context(domain=domain)).holds is not True
    jumping = at_most(S.Zero, 1 + t * Heaviside(w - S.Half, 0))
    assert "may jump" in MonotoneInOne().check(jumping, Context(domain=domain)).advice


def test_signs_of_bounded_functions():
    signed = (Variable(t, Interval(-1, 1)),)
    assert sign_on(pi - acos(t), signed).value == 1
    assert not sign_on(pi - acos(t), signed).strict
    assert sign_on(3 - acos(t), signed).value == 0
    assert sign_on(2 + cos(t) ** 3, (Variable(t, Interval(-9, 9)),)).strict
    depth = (Variable(s, UNIT), Variable(L, Integers(0)))
    assert sign_on(1 - s ** (2 * L), depth).value == 1
    assert sign_on(1 - (2 * s) ** (2 * L), depth).value == 0
    assert sign_on(1 - s ** (L - 1), depth).value == 0


def test_definedness_far_out_and_under_hypotheses():
    far = (Variable(n, Integers(3)),)
    gap = 1 - arc(-1 / (n - 1))
    assert undefined_part(1 / gap, far) is None
    assert undefined_part(1 / (gap - Rational(7, 10)), far) is not None  # 0.7 lies above its limit
    triple = CorrelationMatrices(3)
    mean = GaussianMean(z[0] * z[1] * z[2] ** 2, GaussianLaw(z[:3], triple.matrix))
    value = triple.matrix[0, 1] + 2 * triple.matrix[0, 2] * triple.matrix[1, 2]
    assert judge(Claim(equal(mean, value), triple.domain, triple.hypotheses, id="triple")).outcome is Outcome.PROVED
    assert judge(Claim(equal(mean, value), triple.domain, id="no matrix")).outcome is Outcome.GAP
    assert judge(Claim(equal(mean, 2 * value), triple.domain, triple.hypotheses, id="twice")).outcome is Outcome.REFUTED


def test_steps_under_batch_normalisation_need_a_form_that_varies():
    law = BatchNormLaw(z[:2], (0, 1), [[1, s], [s, 1]], False)
    whole = (Variable(s, Interval(-1, 1)),)
    assert undefined_part(BatchNormMean(Heaviside(z[0]), law), whole) is None
    assert undefined_part(BatchNormMean(Heaviside(z[0] - z[1]), law), whole) is not None
    assert undefined_part(BatchNormMean(Heaviside(z[0] - 1), law), whole) is not None
    assert undefined_part(BatchNormMean(z[0] ** 2, law), (Variable(s, Interval(-2, 2)),)) is not None


def test_hyperbolic_functions_and_exponentials_have_one_normal_form():
    value = (1 + exp(-2)) / (1 - exp(-2))
    assert judge(Claim(equal(value, cosh(1) / sinh(1)), id="coth")).outcome is Outcome.PROVED
    assert judge(Claim(equal(value, cosh(1) / sinh(1) + exp(-90)), id="almost coth")).outcome is Outcome.REFUTED
