"""Values: closed forms, agreement with balls by other rules, and clear errors."""

from __future__ import annotations

import mpmath
import pytest
from sympy import (
    Abs,
    Derivative,
    I,
    Limit,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    asin,
    cos,
    cosh,
    erf,
    exp,
    factorial,
    gamma,
    log,
    nan,
    oo,
    pi,
    sin,
    sinc,
    sqrt,
    symbols,
    tan,
    tanh,
    zeta,
    zoo,
)  # fmt: skip

from numerics import EvaluationError, enclose, evaluate
from numerics.formulas.poles import diverging_pole
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y, c = symbols("x y c", real=True)
k = Symbol("k", integer=True)
elu = Piecewise((x, x > 0), (exp(x) - 1, True))


def law(correlation):
    return GaussianLaw((x, y), [[1, correlation], [correlation, 1]])


@pytest.mark.parametrize(
    ("expression", "witness"),
    [
        (pi, lambda: mpmath.pi),
        (sqrt(2) - Rational(1, 3), lambda: mpmath.sqrt(2) - mpmath.mpf(1) / 3),
        (gamma(Rational(1, 3)), lambda: mpmath.gamma(mpmath.mpf(1) / 3)),
        (zeta(3), mpmath.apery),
        (exp(-50) * 10**20, lambda: mpmath.exp(-50) * mpmath.mpf(10) ** 20),
        (Max(sqrt(2), Rational(7, 5)), lambda: mpmath.sqrt(2)),
    ],
)
def test_closed_forms(expression, witness):
    found = evaluate(expression, 30)
    with mpmath.workdps(60):
        exact = +witness if isinstance(witness, type(mpmath.pi)) else witness()
        assert abs(found.value / exact - 1) < mpmath.mpf(10) ** -30
        assert abs(found.value - exact) < 2 * found.error + abs(exact) * mpmath.mpf(10) ** -31


def test_a_value_that_cancels_is_followed_to_the_guard_digits():
    tiny = exp(Rational(1, 10**18)) - 1
    found = evaluate(tiny, 20)
    with mpmath.workdps(60):
        assert abs(found.value / mpmath.expm1(mpmath.mpf(10) ** -18) - 1) < mpmath.mpf(10) ** -19
    zero = evaluate(sin(sqrt(2)) ** 2 + cos(sqrt(2)) ** 2 - 1, 20)
    assert abs(zero.value) <= zero.error < mpmath.mpf(10) ** -20


PAIRS = [
    (GaussianMean(f * f.xreplace({x: y}), law(r)), 15)
    for f in (tanh(x), elu, Min(1, Max(-1, x)), log(1 + exp(x)))
    for r in (Rational(1, 2), Rational(-9, 10))
] + [
    (SphereMean(f * f.xreplace({x: y}), SphereLaw((x, y), n)), 12)
    for f in (tanh(x), elu, x * (1 + erf(x / sqrt(2))) / 2)
    for n in (3, 4, 9)
] + [
    (SphereMean(f, SphereLaw(x, n)), 25) for f in (elu**2, tanh(x) ** 2, Min(1, Max(-1, x)) ** 2) for n in (3, 4, 9, 200)
]  # fmt: skip


@pytest.mark.parametrize(("mean", "digits"), PAIRS, ids=[str(m)[:70] for m, _ in PAIRS])
def test_independent_rules_fall_into_the_balls(mean, digits):
    """Nested and double-exponential rules against series and polar rules, to within the stated error of the estimate."""
    found = evaluate(mean, digits, independent=True)
    assert found.error < mpmath.mpf(10) ** -digits * abs(found.value)
    ball = enclose(mean, int(3.33 * digits) + 10)
    if not ball.decided:
        assert "kink" in ball.advice
        return
    with mpmath.workdps(digits + 30):
        lower, upper = (mpmath.mpf(e.numerator) / e.denominator for e in (ball.lower(), ball.upper()))
        assert lower - found.error <= found.value <= upper + found.error
        assert upper - lower < mpmath.mpf(10) ** -digits * abs(found.value)


def test_a_thousand_digits_of_an_analytic_mean():
    mean = GaussianMean(cos(x) * exp(x), GaussianLaw(x))
    found = evaluate(mean, 1000)
    with mpmath.workdps(1010):
        # E e^{(1+i)Z} = e^{(1+i)^2/2} = e^i
        assert abs(found.value - mpmath.cos(1)) < mpmath.mpf(10) ** -1000


def test_derivatives_go_through_price():
    mean = GaussianMean(erf(x) * erf(y), law(c))
    found = evaluate(Derivative(mean, c).subs(c, Rational(1, 2)), 25)
    closed = (2 / pi * asin(2 * c / 3)).diff(c).subs(c, Rational(1, 2))
    assert abs(found.value - evaluate(closed, 25).value) < mpmath.mpf(10) ** -24


def test_evalf_of_a_mean_uses_the_evaluator():
    mean = GaussianMean(erf(x) * erf(y), law(Rational(1, 2)))
    assert abs(mean.evalf(20) - (2 / pi * asin(Rational(1, 3))).evalf(20)) < 10**-19


@pytest.mark.parametrize("digits", [0, -3, 10**7, 2.5, True])
def test_digits_out_of_range(digits):
    with pytest.raises(EvaluationError, match="digits must be a whole number from 1 to 10000"):
        evaluate(pi, digits)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (x + 1, "free symbol x"),
        (GaussianMean(exp(x**2), GaussianLaw(x)), "infinite under this Gaussian law"),
        (GaussianMean(cosh(x**2), GaussianLaw(x)), "outgrows the normal density"),
        (GaussianMean(exp(x**2 + y**2), law(Rational(1, 2))), "infinite under this Gaussian law"),
        (GaussianMean(exp(x**2 / 3 + y**2 / 3), law(Rational(1, 2))), "may diverge"),
        (GaussianMean(Max(x, 0) * exp(x**2 / 2) * cosh(y**2 / 2), law(Rational(1, 2))), "may diverge"),
        (GaussianMean(1 / x, GaussianLaw(x)), "pole at x = 0"),
        (GaussianMean(tan(x), GaussianLaw(x)), "pole at x = pi/2"),
        (GaussianMean(Max(y, 0) / x, law(Rational(1, 2))), "pole at x = 0"),
        (SphereMean(1 / (x - 1), SphereLaw(x, 3)), "pole at x = 1"),
        (SphereMean(1 / (1 - Abs(x)), SphereLaw(x, 5)), "pole at x = "),
        (log(Rational(-1, 2)), "not real"),
        (I, "not real"),
        (oo, "no finite value"),
        (GaussianMean(Max(x * y, 0), law(Rational(1, 2))), "mixes coordinates"),
        (SphereMean(tanh(x), SphereLaw(x, Symbol("n", integer=True, positive=True))), "free symbol n"),
    ],
)
def test_errors(expression, message):
    with pytest.raises(EvaluationError, match=message):
        evaluate(expression, 20)


@pytest.mark.parametrize(
    "expression", [Sum((-1) ** k, (k, 0, oo)), Sum((-1) ** k * (1 + 1 / k), (k, 1, oo)), Limit((-1) ** k, k, oo)]
)
def test_what_alternates_without_end_has_no_value(expression):
    """Partial sums of 2^j terms alone would give 0."""
    with pytest.raises(EvaluationError, match="does not settle"):
        evaluate(expression, 10)


def test_a_branch_point_that_no_piece_shows_is_not_taken_for_analytic():
    """log(1+x^2)^(3/2) is about |x|^3 at 0."""
    mean = SphereMean(log(1 + x**2) ** Rational(3, 2), SphereLaw(x, 8, False))
    ball = enclose(mean, 60)
    try:
        found = evaluate(mean, 10, independent=True, seconds=2)
    except EvaluationError:
        return
    assert abs(found.value - float(ball.ball.mid())) < max(found.error, 1e-14)


def test_what_alternates_and_falls_has_one():
    assert abs(evaluate(Sum((-1) ** k / k, (k, 1, oo)), 12).value + mpmath.log(2)) < 1e-12


def test_integers_too_long_to_write_are_one_line():
    with pytest.raises(EvaluationError, match="simplify it"):
        evaluate(factorial(2000) ** 3, 10)


def test_quotients_without_a_pole_or_with_an_integrable_one():
    """|x|^(-1/2), sinc, and a pole beyond the support; 0/0 as it stands has no value at 0."""
    for f in (1 / sqrt(Abs(x)), sinc(x), 1 / (1 + x**2)):
        assert diverging_pole(f, x, oo) is None
    assert abs(evaluate(GaussianMean(sinc(x), GaussianLaw(x)), 12).value - 0.855624391892149) < 1e-12
    with pytest.raises(EvaluationError, match="0/0"):
        evaluate(GaussianMean(sin(x) / x, GaussianLaw(x)), 12)
    assert abs(evaluate(SphereMean(1 / (2 - x), SphereLaw(x, 3)), 12).value - 1 / mpmath.sqrt(2)) < 1e-12


@pytest.mark.parametrize("thing", ["tanh(x)", None, [1, 2], x < 1])
def test_things_that_are_no_scalars(thing):
    with pytest.raises(TypeError, match="expected"):
        evaluate(thing)


def test_time_limit():
    with pytest.raises(EvaluationError, match="time limit"):
        evaluate(SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), 9)), 60, seconds=0, independent=True)


def test_ambient_precision_is_left_alone():
    from flint import ctx

    before = mpmath.mp.prec, ctx.prec
    evaluate(GaussianMean(tanh(x) ** 2, GaussianLaw(x)), 40)
    with pytest.raises(EvaluationError):
        evaluate(GaussianMean(exp(x**2), GaussianLaw(x)), 40)
    assert (mpmath.mp.prec, ctx.prec) == before


@pytest.mark.parametrize("expression", [zoo, nan, oo, -oo, 1 + zoo * sqrt(2)])
def test_infinite_constants_are_refused_by_name(expression):
    with pytest.raises(EvaluationError, match="no finite value"):
        evaluate(expression, 10)
    assert not enclose(expression, 40).decided
