"""Hermite and Gegenbauer coefficients and series, against quadrature and each other."""

import math

import numpy as np
import pytest
from sympy import Piecewise, Rational, Symbol, exp, factorial, hermite_prob, pi, simplify, sin, sqrt

from numerics.enclose import enclose
from tests.theory.reference import compiled, gaussian_pair, gaussian_single, sphere_pair
from theory import activations
from theory.conventions import batch_size, rho, x, z
from theory.dual import derivative_moment, dual
from theory.expectation import Mean, SphereLaw, SphereMean
from theory.finite_width import edge_of_chaos
from theory.hermite_coefficients import NoGeneralCoefficientError
from theory.orthogonal import (
    gegenbauer_coefficient,
    gegenbauer_polynomial,
    gegenbauer_series,
    harmonic_dimension,
    hermite_coefficient,
    hermite_polynomial,
    mehler_series,
)

n = batch_size


def test_a_symbolic_degree_at_zero_misleads_sympy_and_is_not_trusted():
    """sympy 1.14: hermite_prob(k, 0) with symbolic k misses a factor 2^(k/2)."""
    k = Symbol("k", integer=True, nonnegative=True)
    assert (
        hermite_prob(4, 0) == 4 * hermite_prob(k, 0).subs(k, 4).doit()
    )  # the trap: where sympy mends it, this line goes
    assert hermite_polynomial(4, 0) == 3 / sqrt(24)
    # a step leaves a value at 0 behind: in a symbolic degree it is the one of every degree
    for degree in (1, 3, 5):
        assert simplify(hermite_coefficient("sign", k).subs(k, degree) - hermite_coefficient("sign", degree)) == 0


def test_hermite_polynomials_are_orthonormal():
    for j in range(6):
        for k in range(6):
            body = compiled(hermite_polynomial(j, x) * hermite_polynomial(k, x), x)
            assert abs(gaussian_single(body, 1.0) - (j == k)) < 1e-10


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "sin", "elu", "hard_tanh", "step", "exp", "gabor(1)"])
def test_hermite_coefficients(name):
    sigma = activations.get(name)
    kinks = tuple(float(k) for k in sigma.kinks)
    for k in (0, 1, 2, 3, 5):
        coefficient = hermite_coefficient(sigma, k)
        assert not coefficient.has(Mean)
        expected = gaussian_single(compiled(sigma.formula * hermite_polynomial(k, x), x), 1.0, kinks)
        assert abs(float(coefficient) - expected) < 1e-11


def test_hermite_coefficients_are_taylor_coefficients_of_the_dual():
    for name in ("relu", "erf", "gelu"):
        form = dual(name)
        for k in (0, 1, 2, 4):
            taylor = form.diff(rho, k).subs(rho, 0) / math.factorial(k)
            assert abs((taylor - hermite_coefficient(name, k) ** 2).evalf(20)) < 1e-17


@pytest.mark.parametrize("name", ["relu", "erf", "tanh"])
def test_mehler_tail_is_a_bound(name):
    sigma = activations.get(name)
    f, kinks = compiled(sigma.formula, x), tuple(float(k) for k in sigma.kinks)
    series = mehler_series(name, 4)

    def number(expression):
        for mean in expression.atoms(Mean):
            v = mean.law.variables[0]
            expression = expression.xreplace({mean: gaussian_single(compiled(mean.expression, v), 1.0, kinks)})
        return float(expression)

    for r in (0.3, -0.8):
        error = abs(gaussian_pair(f, f, 1.0, 1.0, r, kinks) - number(series.partial_sum.subs(rho, r)))
        assert error <= number(series.tail.subs(rho, r)) * (1 + 1e-9)
    unequal = mehler_series("relu", 3, 2, Rational(1, 2), Symbol("c", real=True))
    value = gaussian_pair(lambda t: np.maximum(t, 0), lambda t: np.maximum(t, 0), 2.0, 0.5, 0.4, (0.0,))
    at = {Symbol("c", real=True): Rational(2, 5)}
    assert abs(value - float(unequal.partial_sum.subs(at))) <= float(unequal.tail.subs(at))


def test_gegenbauer_polynomials():
    assert gegenbauer_polynomial(3, 1, n) == 1
    assert gegenbauer_polynomial(2, x, 2) == 2 * x**2 - 1  # Chebyshev
    assert simplify(gegenbauer_polynomial(2, x, n) - (n * x**2 - 1) / (n - 1)) == 0
    assert [harmonic_dimension(k, 3) for k in range(4)] == [1, 3, 5, 7]
    assert [harmonic_dimension(k, 2) for k in range(4)] == [1, 2, 2, 2]
    for j, k in ((1, 1), (1, 3), (2, 2), (2, 4)):  # E P_j P_k = delta/N_k
        body = gegenbauer_polynomial(j, z[0] / sqrt(4), 4) * gegenbauer_polynomial(k, z[0] / sqrt(4), 4)
        mean = SphereMean(body, SphereLaw(z[0], 5)).doit()
        assert mean == (1 / harmonic_dimension(k, 4) if j == k else 0)


def test_gegenbauer_series_of_a_polynomial_is_complete():
    law = SphereLaw(z[:2], n)
    series = gegenbauer_series("x^3-x", 3, law)
    exact = SphereMean((z[0] ** 3 - z[0]) * (z[1] ** 3 - z[1]), law).doit()
    assert simplify(series.tail) == 0
    assert simplify(series.partial_sum - exact) == 0


def test_gegenbauer_series_of_relu_at_symbolic_batch_size():
    series = gegenbauer_series("relu", 2, SphereLaw(z[:2], n))
    for size in (5, 8):
        _, pair = sphere_pair(lambda t: np.maximum(t, 0), size, True)
        error = abs(pair - float(series.partial_sum.subs(n, size)))
        assert error <= float(series.tail.subs(n, size))
    assert gegenbauer_coefficient("relu", 1, SphereLaw(z[0], 5)) == Rational(1, 2)


@pytest.mark.parametrize("degree", [-1, 1.5, True])
def test_a_degree_is_a_nonnegative_integer(degree):
    with pytest.raises(ValueError, match="nonnegative integer"):
        hermite_polynomial(degree, x)


k = Symbol("k", integer=True, nonnegative=True)
GENERAL = ["relu", "abs", "step", "sign", "erf", "exp", "sin", "cos", "monomial(3)", "gaussian", "gelu", "hard_tanh",
           "exp(-(x-1)^2)", "exp(x^2/8)", "max(x-1,0)^2+x*exp(x/2)*sin(x)"]  # fmt: skip


@pytest.mark.parametrize("name", GENERAL)
def test_coefficients_in_a_symbolic_degree_are_those_of_every_degree(name):
    """In balls against the integers' own rules: degrees 0 to 12 at once in the variance 6/5."""
    q = Rational(6, 5)
    form = hermite_coefficient(name, k, q)
    assert not form.has(Mean)
    wrong = []
    for degree in range(13):
        found, expected = (enclose(e, 100).ball for e in (form.subs(k, degree), hermite_coefficient(name, degree, q)))
        agree = found.overlaps(expected) and float(found.rad() + expected.rad()) < 1e-20
        wrong += [] if agree else [(degree, found, expected)]
    assert not wrong


def test_coefficients_in_a_symbolic_degree_and_variance():
    q = Symbol("q", positive=True)
    assert (
        simplify(hermite_coefficient("sin", k, q) - q ** (k / 2) * exp(-q / 2) * sin(pi * k / 2) / sqrt(factorial(k)))
        == 0
    )
    assert hermite_coefficient("relu", 1, q) == sqrt(q) / 2
    guarded = hermite_coefficient("exp(x^2/8)", k, q)
    assert guarded.args[0][1].subs(q, 3) == True  # noqa: E712
    assert guarded.subs({q: 5, k: 2}).has(Mean)


@pytest.mark.parametrize(("name", "reason"), [
    ("elu", "at the kink z = 0"), ("tanh", "tanh.z. is no polynomial"), ("gabor", "imaginary argument"),
    ("erf(x)**2", "more than one"),
])  # fmt: skip
def test_no_coefficient_in_a_symbolic_degree_says_why(name, reason):
    with pytest.raises(NoGeneralCoefficientError, match=reason):
        hermite_coefficient(name, k)
    with pytest.raises(ValueError, match="integer=True"):
        hermite_coefficient(name, Symbol("k"))


def test_conditions_travel_with_slopes_and_coefficients():
    q = Symbol("q", positive=True)
    for form in (
        derivative_moment("exp(x^2/8)", q), hermite_coefficient("exp(x^2/8)", 2, q), edge_of_chaos("exp(x^2/8)", q, 1).chi
    ):  # fmt: skip
        assert form.has(Piecewise)
        assert form.subs(q, 9).has(Mean)
        assert not form.subs(q, Rational(1, 2)).has(Mean)
