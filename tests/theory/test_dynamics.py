"""Eigenvalue dynamics, gaps, cross-batch blocks and the 1/d correction, each against matrices and quadrature alone."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Matrix, Rational, S, oo, pi

from tests.theory.sphere_grid import grid_value, helmert, mean_field, rows
from tests.theory.test_fluctuations import brute_force
from theory import Network, fixed_point
from theory.conventions import batch_size as n
from theory.cross_batch import cross_batch
from theory.gaps import isometry_gap, linear_orthogonality_gap_square, orthogonality_gap, require_regular
from theory.linear_dynamics import eigenvalue_map, relative_gap_after
from theory.mean_correction import mean_correction
from theory.network import NetworkError


@pytest.mark.parametrize(
    ("key", "size", "values"),
    [
        ("batch", 4, (1, 2, 3)),
        ("batch", 3, (5, 1)),
        ("batch-uncentered", 2, (3, 2)),
        ("batch-uncentered", 3, (1, 1, 4)),
    ],
)
def test_eigenvalues_of_one_layer(key, size, values):
    centered = key == "batch"
    basis = helmert(size) if centered else np.eye(size)
    rotation = np.linalg.qr(np.random.default_rng(1).standard_normal((len(basis), len(basis))))[0] @ basis
    gram = rotation.T @ np.diag(np.array(values, float)) @ rotation
    image = mean_field(lambda t: t, gram, centered)
    numeric = np.diag(rotation @ image @ rotation.T)
    ours = [float(e.evalf(15)) for e in eigenvalue_map(Network("identity", key, size), values)]
    assert np.allclose(ours, numeric, atol=1e-9)
    assert sum(ours) == pytest.approx(size, abs=1e-10)
    assert np.allclose(rotation @ image @ rotation.T, np.diag(numeric), atol=1e-9)


def test_two_eigenvalues_halve_their_hyperbolic_distance():
    for key, size in (("batch", 3), ("batch-uncentered", 2)):
        first, second = eigenvalue_map(Network("identity", key, size), (9, 1))
        assert (first - second) / (first + second) == Rational(1, 2)
        assert abs((relative_gap_after(Rational(4, 5), 1) - Rational(1, 2)).evalf(30)) < 1e-28


@pytest.mark.parametrize(
    ("network", "values", "message"),
    [
        (Network("relu", batch_size=4), (1, 2, 3), "holds for the identity"),
        (Network("identity", batch_size=4), (1, 2), "has 3 eigenvalues"),
        (Network("identity", batch_size=4), (1, 2, -1), "nonnegative"),
        (Network("identity", batch_size=4), (0, 0, 0), "not all zero"),
    ],
)
def test_eigenvalue_map_errors(network, values, message):
    with pytest.raises(NetworkError, match=message):
        eigenvalue_map(network, values)


def test_gaps_of_matrices():
    gram = np.array(fixed_point(Network("relu", batch_size=5)).matrix()).astype(float)
    exchangeable = fixed_point(Network("relu", batch_size=5))
    expected = np.linalg.norm(gram / np.trace(gram) - np.eye(5) / 5)
    assert float(orthogonality_gap(exchangeable)) == pytest.approx(expected, rel=1e-12)
    assert float(orthogonality_gap(Matrix(gram))) == pytest.approx(expected, rel=1e-12)
    expected = -np.log(np.linalg.det(gram) ** 0.2 / (np.trace(gram) / 5))
    assert float(isometry_gap(exchangeable)) == pytest.approx(expected, rel=1e-12)
    assert float(isometry_gap(Matrix(gram))) == pytest.approx(expected, rel=1e-12)
    assert isometry_gap(fixed_point(Network("identity", batch_size=5))) is oo
    assert isometry_gap(Matrix([[1, 1], [1, 1]])) is oo
    with pytest.raises(NetworkError, match="singular"):
        require_regular(fixed_point(Network("identity", batch_size=5)), "a test")


def test_linear_orthogonality_gap_at_finite_width():
    """150 chains, d = 400, n = 3 uncentred, identity, 40 layers: six standard errors plus 1/d."""
    generator = np.random.default_rng(4)
    totals = []
    for _ in range(150):
        gram, values = np.eye(3), []
        for layer in range(40):
            x = generator.standard_normal((400, 3)) @ np.linalg.cholesky(gram).T
            z = np.sqrt(3) * x / np.linalg.norm(x, axis=1, keepdims=True)
            gram = z.T @ z / 400
            if layer > 8:
                values.append(400 * np.linalg.norm(gram / np.trace(gram) - np.eye(3) / 3) ** 2)
        totals.append(np.mean(values))
    expected = float(linear_orthogonality_gap_square(3))
    assert abs(np.mean(totals) - expected) < 6 * np.std(totals) / 12 + 0.005 * expected


@pytest.mark.parametrize(("name", "function"), [("tanh", np.tanh), ("x", lambda t: t), ("x^2", lambda t: t**2)])
@pytest.mark.parametrize("key", ["batch", "batch-uncentered"])
def test_cross_batch_against_monte_carlo(name, function, key):
    """n = 3, 4 10^5 pairs of rows, cross covariance 0.15 mu D on antithetic pairs; six standard errors plus curvature."""
    centered = key == "batch"
    if name == "x^2" and not centered:
        with pytest.raises(NetworkError, match="not odd"):
            cross_batch(Network(name, key, 3))
        return
    ours = cross_batch(Network(name, key, 3))
    generator = np.random.default_rng(2)
    basis = helmert(3) if centered else np.eye(3)
    m, strength = len(basis), 0.15
    first, fresh = generator.standard_normal((2, 400_000, m))
    direction = np.zeros((m, m))
    direction[0, 1] = 1
    images = []
    for sign in (1, -1):
        second = fresh.copy()
        second[:, 1] = sign * strength * first[:, 0] + np.sqrt(1 - strength**2) * fresh[:, 1]
        s, r = (function(np.sqrt(3) * (y / np.linalg.norm(y, axis=1, keepdims=True)) @ basis) for y in (first, second))
        images.append((s @ basis.T)[:, 0] * (r @ basis.T)[:, 1])
    slope = (images[0] - images[1]) / (2 * strength)
    # the covariance of the rows is mu times this one, and the block comes back in units of 1
    expected = grid_value(ours.eigenvalue) * grid_value(fixed_point(Network(name, key, 3)).mu)
    assert abs(slope.mean() - expected) < 6 * slope.std() / 632 + 0.02 * expected
    z, w = rows(3, centered)
    assert grid_value(ours.entry) == pytest.approx(float((w @ function(z))[0]) ** 2, abs=1e-12)


def test_cross_batch_of_the_identity():
    assert cross_batch(Network("identity", batch_size=3)).eigenvalue == pi / 4
    assert float(cross_batch(Network("identity")).eigenvalue.subs(n, 1000)) == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize(("name", "function"), [("tanh", np.tanh), ("log(1+exp(x))", lambda t: np.log1p(np.exp(t)))])
def test_mean_correction_is_half_the_second_derivative_over_the_fluctuations(name, function):
    """(I - J)^{-1} (1/2) sum_k v_k F''[e_k, e_k] with V = sum v_k e_k e_k^T, all by finite differences at n = 4."""
    size = 4
    network = Network(name, batch_size=size)
    gram = np.array(fixed_point(network).matrix().applyfunc(lambda e: S(grid_value(e)))).astype(float)
    variance = brute_force(function, size, True)["matrix"]
    places = [(i, j) for i in range(size) for j in range(i, size)]
    values, vectors = np.linalg.eigh(variance)
    total = np.zeros((size, size))
    for value, vector in zip(values, vectors.T, strict=True):
        direction = np.zeros((size, size))
        for entry, (i, j) in zip(vector, places, strict=True):
            direction[i, j] = direction[j, i] = entry
        estimates = []
        for h in (0.01, 0.02):  # the basis of a degenerate eigenspace, hence the error, is up to BLAS
            plus, minus = (mean_field(function, gram + s * h * direction) for s in (1, -1))
            estimates.append((plus - 2 * gram + minus) / h**2)
        total += value / 2 * (4 * estimates[0] - estimates[1]) / 3
    ours = mean_correction(network)
    # a permutation-invariant change is not seen by F, so (I - J)^{-1} leaves it alone
    assert total[0, 0] == pytest.approx(grid_value(ours.diagonal), rel=2e-4)
    assert total[0, 1] == pytest.approx(grid_value(ours.off_diagonal), rel=2e-4)


def test_mean_correction_without_centring():
    size = 3
    network = Network("tanh", "batch-uncentered", size)
    gram = np.array(fixed_point(network).matrix().applyfunc(lambda e: S(grid_value(e)))).astype(float)
    variance = brute_force(np.tanh, size, False)["matrix"]
    places = [(i, j) for i in range(size) for j in range(i, size)]
    values, vectors = np.linalg.eigh(variance)
    total = 0.0
    for value, vector in zip(values, vectors.T, strict=True):
        direction = np.zeros((size, size))
        for entry, (i, j) in zip(vector, places, strict=True):
            direction[i, j] = direction[j, i] = entry
        for h, weight in ((0.02, 4 / 3), (0.04, -1 / 3)):
            plus, minus = (mean_field(np.tanh, gram + s * h * direction, False) for s in (1, -1))
            total += value / 2 * weight * (plus - 2 * gram + minus)[0, 0] / h**2
    ours = mean_correction(network)
    assert total == pytest.approx(grid_value(ours.diagonal), rel=2e-4)
    assert ours.off_diagonal == 0


def test_mean_correction_vanishes_where_it_must():
    """b = 1/2 exactly for ReLU; G_* trace n exactly for the identity; p4 is constant on the circle."""
    assert mean_correction(Network("relu", batch_size=4)).diagonal == 0
    assert mean_correction(Network("identity")).diagonal == mean_correction(Network("identity")).off_diagonal == 0
    assert mean_correction(Network("tanh", batch_size=3)).off_diagonal == 0
