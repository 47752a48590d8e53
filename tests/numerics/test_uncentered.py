"""Uncentred networks whose activation is not odd: against quadrature on the sphere, sharing only the activation."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.uncentered import Estimate, fixed_correlation, uncentered_analysis
from numerics.uncentered_digits import fixed_point_digits
from tests.theory.sphere_grid import jacobian, mean_field
from theory import Network
from theory.mean_field import has_correlated_rows
from theory.network import NetworkError


def softplus(t: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(t))


@pytest.mark.parametrize(("text", "function"), [("log(1+exp(x))", softplus), ("x^2", lambda t: t**2)])
@pytest.mark.parametrize("size", [2, 3])
def test_fixed_point_and_eigenvalues(text, function, size):
    network = Network(text, "batch-uncentered", size)
    result = uncentered_analysis(network)
    b, c = result["b"].value, result["c"].value
    gram = b * ((1 - c) * np.eye(size) + c * np.ones((size, size)))
    assert np.allclose(mean_field(function, gram, centered=False, points=120), gram, atol=1e-9)
    eigenvalues = np.linalg.eigvals(jacobian(function, gram, centered=False, points=120, step=1e-3 * b))
    largest = np.abs(eigenvalues).max()
    assert result["contraction_rate"].value == pytest.approx(largest, abs=1e-6)
    assert result["contraction_rate"].error < 1e-6
    assert np.abs(eigenvalues - result["eigenvalue_standard"].value).min() < 1e-6
    assert result["condition_number"].value == pytest.approx(np.linalg.cond(gram), rel=1e-9)


def test_pairs_at_four_samples():
    """ReLU, n = 4: the pairs eigenvalue is seen by one finite difference of Monte Carlo means (common random numbers)."""
    network = Network("relu", "batch-uncentered", 4)
    result = uncentered_analysis(network)
    c = result["c"].value
    base = (1 - c) * np.eye(4) + c * np.ones((4, 4))
    direction = np.zeros((4, 4))
    for i, j, sign in ((0, 2, 1), (1, 3, 1), (0, 3, -1), (1, 2, -1)):
        direction[i, j] = direction[j, i] = sign
    noise = np.random.default_rng(6).standard_normal((10**6, 4))

    def samples(gram: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(gram)
        x = noise @ (vectors * np.sqrt(values) @ vectors.T)
        s = np.maximum(2 * x / np.linalg.norm(x, axis=1, keepdims=True), 0)
        return (s[:, 0] * s[:, 2] + s[:, 1] * s[:, 3] - s[:, 0] * s[:, 3] - s[:, 1] * s[:, 2]) / 4

    h = 0.05
    difference = (samples(base + h * direction) - samples(base - h * direction)) / (2 * h) / result["b"].value
    assert abs(difference.mean() - result["eigenvalue_pairs"].value) < 6 * difference.std() / 1000 + 0.005


def test_keys_without_a_value_say_why():
    result = uncentered_analysis(Network("relu", "batch-uncentered", 3))
    assert result["eigenvalue_pairs"] == (None, "at n = 3 the pairs representation has dimension 0")
    assert "not implemented" in result["gradient_growth"][1]
    assert isinstance(result["stable"], Estimate)


def test_refusals():
    assert not has_correlated_rows(Network("tanh", "batch-uncentered", 4))
    assert not has_correlated_rows(Network("relu", batch_size=4))
    with pytest.raises(NetworkError, match="not odd"):
        fixed_correlation(Network("tanh", "batch-uncentered", 4))
    with pytest.raises(NetworkError, match="integer batch size"):
        fixed_correlation(Network("relu", "batch-uncentered"))


@pytest.mark.parametrize(("name", "size"), [("relu", 2), ("relu", 5), ("abs", 7), ("leaky_relu(1/5)", 4)])
def test_the_fixed_point_has_many_digits_where_the_activation_is_homogeneous(name, size):
    network = Network(name, "batch-uncentered", size)
    point = fixed_point_digits(network, 30)
    c, b = fixed_correlation(network)  # the float64 map: an ellipse quadrature
    assert float(point.correlation) == pytest.approx(c, abs=1e-10)  # what that map is worth without centring
    assert float(point.diagonal) == pytest.approx(b, abs=1e-10)  # what that map is worth without centring
    assert point.error < 1e-33
    finer = fixed_point_digits(network, 36)
    assert abs(finer.correlation - point.correlation) <= point.error + finer.error


def test_the_correlation_is_a_fixed_point_of_the_network_itself():
    # E over networks of one wide layer from G_* is G_*: 12 standard errors of a mean of 400 networks, false alarm below 1e-30
    from numerics.lowering import lower
    from numerics.simulation import gram_chain

    network = Network("relu", "batch-uncentered", 4)
    point = fixed_point_digits(network, 15)
    b, c = float(point.diagonal), float(point.correlation)
    start = b * ((1 - c) * np.eye(4) + c * np.ones((4, 4)))
    grams = gram_chain.sample(lower(network), start, width=500, depth=1, networks=400, seed=3, layers=[1])[:, 0, 0, 1]
    assert abs(grams.mean() - b * c) < 12 * grams.std(ddof=1) / 20


def test_digits_need_a_homogeneous_activation_that_is_not_odd():
    for name in ("tanh", "identity", "softplus"):
        with pytest.raises(NetworkError, match="homogeneous"):
            fixed_point_digits(Network(name, "batch-uncentered", 4))
