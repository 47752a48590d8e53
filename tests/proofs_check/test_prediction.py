"""What theory predicts for a simulation, where samples stay correlated."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.maps.mean_field import mean_field_orbit
from numerics.uncentered.fixed_point import uncentered_analysis
from proofs_check.finite_width.prediction import predicted_error
from theory.network import Network


def predicted(name: str, depth: int, width: int = 1000):
    network = Network(name, "batch-uncentered", 3)
    return predicted_error(network, np.eye(3), mean_field_orbit(network, np.eye(3), depth), width)


def test_correlated_samples_have_the_stationary_value_once_the_start_is_forgotten():
    constant = uncentered_analysis(Network("relu", "batch-uncentered", 3))["fluctuation_constant"].value
    found = predicted("relu", 40)
    assert found.value == pytest.approx(constant / 1000, rel=1e-12)
    assert "stationary" in found.basis
    early = predicted("relu", 2)
    assert early.value is None
    assert "forgotten" in early.basis


def test_no_stationary_value_where_there_is_none():
    assert "singular" in predicted("hermite(2)", 5).basis
    assert "parallel" in predicted("1", 5).basis


def test_kinks_away_from_zero_have_an_estimated_fluctuation_constant():
    from proofs_check.analysis import analyze_network

    number = analyze_network(Network("hard_tanh", batch_size=9), 12)["fluctuation_constant"]
    assert number.method.startswith("estimate")
    assert float(number.error_bound) < 1e-9 * float(number.value)


def test_two_samples_start_afresh_at_every_layer():
    """Rows are (s, -s): with a = sigma(1)^2, b = sigma(-1)^2 the exact noise of any layer is (a - b)^2/(2 d)."""
    for name, a, b in (("relu", 1, 0), ("exp", np.e**2, np.e**-2), ("tanh", np.tanh(1) ** 2, np.tanh(1) ** 2)):
        network = Network(name, "batch", 2)
        start = np.array([[2.0, 0.3], [0.3, 1.0]])
        found = predicted_error(network, start, mean_field_orbit(network, start, 3), 50)
        assert found.value == pytest.approx((a - b) ** 2 / 100, rel=1e-12, abs=1e-15)
        assert found.basis.startswith("exact")
