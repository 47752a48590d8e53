"""The reference integrals against known values."""

import math

import numpy as np
import pytest

from tests.theory.reference import gaussian_pair, gaussian_single, sphere_pair


@pytest.mark.parametrize(("q1", "q2", "c"), [(1, 1, 0.999), (1, 1, -0.99), (2, 0.3, 0.4), (1, 1, 0)])
def test_gaussian_pair(q1, q2, c):
    identity = lambda t: t
    assert abs(gaussian_pair(identity, identity, q1, q2, c) - c) < 1e-12
    positive = lambda t: np.maximum(t, 0)
    angle = math.acos(c / math.sqrt(q1 * q2))
    exact = math.sqrt(q1 * q2) * (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / (2 * math.pi)
    assert abs(gaussian_pair(positive, positive, q1, q2, c, (0.0,)) - exact) < 1e-11


def test_gaussian_single_and_sphere():
    assert abs(gaussian_single(lambda t: t**4, 2.0) - 12) < 1e-11
    for n, centered in ((3, True), (5, True), (3, False)):
        single, pair = sphere_pair(lambda t: t, n, centered)
        assert abs(single - 1) < 1e-12
        assert abs(pair - (-1 / (n - 1) if centered else 0)) < 1e-12
