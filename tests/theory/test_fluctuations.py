"""Stationary fluctuations, against the Lyapunov equation solved with an explicit tensor C and a finite-difference J."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Max, Rational, S, simplify

from tests.theory.sphere_grid import grid_value, jacobian, rows
from theory import Network, SphereLaw, SphereMean, fixed_point, stationary_fluctuations
from theory.activations.base import Activation
from theory.conventions import batch_size as n
from theory.conventions import x, z
from theory.network import NetworkError
from theory.sphere_moments import moment


def brute_force(function, size: int, centered: bool) -> dict:
    """tr V, tr of M V M, entry variances and the one-step noise, from matrices alone."""
    z, w = rows(size, centered)
    s = function(z)
    places = [(i, j) for i in range(size) for j in range(i, size)]
    products = np.stack([s[:, i] * s[:, j] for i, j in places], 1)
    mean = w @ products
    noise = (products * w[:, None]).T @ products - np.outer(mean, mean)
    gram = np.zeros((size, size))
    for value, (i, j) in zip(mean, places, strict=True):
        gram[i, j] = gram[j, i] = value
    step = jacobian(function, gram, centered)
    k = len(places)
    variance = np.linalg.solve(np.eye(k * k) - np.kron(step, step), noise.ravel()).reshape(k, k)
    weight = np.array([1 if i == j else 2 for i, j in places])
    centre = np.eye(size) - 1 / size
    project = []
    for i, j in places:
        e = np.zeros((size, size))
        e[i, j] = e[j, i] = 1
        image = centre @ e @ centre
        project.append([image[a, b] for a, b in places])
    inner = np.array(project).T @ variance @ np.array(project)
    return {
        "noise": float(weight @ np.diag(noise)),
        "total": float(weight @ np.diag(variance)),
        "centered": float(weight @ np.diag(inner)),
        "diagonal": variance[0, 0],
        "off": variance[1, 1],
        "matrix": variance,
    }


CASES = [
    ("tanh", np.tanh, 3, True),
    ("tanh", np.tanh, 4, True),
    ("log(1+exp(x))", lambda t: np.log1p(np.exp(t)), 4, True),
    ("x^2", lambda t: t**2, 4, True),
    ("x", lambda t: t, 3, True),
    ("tanh", np.tanh, 3, False),
    ("x", lambda t: t, 2, False),
]


@pytest.mark.parametrize(("name", "function", "size", "centered"), CASES)
def test_constants_solve_the_lyapunov_equation(name, function, size, centered):
    expected = brute_force(function, size, centered)
    ours = stationary_fluctuations(Network(name, "batch" if centered else "batch-uncentered", size))
    assert grid_value(ours.one_step_noise) == pytest.approx(expected["noise"], rel=1e-9)
    assert grid_value(ours.fluctuation_constant) == pytest.approx(expected["total"], rel=1e-6)
    assert grid_value(ours.variance_diagonal) == pytest.approx(expected["diagonal"], rel=1e-6)
    assert grid_value(ours.variance_off_diagonal) == pytest.approx(expected["off"], rel=1e-6)
    if centered:
        assert grid_value(ours.centered_fluctuation_constant) == pytest.approx(expected["centered"], rel=1e-6)


def test_identity_in_closed_form():
    """docs/derivations/fluctuations.md, V4; tr V = (n^2 - n^2/(n-1)) / (1 - ((n-1)/(n+1))^2)."""
    printed = (n**2 - n**2 / (n - 1)) / (1 - ((n - 1) / (n + 1)) ** 2)
    ours = stationary_fluctuations(Network("identity"))
    assert simplify(ours.fluctuation_constant - printed) == 0
    assert simplify(ours.fluctuation_constant - ours.centered_fluctuation_constant) == 0
    assert ours.fluctuation_constant.subs(n, 3) == 6
    assert ours.one_step_noise.equals(n**2 - n**2 / (n - 1))


def test_uncentred_identity_at_two_matches_the_exact_orbit():
    """d E c^2 -> 2/3 for the correlation c of two samples (docs/derivations/two_samples.md)."""
    ours = stationary_fluctuations(Network("identity", "batch-uncentered", 2))
    assert ours.variance_off_diagonal == S(2) / 3
    assert ours.variance_diagonal == S(2) / 3


def test_relu_at_four_is_closed():
    ours = stationary_fluctuations(Network("relu", batch_size=4))
    assert float(ours.fluctuation_constant) == pytest.approx(3.842, abs=1e-3)
    assert float(ours.centered_fluctuation_constant) == pytest.approx(1.709, abs=1e-3)


@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu(1/5)"])
def test_closed_moments_of_piecewise_linear_activations(name):
    """Monte Carlo at n = 5: 10^6 rows, seven moments, six standard errors (false alarm below 2e-9 each)."""
    from theory import SphereLaw, SphereMean, activations
    from theory.conventions import z as variables
    from theory.sphere_moments import moment

    sigma = activations.get(name)
    generator = np.random.default_rng(20240501)
    x = generator.standard_normal((10**6, 5))
    x -= x.mean(1, keepdims=True)
    x *= np.sqrt(5) / np.linalg.norm(x, axis=1, keepdims=True)
    left = {"relu": 0.0, "abs": -1.0, "leaky_relu(1/5)": 0.2}[name]
    s = np.where(x > 0, x, left * x)
    for powers in ((4,), (3, 1), (2, 2), (2, 1, 1), (1, 1, 1, 1)):
        form = moment(sigma, SphereLaw(variables[: len(powers)], 5), powers)
        for mean in form.atoms(SphereMean):  # E|z1 z2 z3 z4|, the one that stays open
            form = form.subs(mean, S(float(np.abs(x[:, :4]).prod(1).mean())))
        values = np.prod([s[:, i] ** p for i, p in enumerate(powers)], axis=0)
        spread = values.std() + (np.abs(x[:, :4]).prod(1).std() if len(powers) == 4 else 0)
        assert abs(values.mean() - float(form)) < 6 * spread / 1000


def test_unstable_and_degenerate_networks():
    from theory import analyze

    value = analyze(Network("x^3", "batch-uncentered", 3))["fluctuation_constant"]
    assert value == (None, "an eigenvalue of the linearisation is exactly 1: fluctuations grow without limit")
    with pytest.raises(NetworkError, match="degenerate"):
        stationary_fluctuations(Network("relu", batch_size=2))


def test_fixed_point_of_the_network_is_the_one_expanded_about():
    network = Network("relu", batch_size=6)
    assert stationary_fluctuations(network).linearization.gram == fixed_point(network)


@pytest.mark.parametrize("powers", [(2, 2), (3, 1), (2, 1)])
def test_pair_moments_of_a_fractional_power_close(powers):
    """Against 10^6 rows at n = 7; six standard errors."""
    closed = moment(Activation.from_expression(Max(0, x) ** Rational(3, 2)), SphereLaw(z[:2], n), powers)
    assert not closed.atoms(SphereMean)
    drawn = np.random.default_rng(5).standard_normal((10**6, 7))
    drawn -= drawn.mean(1, keepdims=True)
    drawn *= np.sqrt(7) / np.linalg.norm(drawn, axis=1, keepdims=True)
    values = np.prod(np.maximum(drawn[:, :2], 0) ** (1.5 * np.array(powers)), axis=1)
    assert abs(values.mean() - float(closed.subs(n, 7).evalf(15))) < 6 * values.std() / 10**3
