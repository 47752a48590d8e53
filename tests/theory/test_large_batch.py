"""Limits of large batches, against finite batches and against the forms that need a smooth activation."""

from __future__ import annotations

import mpmath
import pytest
from sympy import lambdify, oo, pi

from theory import Network, activations, gradient_growth, linearize
from theory.conventions import batch_size as n
from theory.conventions import x
from theory.expectation import GaussianMean
from theory.large_batch import critical_batch_size, large_batch_limit
from theory.network import NetworkError


def gaussian_number(expression):
    """Every one-dimensional Gaussian mean by mpmath quadrature."""
    swap = {}
    for mean in expression.atoms(GaussianMean):
        function = lambdify(mean.law.variables[0], mean.expression, "mpmath")
        nodes = [-12, -4, -1, 0, 1, 4, 12]
        swap[mean] = mpmath.quad(lambda t, f=function: f(t) * mpmath.npdf(t), nodes)
    return float(expression.xreplace(swap).evalf(20))


@pytest.mark.parametrize("name", ["relu", "leaky_relu(1/5)", "x^3", "x^2"])
def test_closed_forms_converge_to_the_limit(name):
    limit = large_batch_limit(activations.get(name))
    linear = linearize(Network(name))
    for ours, form in (
        (limit.eigenvalue_standard, linear.eigenvalue_standard),
        (limit.eigenvalue_pairs, linear.eigenvalue_pairs),
        (limit.gradient_growth, gradient_growth(Network(name))),
        (limit.mu, linear.mu),
    ):
        assert abs(form.subs(n, 10**8).evalf(30) - ours.evalf(30)) < 1e-6


@pytest.mark.parametrize("name", ["tanh", "erf", "x*Phi(x)", "log(1+exp(x))", "x/(1+exp(-x))"])
def test_limits_agree_with_the_forms_by_parts(name):
    sigma = activations.get(name)
    f, df, ddf = (lambdify(x, sigma.formula.diff(x, k), "mpmath") for k in range(3))

    def mean(body):
        return mpmath.quad(lambda t: body(t) * mpmath.npdf(t), [-12, -4, -1, 0, 1, 4, 12])

    variance = mean(lambda t: f(t) ** 2) - mean(f) ** 2
    limit = large_batch_limit(sigma)
    assert gaussian_number(limit.eigenvalue_pairs) == pytest.approx(float(mean(df) ** 2 / variance), rel=1e-12)
    by_parts = (mean(lambda t: t * f(t) * df(t)) - mean(f) * mean(ddf)) / variance
    assert gaussian_number(limit.eigenvalue_standard) == pytest.approx(float(by_parts), rel=1e-12)
    assert gaussian_number(limit.gradient_growth) == pytest.approx(
        float(mean(lambda t: df(t) ** 2) / variance), rel=1e-12
    )


def test_printed_values():
    relu = large_batch_limit(activations.get("relu"))
    assert relu.eigenvalue_standard == 1
    assert relu.eigenvalue_pairs.equals(pi / (2 * (pi - 1)))
    assert relu.gradient_growth.equals(pi / (pi - 1))
    gelu = large_batch_limit(activations.get("x*Phi(x)"))
    assert gaussian_number(gelu.eigenvalue_standard) > 1
    assert large_batch_limit(activations.get("sign(x)")).gradient_growth is oo


def test_critical_batch_size_of_the_cube():
    """lambda_L is rational in n: 36/37 at n = 5, and above 1 from n = 6."""
    critical = critical_batch_size("x^3")
    assert critical.has_closed_form
    assert critical.margin(5) > 0 > critical.margin(6)
    assert critical.limit_margin == -2
    from sympy import Rational, nsolve

    root = nsolve(critical.linearization.eigenvalue_standard - 1, n, 5.5)
    assert 5 < root < 6
    assert abs(critical.margin(Rational(int(root * 10**12), 10**12)).evalf()) < 1e-10


def test_critical_batch_size_needs_integers_where_the_form_is_open():
    critical = critical_batch_size("tanh")
    assert not critical.has_closed_form
    with pytest.raises(NetworkError, match="integer batch sizes only"):
        critical.margin(5.5)


def test_constant_activations_have_no_limit():
    with pytest.raises(NetworkError, match="constant"):
        large_batch_limit(activations.get("x^0*2"))
