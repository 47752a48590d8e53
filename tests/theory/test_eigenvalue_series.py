"""Gegenbauer series of the eigenvalues, against quadrature on the sphere."""

from __future__ import annotations

import pytest

from tests.theory.sphere_grid import grid_value
from theory import Network, linearize
from theory.eigenvalue_series import eigenvalue_series
from theory.network import NetworkError


@pytest.mark.parametrize("name", ["tanh", "log(1+exp(x))"])
@pytest.mark.parametrize("size", [3, 4])
def test_series_converge_within_their_tails(name, size):
    network = Network(name, batch_size=size)
    linear = linearize(network)
    for order, most in ((5, 0.2), (11, 0.01)):
        for series, exact in zip(
            eigenvalue_series(network, order), (linear.eigenvalue_standard, linear.eigenvalue_pairs), strict=True
        ):
            if series is None:
                assert exact is None
                continue
            tail = grid_value(series.tail)
            assert abs(grid_value(series.partial_sum) - grid_value(exact)) <= tail + 1e-10
            assert tail < most


def test_polynomials_are_finite_series():
    standard, pairs = eigenvalue_series(Network("x", batch_size=5), 3)
    assert (standard.partial_sum.simplify(), pairs.partial_sum.simplify()) == (
        linearize(Network("x", batch_size=5)).eigenvalue_standard,
    ) * 2
    assert standard.tail.simplify() == pairs.tail.simplify() == 0


@pytest.mark.parametrize(
    ("network", "order", "message"),
    [
        (Network("tanh"), 5, "integer batch size"),
        (Network("tanh", "batch-uncentered", 5), 5, "centred"),
        (Network("tanh", batch_size=5), 1, "at least 2"),
    ],
)
def test_series_errors(network, order, message):
    with pytest.raises(NetworkError, match=message):
        eigenvalue_series(network, order)
