"""Duals near the diagonal in the variable 1 - c, against 60-digit arithmetic."""

import mpmath
import numpy as np
import pytest
from sympy import lambdify

from numerics.maps.deficit import correlation_orbit, dual_deficit
from numerics.maps.gaussian import dual_gram
from numerics.maps.prepared import MapError
from theory import activations
from theory.conventions import rho

POINTS = (0.0, 1e-30, 1e-18, 1e-12, 1e-6, 1e-2, 0.3, 0.9, 1.4, 1.999, 2.0)


@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu", "identity", "erf", "sin"])
def test_against_the_closed_dual_in_sixty_digits(name):
    """The argument 1 - c is the float itself; mpmath subtracts the two duals with digits to spare."""
    activation = activations.get(name)
    got = dual_deficit(activation, np.array(POINTS))
    with mpmath.workdps(60):
        dual = lambdify(rho, activation.dual, "mpmath")
        # an even activation brings the deficit back to 0 at 1 - c = 2: there only the absolute error is small
        for delta, value in zip(POINTS, got):
            exact = mpmath.re(dual(mpmath.mpf(1)) - dual(1 - mpmath.mpf(delta)))
            assert abs(mpmath.mpf(float(value)) - exact) <= 2e-14 * abs(exact) + 2e-15 * delta, (delta, value)


def test_unequal_scale_and_agreement_with_the_gram_map():
    variance, c = 2.3, 0.7
    for name in ("tanh", "relu"):
        full = dual_gram(activations.get(name), variance * np.array([[1, c], [c, 1]]))
        deficit = dual_deficit(activations.get(name), 1 - c, variance)
        assert abs(float(deficit) - (full[0, 0] - full[0, 1])) < 1e-15 * 40
    slope = float(dual_deficit(activations.get("tanh"), 1e-25)) / 1e-25
    nodes, weights = np.polynomial.hermite_e.hermegauss(180)
    assert abs(slope / (np.cosh(nodes) ** -4 @ weights / weights.sum()) - 1) < 1e-10


def test_relu_orbit_is_sub_geometric():
    """1 - c_l ~ 9 pi^2/(2 l^2): the correction is of order log l / l."""
    orbit = correlation_orbit(activations.get("relu"), 1.0, 4000)
    assert abs(orbit[-1] * 4000**2 / (4.5 * np.pi**2) - 1) < 0.02
    assert (np.diff(orbit) < 0).all()


def test_orbit_keeps_relative_accuracy_far_below_the_rounding_of_c():
    """sin at variance 1: dual'(1)/dual(1) = coth 1 > 1, so that tiny angles grow by that factor a layer."""
    orbit = correlation_orbit(activations.get("sin"), 1e-25, 20)
    rate = 1 / np.tanh(1.0)
    assert np.abs(orbit[1:] / orbit[:-1] / rate - 1).max() < 1e-13


@pytest.mark.parametrize(
    ("name", "delta", "variance", "message"),
    [
        ("relu", 2.5, 1.0, "between 0 and 2"),
        ("relu", -1e-9, 1.0, "between 0 and 2"),
        ("relu", 0.5, 0.0, "positive number"),
        ("min(max(x,-1),1)", 0.5, 1.0, "neither analytic"),
    ],
)
def test_bad_input_is_named(name, delta, variance, message):
    with pytest.raises(MapError, match=message):
        dual_deficit(activations.get(name), delta, variance)
    with pytest.raises(MapError, match="depth"):
        correlation_orbit(activations.get("relu"), 0.5, -1)
