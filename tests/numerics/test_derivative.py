"""dF at an arbitrary Gram matrix: finite differences of an independent map, the density of a row, and the formulas at G_*."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Matrix, Rational, eye, lambdify

from numerics.derivative import mean_field_slope
from numerics.evaluate import evaluate
from numerics.fixed_gram import fixed_point_gram
from numerics.maps.prepared import MapError
from tests.theory.sphere_grid import helmert, mean_field, unit_sphere
from theory import Network, linearize, mean_field_derivative
from theory.network import NetworkError

GRAM = [[2, Rational(1, 2), 0], [Rational(1, 2), 1, Rational(-1, 3)], [0, Rational(-1, 3), Rational(3, 2)]]
DIRECTION = [[1, 0, Rational(1, 2)], [0, -1, 1], [Rational(1, 2), 1, 2]]
FUNCTIONS = {"tanh": np.tanh, "softplus": lambda t: np.log1p(np.exp(t)), "relu": lambda t: np.maximum(t, 0)}


def floats(matrix) -> np.ndarray:
    return np.array(Matrix(matrix).tolist(), dtype=float)


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("name", ["tanh", "softplus", "relu"])
def test_means_differences_and_slope_agree_at_an_arbitrary_gram_matrix(name, centered):
    """Three ways that share no code: the means on a grid of the sphere, differences of a map by that grid, the float64 slope."""
    network = Network(name, "batch" if centered else "batch-uncentered", 3)
    gram, direction = floats(GRAM), floats(DIRECTION)
    slope = mean_field_slope(network, gram, direction)
    assert slope.error < 1e-7
    points = 60 if centered else 160
    u, w = unit_sphere(2 if centered else 3, points)
    basis = helmert(3) if centered else np.eye(3)
    precision = np.linalg.inv(basis @ gram @ basis.T)
    w = w * np.einsum("ki,ij,kj->k", u, precision, u) ** (-len(precision) / 2)
    z = np.sqrt(3) * u @ basis
    means = mean_field_derivative(network, GRAM, DIRECTION)
    values = np.array([
        [np.sum(w * lambdify(means[i, j].law.variables, means[i, j].expression, "numpy")(*z.T)) / w.sum() for j in range(3)]
        for i in range(3)
    ])  # fmt: skip
    kinked = name == "relu"
    assert np.abs(values - slope.matrix).max() < (2e-4 if kinked else 1e-8)
    h = 1e-3
    function = FUNCTIONS[name]

    def difference(k: float) -> np.ndarray:
        up, down = (mean_field(function, gram + s * k * direction, centered, points) for s in (1, -1))
        return (up - down) / (2 * k)

    assert np.abs((4 * difference(h) - difference(2 * h)) / 3 - slope.matrix).max() < (2e-4 if kinked else 1e-8)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "elu"])
def test_slope_at_the_fixed_point_has_the_eigenvalues_of_the_irreps(name):
    network = Network(name, batch_size=5)
    gram, linear = fixed_point_gram(network), linearize(network)
    pairs = np.zeros((5, 5))
    for i, j, sign in ((0, 2, 1), (1, 3, 1), (0, 3, -1), (1, 2, -1)):
        pairs[i, j] = pairs[j, i] = sign
    found = mean_field_slope(network, gram, pairs)
    assert np.abs(found.matrix - float(evaluate(linear.eigenvalue_pairs, 15).value) * pairs).max() < 1e-8
    centring = np.eye(5) - 0.2
    spread = centring @ np.diag([3.0, -1, -1, -1, 0]) @ centring
    moved = centring @ mean_field_slope(network, gram, spread).matrix @ centring
    assert np.abs(moved - float(evaluate(linear.eigenvalue_standard, 15).value) * spread).max() < 1e-8
    assert mean_field_slope(network, gram, np.ones((5, 5))).matrix.any() == np.False_


def test_gaussian_derivative_is_prices_theorem():
    network = Network("erf", None, 2)
    gram, direction = [[1, Rational(1, 3)], [Rational(1, 3), 2]], [[0, 1], [1, 0]]
    value = float(evaluate(mean_field_derivative(network, gram, direction)[0, 1], 15).value)
    assert value == pytest.approx(mean_field_slope(network, floats(gram), floats(direction)).matrix[0, 1], abs=1e-9)
    # E sigma sigma = (2/pi) asin(2c/sqrt((1+2q1)(1+2q2))) by hand
    assert value == pytest.approx(4 / np.pi / np.sqrt(15 - 4 / 9), abs=1e-12)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: mean_field_derivative(Network("relu", batch_size=4), eye(3), eye(3)), NetworkError, "3 x 3, but"),
        (lambda: mean_field_derivative(Network("relu"), eye(3), eye(2)), NetworkError, "direction is 2 x 2"),
        (lambda: mean_field_derivative(Network("relu"), [[1, 2, 0], [0, 1, 0], [0, 0, 1]], eye(3)), NetworkError, "symmetric"),
        (lambda: mean_field_derivative(Network("relu", "layer"), eye(3), eye(3)), NetworkError, "couples the neurons"),
        (lambda: mean_field_derivative(Network("relu"), Matrix.ones(3, 3), eye(3)), NetworkError, "singular"),
        (lambda: mean_field_derivative(Network("relu"), eye(2), eye(2)), NetworkError, "two samples"),
        (lambda: mean_field_derivative(Network("relu", None), Matrix.ones(2, 2), eye(2)), NetworkError, "parallel"),
        (lambda: mean_field_slope(Network("relu"), np.eye(3), np.eye(2)), MapError, "direction is a symmetric matrix of shape"),
        (lambda: mean_field_slope(Network("relu", "batch-uncentered"), np.diag([1.0, 1, 0]), np.eye(3)), MapError, "singular"),
    ],
)  # fmt: skip
def test_errors(build, error, message):
    with pytest.raises(error, match=message):
        build()
