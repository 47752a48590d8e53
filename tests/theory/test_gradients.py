"""Backward growth, against Jacobians of one normalised row taken by finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import limit, oo, pi

from tests.theory.sphere_grid import grid_value, helmert, unit_sphere
from theory import Network, SphereMean, analyze, fixed_point, gradient_growth, linearize
from theory.conventions import batch_size as n
from theory.network import NetworkError


def finite_difference_growth(function, size: int, centered: bool, mu: float, points: int) -> float:
    """(1/rank) E tr(J^T P J), J = d sigma(phi(x))/dx by central differences at |x| = 1, times E |x|^-2."""
    u, w = unit_sphere(size - 1 if centered else size, points)
    x = u @ helmert(size) if centered else u
    projection = np.eye(size) - (1 / size if centered else 0)

    def row(y):
        y = y @ projection
        return function(np.sqrt(size) * y / np.linalg.norm(y, axis=1, keepdims=True))

    total, h = 0.0, 1e-5
    for i in range(size):
        e = np.eye(size)[i] * h
        column = (row(x + e) - row(x - e)) / (2 * h)
        total += w @ np.einsum("ki,ij,kj->k", column, projection, column)
    dimension = size - 1 if centered else size
    return total / dimension / (mu * (dimension - 2))


CASES = [
    ("tanh", np.tanh, 4, True),
    ("log(1+exp(x))", lambda t: np.log1p(np.exp(t)), 4, True),
    ("x^3", lambda t: t**3, 4, True),
    ("x", lambda t: t, 4, True),
    ("tanh", np.tanh, 3, False),
    ("x^3", lambda t: t**3, 3, False),
]


@pytest.mark.parametrize(("name", "function", "size", "centered"), CASES)
def test_growth_matches_finite_differences(name, function, size, centered):
    network = Network(name, "batch" if centered else "batch-uncentered", size)
    expected = finite_difference_growth(function, size, centered, grid_value(fixed_point(network).mu), 60)
    assert grid_value(gradient_growth(network), 60) == pytest.approx(expected, rel=1e-7)


def test_relu_matches_monte_carlo():
    """n = 6, direct substitution of f' = 1{z > 0}; 10^6 rows, six standard errors."""
    generator = np.random.default_rng(7)
    x = generator.standard_normal((10**6, 6))
    x -= x.mean(1, keepdims=True)
    z = np.sqrt(6) * x / np.linalg.norm(x, axis=1, keepdims=True)
    a, b = z[:, 0], z[:, 1]
    values = (a > 0) * (5 - a**2) + (a > 0) * (b > 0) * (1 + a * b)
    mu = float(fixed_point(Network("relu", batch_size=6)).mu)
    ours = float(gradient_growth(Network("relu", batch_size=6))) * mu * 3
    assert abs(values.mean() - ours) < 6 * values.std() / 1000


def test_limits_of_large_batches():
    assert gradient_growth(Network("identity")) == (n - 2) / (n - 3)
    assert limit(gradient_growth(Network("relu")), n, oo).equals(pi / (pi - 1))


@pytest.mark.parametrize(
    "network",
    [Network("relu", batch_size=3), Network("x", "batch-uncentered", 2), Network("sign(x)", batch_size=6),
     Network("sqrt(abs(x))", batch_size=6)],
)  # fmt: skip
def test_infinite_growth(network):
    assert gradient_growth(network) is oo


def test_gradient_errors():
    with pytest.raises(NetworkError, match="degenerate"):
        gradient_growth(Network("relu", batch_size=2))


def test_analysis_has_the_keys_of_the_command_line():
    for network in (Network("tanh", batch_size=3), Network("relu", "batch-uncentered", 5), Network("x")):
        result = analyze(network)
        assert list(result) == ["b", "c", "mu", "eigenvalue_standard", "eigenvalue_pairs", "contraction_rate", "stable",
                                "gradient_growth", "fluctuation_constant", "condition_number"]  # fmt: skip
        for value in result.values():
            assert not isinstance(value, tuple) or (value[0] is None and len(value[1]) > 20)
    assert analyze(Network("relu", batch_size=5))["stable"].is_positive


@pytest.mark.parametrize(
    ("text", "function", "degree"),
    [
        ("max(x,0)^(3/2)", lambda t: np.maximum(t, 0) ** 1.5, 3 / 2),
        ("abs(x)^(4/3)", lambda t: np.abs(t) ** (4 / 3), 4 / 3),
    ],
)
def test_fractional_degrees_close_and_match_monte_carlo(text, function, degree):
    """Hypergeometric forms, symbolic in n, against 10^6 rows at n = 7; six standard errors."""
    linear = linearize(Network(text))
    forms = linear.mu, linear.eigenvalue_standard, linear.eigenvalue_pairs, gradient_growth(Network(text))
    assert not any(form.atoms(SphereMean) for form in forms)
    mu, standard, pairs, growth = (float(form.subs(n, 7).evalf(15)) for form in forms)

    def within(values, expected):
        return abs(values.mean() - expected) < 6 * values.std() / 10**3

    x = np.random.default_rng(11).standard_normal((10**6, 7))
    x -= x.mean(1, keepdims=True)
    z = np.sqrt(7) * x / np.linalg.norm(x, axis=1, keepdims=True)
    f = function(z)
    # one step from M (I + h D) M, D in an irrep, to first order: the law of z is reweighed by 1 + h (3/7) z^T D z
    projection = np.eye(7) - 1 / 7
    for direction, eigenvalue in (
        (projection @ np.diag([1.0, -1, 0, 0, 0, 0, 0]) @ projection, standard),
        (np.outer([1, -1, 0, 0, 0, 0, 0], [0, 0, 1, -1, 0, 0, 0]), pairs),
    ):
        direction = direction + direction.T
        form = lambda y, d=direction: np.einsum("ki,ij,kj->k", y, d, y)
        assert within(3 / 7 * form(z) * form(f) / (mu * np.sum(direction**2)), eigenvalue)
    a, b = z[:, 0], z[:, 1]
    one, two = (degree * f[:, i] / z[:, i] for i in (0, 1))
    assert within((one**2 * (6 - a**2) + one * two * (1 + a * b)) / (4 * mu), growth)
