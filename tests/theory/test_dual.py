"""Duals, maps and slopes: general variances, forms of theory pages, errors."""

import pytest
from sympy import Abs, I, Rational, Symbol, acos, asin, atan, cosh, exp, log, pi, simplify, sinh, sqrt

from tests.theory.reference import compiled, gaussian_pair, gaussian_single
from theory import activations
from theory.activations import ActivationError
from theory.conventions import rho, x
from theory.dual import (
    c_map,
    derivative_dual,
    derivative_moment,
    derive_dual,
    dual,
    moment,
    q_map,
    slope_at_one,
    slope_at_zero,
)
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereLaw, SphereMean
from theory.grammar import ExpressionError
from theory.rules.base import NotIntegrableError

q1, q2 = Symbol("q1", positive=True), Symbol("q2", positive=True)
c = Symbol("c", real=True)
angle = acos(c / sqrt(q1 * q2))

# forms as printed in the literature, for general variances
PRINTED = {
    "relu": sqrt(q1 * q2 - c**2) / (2 * pi) + (pi - angle) * c / (2 * pi),
    "abs": 2 / pi * sqrt(q1 * q2 - c**2) + (1 - 2 * angle / pi) * c,
    "step": (pi - angle) / (2 * pi),
    "relu_power(2)": (3 * c * sqrt(q1 * q2 - c**2) + (pi - angle) * (q1 * q2 + 2 * c**2)) / (2 * pi),
    "erf": 2 / pi * asin(2 * c / sqrt((1 + 2 * q1) * (1 + 2 * q2))),
    "sin": exp(-(q1 + q2) / 2) * sinh(c),
    "cos": exp(-(q1 + q2) / 2) * cosh(c),
    "exp(2*x)": exp(4 * ((q1 + q2) / 2 + c)),
    "gaussian": 1 / sqrt((1 + q1) * (1 + q2) - c**2),
}
_D = sqrt((1 + q1) * (1 + q2) - c**2)
PRINTED["gelu"] = ((c**2 + q1 * q2 * _D**2) / ((1 + q1) * (1 + q2) * _D) + c * atan(c / _D)) / (2 * pi) + c / 4


@pytest.mark.parametrize("name", PRINTED)
def test_general_variances_match_the_printed_form(name):
    derived = dual(name, q1, q2, c)
    for a, b, r in ((1, 1, Rational(1, 2)), (Rational(1, 3), 3, Rational(-9, 10)), (2, Rational(5, 4), Rational(3, 2))):
        at = {q1: a, q2: b, c: r}
        assert abs((derived - PRINTED[name]).subs(at).evalf(20)) < 1e-17


CLOSED = ["abs", "celu", "celu(2)", "cos", "cubic", "elu", "elu(1/2)", "erf", "exp", "gabor", "gabor(3)", "gaussian", "gelu",
          "hard_tanh", "hermite(3)", "identity", "leaky_relu", "monomial(3)", "relu", "relu_power(3)", "selu", "sign", "sin",
          "step"]  # fmt: skip
OPEN = ["arctan", "gelu_tanh", "mish", "sigmoid", "silu", "softplus", "softsign", "tanh"]


def closed(name):
    sigma = activations.get(name)
    form = dual(sigma)
    assert not form.has(Mean)
    f, kinks = compiled(sigma.formula, x), tuple(float(k) for k in sigma.kinks)
    for r in (0.95, -0.6):
        expected = gaussian_pair(f, f, 1.0, 1.0, r, kinks)
        assert abs(float(form.subs(rho, Rational(str(r)))) - expected) < 1e-10 * (1 + abs(expected))
    if sigma.dual is not None:
        assert abs((form - sigma.dual).subs(rho, Rational(3, 7)).evalf(20)) < 1e-17


def stays_open(name):
    derivation = derive_dual(name)
    assert dual(name) == derivation.mean
    assert all(r.reason for r in derivation.refusals)
    assert len(derivation.refusals) >= 10


@pytest.mark.parametrize("name", CLOSED)
def test_closed_duals_of_the_library(name):
    closed(name)


@pytest.mark.parametrize("name", OPEN)
def test_open_duals_stay_means_and_say_why(name):
    stays_open(name)


def test_an_activation_that_was_added_has_one_or_the_other():
    for name in set(activations.names()) - {known.split("(")[0] for known in CLOSED + OPEN}:
        (stays_open if dual(name).has(Mean) else closed)(name)


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "leaky_relu(1/5)", "relu_power(2)", "cubic", "elu"])
def test_derivative_kernel_is_the_derivative_of_the_dual(name):
    gap = dual(name, q1, q2, c).diff(c) - derivative_dual(name, q1, q2, c)
    for r in (Rational(1, 3), Rational(-4, 5)):
        assert abs(gap.subs({q1: 1, q2: Rational(3, 2), c: r}).evalf(20)) < 1e-16


def test_derivative_kernel_of_jumps_contains_deltas():
    assert simplify(derivative_dual("sign") - 2 / (pi * sqrt(1 - rho**2))) == 0
    with pytest.raises(ActivationError, match="slope of its dual at coinciding inputs is infinite"):
        derivative_moment("step")


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "hard_tanh", "cubic", "gabor(2)"])
def test_slopes_and_moments(name):
    sigma = activations.get(name)
    f, kinks = sigma.formula, tuple(float(k) for k in sigma.kinks)
    square = gaussian_single(compiled(f**2, x), 0.7, kinks)
    assert abs(float(moment(sigma, 2, Rational(7, 10))) - square) < 1e-12
    slope = gaussian_single(compiled(sigma.derivative() ** 2, x), 0.7, kinks)
    assert abs(float(slope_at_one(sigma, Rational(7, 10))) - 0.7 * slope / square) < 1e-11
    first = gaussian_single(compiled(x * f, x), 0.7, kinks)
    assert abs(float(slope_at_zero(sigma, Rational(7, 10))) - first**2 / (0.7 * square)) < 1e-11


def test_relu_slope_is_exactly_one():
    """A table in circulation prints 0.95."""
    for name in ("relu", "leaky_relu(1/5)", "abs"):
        assert slope_at_one(name) == 1


def test_maps():
    assert c_map("relu").subs(rho, 1) == 1
    assert q_map("relu", q1, 2) == q1
    assert c_map("erf", rho, 2).subs(rho, 1) == 1
    with pytest.raises(ActivationError, match="zero"):
        c_map("x-x")


BAD = [
    ("x+y", ExpressionError, "unknown name 'y'"),
    ("exp(x^2)", NotIntegrableError, "infinite under this Gaussian law"),
    ("exp(x^4)", NotIntegrableError, "faster than a square|infinite"),
    ("sqrt(x)", ActivationError, "complex at x = -1"),
    ("1/x", ActivationError, "unbounded at x = 0"),
]


@pytest.mark.parametrize(("text", "error", "message"), BAD)
def test_bad_input_names_the_hypothesis_that_fails(text, error, message):
    with pytest.raises(error, match=message) as refusal:
        dual(text)
    assert "\n" not in str(refusal.value)


def test_exp_of_a_small_square_is_integrable_under_a_small_variance():
    assert simplify(dual("exp(x^2)", Rational(1, 8), Rational(1, 8), 0) - Rational(4, 3)) == 0


@pytest.mark.parametrize("body", [I * x, sqrt(x), log(x) * x, sqrt(1 - x**2), (-x) ** Rational(1, 3)])
def test_a_complex_integrand_is_refused(body):
    with pytest.raises(NotIntegrableError, match="complex integrand"):
        GaussianMean(body, GaussianLaw(x)).doit()
    assert GaussianMean(Abs(x) ** Rational(1, 3), GaussianLaw(x)).doit().is_positive


@pytest.mark.parametrize("body", [sqrt(x), sqrt(3 - x**2), log(x + 1)])
def test_a_complex_integrand_is_refused_on_the_sphere(body):
    law = SphereLaw((x,), 6, True)
    with pytest.raises(NotIntegrableError, match="complex integrand"):
        SphereMean(body, law).doit()
    assert SphereMean(sqrt(Abs(x)), law).doit().is_positive
    assert SphereMean(sqrt(10 - x**2), law).doit().has(SphereMean)  # real on the whole sphere
