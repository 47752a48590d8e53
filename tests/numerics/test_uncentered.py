"""Uncentred networks whose activation is not odd: against quadrature on the sphere, sharing only the activation."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.uncentered.digits import fixed_point_digits
from numerics.uncentered.fixed_point import (
    Estimate,
    fixed_correlation,
    fixed_correlations,
    uncentered_analysis,
    uncentered_fixed_point,
)
from tests.theory.sphere_grid import jacobian, mean_field, unit_sphere
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
    assert result["contraction_rate"].error < 1e-9
    assert np.abs(eigenvalues - result["eigenvalue_standard"].value).min() < 1e-6
    assert result["condition_number"].value == pytest.approx(np.linalg.cond(gram), rel=1e-9)


@pytest.mark.parametrize(("text", "function", "slope"), [("log(1+exp(x))", softplus, lambda t: 1 / (1 + np.exp(-t))),
                                                         ("x^2+x", lambda t: t**2 + t, lambda t: 2 * t + 1)])  # fmt: skip
@pytest.mark.parametrize("size", [2, 3])
def test_fluctuations_and_gradients_from_matrices_alone(text, function, slope, size):
    """Lyapunov's equation with an explicit C and a finite-difference J; the backward map as an explicit matrix."""
    result = uncentered_analysis(Network(text, "batch-uncentered", size))
    b, c = result["b"].value, result["c"].value
    gram = b * ((1 - c) * np.eye(size) + c * np.ones((size, size)))
    u, w = unit_sphere(size, 70)
    precision = np.linalg.inv(gram)
    quadratic = np.einsum("ki,ij,kj->k", u, precision, u)
    w = w * quadratic ** (-size / 2)
    w = w / w.sum()
    s = function(np.sqrt(size) * u)
    places = [(i, j) for i in range(size) for j in range(i, size)]
    products = np.stack([s[:, i] * s[:, j] for i, j in places], 1)
    noise = (products * w[:, None]).T @ products - np.outer(w @ products, w @ products)
    step = jacobian(function, gram, centered=False, points=70, step=1e-3 * b)
    k = len(places)
    variance = np.linalg.solve(np.eye(k * k) - np.kron(step, step), noise.ravel()).reshape(k, k)
    total = float(np.array([1 if i == j else 2 for i, j in places]) @ np.diag(variance))
    found = result["fluctuation_constant"]
    assert abs(found.value - total) < found.error + 1e-5 * total  # the witness differentiates by finite differences
    assert found.error < 1e-9 * total
    growth = result["gradient_growth"]
    if size == 2:
        assert growth.value == float("inf")
        return
    # E J^T X J for X = I and 11^T, E 1/|x|^2 = quadratic/(n - 2)
    z = np.sqrt(size) * u
    tangent = np.eye(size)[None] - u[:, :, None] * u[:, None, :]
    jacobians = slope(z)[:, :, None] * tangent * np.sqrt(size * quadratic / (size - 2))[:, None, None]
    columns = []
    for start in (np.eye(size), np.ones((size, size))):
        image = np.einsum("k,kai,kaj->ij", w, jacobians, start @ jacobians)
        columns.append((image[0, 0] - image[0, 1], image[0, 1]))
    assert abs(growth.value - np.abs(np.linalg.eigvals(np.array(columns).T)).max()) < growth.error + 1e-6
    assert growth.error < 1e-9 * growth.value


def test_fluctuation_constant_against_simulation():
    """ReLU, n = 4, d = 4000: networks are independent, six standard errors (1e-9) and 3 % for the next order in 1/d."""
    from numerics.lowering import lower
    from numerics.simulation import gram_chain

    network, width = Network("relu", "batch-uncentered", 4), 4000
    result = uncentered_analysis(network)
    b, c = result["b"].value, result["c"].value
    gram = b * ((1 - c) * np.eye(4) + c * np.ones((4, 4)))
    grams = gram_chain.sample(lower(network), gram, width=width, depth=40, networks=150, seed=11, layers=range(12, 41))
    squares = width * ((grams - gram) ** 2).sum((2, 3)).mean(1)
    margin = 6 * squares.std(ddof=1) / np.sqrt(len(squares))
    assert abs(squares.mean() - result["fluctuation_constant"].value) < margin + 0.03 * squares.mean()
    assert margin < 0.15 * squares.mean()


@pytest.mark.parametrize("name", ["relu", "softplus", "abs", "cos", "selu"])
def test_the_exchangeable_fixed_point_is_the_only_one_on_a_grid(name):
    network = Network(name, "batch-uncentered", 4)
    (root,) = fixed_correlations(network)
    assert root == pytest.approx(fixed_correlation(network)[0], abs=1e-9)
    assert -1 / 3 < root < 1  # just below 0 for selu, whose mean vanishes in large batches


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


def test_complex_eigenvalues_are_no_real_number():
    """x^2 - 13/10 + x/5 at n = 5: a Gram matrix of negative correlation, and a derivative that is far from symmetric."""
    result = uncentered_analysis(Network("x^2-13/10+x/5", "batch-uncentered", 5))
    assert "complex" in result["eigenvalue_standard"][1]
    assert result["contraction_rate"].value == pytest.approx(
        0.3282067722457, abs=1e-9
    )  # quadrature on the sphere of R^5
    # b and c from moments of degree 4 by mpmath, z = t + sqrt(1 - t^2) times a centred row
    assert result["c"].value == pytest.approx(-0.15547585669256609537, abs=1e-14)
    assert result["b"].value == pytest.approx(1.2416254360895346032, abs=3e-14)


def test_a_singular_fixed_point_is_refused():
    with pytest.raises(ValueError, match="singular"):
        uncentered_fixed_point(Network("hermite", "batch-uncentered", 4))


def test_keys_without_a_value_say_why():
    result = uncentered_analysis(Network("relu", "batch-uncentered", 3))
    assert result["eigenvalue_pairs"] == (None, "at n = 3 the pairs representation has dimension 0")
    assert isinstance(result["stable"], Estimate)
    assert uncentered_analysis(Network("relu", "batch-uncentered", 2))["gradient_growth"].value == float("inf")
    assert uncentered_analysis(Network("step", "batch-uncentered", 3))["gradient_growth"].value == float("inf")
    unstable = uncentered_analysis(Network("gelu", "batch-uncentered", 16))
    assert unstable["contraction_rate"].value > 1
    assert "unstable" in unstable["fluctuation_constant"][1]


def test_edges_of_the_correlation():
    singular = uncentered_analysis(Network("hermite", "batch-uncentered", 4))  # the rows of x^2 - 1 sum to 0
    assert singular["c"].value == pytest.approx(-1 / 3, abs=1e-9)
    assert "singular" in singular["contraction_rate"][1]
    near = uncentered_analysis(Network("selu", "batch-uncentered", 16))
    assert near["contraction_rate"].value < 1
    assert -1 / 15 < near["c"].value < 0


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
    tilted = uncentered_fixed_point(network)  # mixtures of tilts
    assert abs(float(point.correlation) - tilted.correlation) < tilted.correlation_error < 1e-11
    assert abs(float(point.diagonal) - tilted.diagonal) < tilted.diagonal_error < 1e-11
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
