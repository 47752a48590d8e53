"""The exact linear error without normalisation, and fluctuations after few layers, against drawn networks."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, symbols

from numerics.evaluate import evaluate
from numerics.lowering import lower
from numerics.simulation import gram_chain
from theory.fluctuations import stationary_fluctuations
from theory.mean_field import fixed_point
from theory.network import Network
from theory.transient_fluctuations import transient_fluctuations
from theory.unnormalized import linear_squared_error


def test_five_orthonormal_samples_have_the_value_the_authors_plot():
    assert linear_squared_error(5, 5, Rational(1000), 2) == Rational(1501, 25000)
    assert round(float(linear_squared_error(5, 5, 1000, 2)) ** 0.5, 3) == 0.245


def test_one_layer_is_the_second_moment_of_a_wishart_matrix():
    # G_1 = (1/d) sum x x^T, x ~ N(0, G): Var G_ij = (G_ij^2 + G_ii G_jj)/d
    frobenius, trace, d = symbols("F T d", positive=True)
    assert (linear_squared_error(frobenius, trace, d, 1) - (frobenius + trace**2) / d).simplify() == 0


@pytest.mark.parametrize(("depth", "variance"), [(1, 1.0), (4, 1.3)])
def test_linear_networks_have_the_stated_error(depth, variance):
    # two means of 4000 networks within six standard errors: false alarm below 1e-8
    root = np.array([[1.0, 0.5, -0.3], [0.0, 0.9, 0.4], [0.0, 0.0, 0.2]])
    start = root.T @ root
    spec = lower(Network("identity", None, 3, weight_variance=variance))
    grams = gram_chain.sample(spec, start, width=30, depth=depth, networks=4000, seed=3, layers=[depth])[:, 0]
    errors = np.sum((grams - variance**depth * start) ** 2, axis=(1, 2))
    stated = linear_squared_error(np.sum(start**2), np.trace(start), 30, depth, variance)
    assert abs(errors.mean() - stated) < 6 * errors.std() / 4000**0.5
    planted = 1.3 * stated
    assert abs(errors.mean() - planted) > 6 * errors.std() / 4000**0.5


@pytest.mark.parametrize("normalization", ["batch", "batch-uncentered"])
def test_one_layer_has_the_noise_of_one_step_and_many_the_stationary_one(normalization):
    network = Network("identity", normalization, 5)
    stationary = stationary_fluctuations(network)
    assert transient_fluctuations(network, 1).fluctuation_constant == stationary.one_step_noise
    after = [float(transient_fluctuations(network, depth).fluctuation_constant) for depth in (1, 2, 5, 20, 300)]
    assert after == sorted(after)
    assert after[-1] == pytest.approx(float(stationary.fluctuation_constant), rel=1e-12)


@pytest.mark.slow
def test_fluctuations_after_two_and_three_layers():
    # ReLU, n = 4, d = 4000: corrections of order 1/d are far below the resolution; six standard errors
    network = Network("relu", batch_size=4)
    gram = np.array(fixed_point(network).matrix().evalf(20).tolist(), dtype=float)
    grams = gram_chain.sample(lower(network), np.eye(4), width=4000, depth=3, networks=3000, seed=5, layers=[2, 3])
    scaled = 4000 * np.sum((grams - gram) ** 2, axis=(2, 3))
    for place, depth in enumerate((2, 3)):
        stated = float(evaluate(transient_fluctuations(network, depth).fluctuation_constant, 12).value)
        error = scaled[:, place].std() / 3000**0.5
        assert abs(scaled[:, place].mean() - stated) < 6 * error
        assert abs(scaled[:, place].mean() - 1.15 * stated) > 6 * error


@pytest.mark.parametrize("depth", [0, -1, 1.5])
def test_a_depth_without_layers_is_refused(depth):
    with pytest.raises(ValueError, match="at least 1"):
        transient_fluctuations(Network("identity", batch_size=4), depth)
