"""Recursions without batch normalisation and exact second moments, against small exact expectations and sampling."""

import math

import numpy as np
import pytest
from sympy import Rational, Symbol, cancel, simplify, sqrt, symbols

from theory.activations import ActivationError
from theory.conventions import depth, width
from theory.finite_width import (
    covariance_map,
    critical_variances,
    edge_of_chaos,
    kurtosis_ratio,
    linear_moment_map,
    linear_product_error,
    log_norm_moments,
    norm_moment_ratio,
)
from theory.network import BatchNorm, LayerNorm, Network, NetworkError
from theory.unnormalized import linear_squared_error


def test_linear_product_error_is_the_authors_number():
    assert round(float(sqrt(linear_product_error(5, 2).subs(width, 1000))), 4) == 0.2450


def test_linear_product_error_agrees_with_the_recursion_step_by_step():
    n = Symbol("n", positive=True)
    step = linear_moment_map()
    square, product, own = 0, 1, 1
    for m in range(1, 5):
        square, product = (step[0, 0] * square + step[0, 1] * product, step[1, 0] * square + step[1, 1] * product)
        own = (step[0, 0] + step[0, 1]) * own
        direct = n * (own - 1) + n * (n - 1) * square
        assert cancel(direct - linear_product_error(n, m)) == 0
        assert cancel(direct - linear_squared_error(n, n, width, m)) == 0


def test_one_linear_layer_by_sampling():
    """200000 draws at d = 3, n = 2: five standard errors (false alarm below 1e-6)."""
    rng = np.random.default_rng(20261122)
    d, n, draws = 3, 2, 200_000
    weights = rng.standard_normal((draws, d, d)) / math.sqrt(d)
    x = weights[:, :, :n]
    gaps = np.einsum("kij,kil->kjl", x, x) - np.eye(n)
    values = np.sum(gaps**2, axis=(1, 2))
    exact = float(linear_product_error(n, 1).subs(width, d))
    assert abs(values.mean() - exact) < 5 * values.std() / math.sqrt(draws)


def test_kurtosis_and_norm_moments():
    assert kurtosis_ratio("relu") == 6
    a = Rational(1, 5)
    assert kurtosis_ratio("leaky_relu(1/5)") == 6 * (1 + a**4) / (1 + a**2) ** 2
    assert norm_moment_ratio("relu") == (1 + 5 / width) ** depth
    with pytest.raises(ActivationError, match="does not close"):
        norm_moment_ratio("tanh")
    with pytest.raises(ActivationError, match="does not close"):
        norm_moment_ratio("relu_power(2)")


def test_relu_norm_moments_by_sampling():
    """E q^2/E q^2 of two ReLU layers of width 4, five standard errors."""
    rng = np.random.default_rng(7)
    d, draws = 4, 400_000
    h = np.ones((draws, d)) / math.sqrt(d) * math.sqrt(d)
    for _ in range(2):
        size = np.mean(h**2, axis=1, keepdims=True)
        h = np.maximum(rng.standard_normal((draws, d)) * np.sqrt(2 * size), 0)
    q = np.mean(h**2, axis=1)
    ratio = np.mean(q**2)
    exact = float(norm_moment_ratio("relu", 2, d))
    assert abs(ratio - exact) < 5 * np.std(q**2) / math.sqrt(draws)
    assert abs(np.mean(q) - 1) < 5 * np.std(q) / math.sqrt(draws)


def test_log_norm_moments():
    mean, variance = log_norm_moments(1, 4)
    rng = np.random.default_rng(11)
    draws = np.log(rng.chisquare(4, 400_000) / 4)
    assert abs(draws.mean() - float(mean)) < 5 * draws.std() / math.sqrt(400_000)
    assert abs(draws.var() - float(variance)) < 0.02


def test_covariance_map():
    q, c = symbols("q c", positive=True)
    plain = covariance_map(Network("relu", None, weight_variance=2), q, q, q)
    assert [simplify(e) for e in plain] == [q, q, q]
    biased = covariance_map(Network("sin", None, 2, weight_variance=2, bias_variance=1), q, q, c)
    assert simplify(biased[2].subs(c, 0)) == 1
    normalised = covariance_map(Network("relu", LayerNorm(centered=False)), 4, 9, 6)
    assert normalised == (Rational(1, 2), Rational(1, 2), Rational(1, 2))
    with pytest.raises(NetworkError, match="couples the batch"):
        covariance_map(Network("relu", BatchNorm()), q, q, c)


def test_edge_of_chaos():
    assert critical_variances("relu", 3) == (2, 0)
    relu = edge_of_chaos("relu", 1, 2)
    assert (relu.chi, relu.variance_slope) == (1, 1)
    assert relu.correlation_depth.is_infinite
    v, b = critical_variances("erf", 1)
    assert abs(float(edge_of_chaos("erf", 1, v).chi) - 1) < 1e-12
    assert float(b) > 0
    q = Symbol("q", positive=True)
    slope = edge_of_chaos("erf", q, 1).variance_slope
    from theory.dual import moment

    assert simplify(slope - moment("erf", 2, q).diff(q)) == 0
    with pytest.raises(ActivationError, match="no edge of chaos"):
        critical_variances("exp", Rational(1, 2))
