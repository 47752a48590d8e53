"""Every built-in activation: balls of one- and two-coordinate means at 30 digits, narrow relative to the value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Rational

from numerics import enclose
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean, activations
from theory.conventions import z

DIGITS, BITS = 30, 100
HALF = Rational(1, 2)


def means(sigma, batch):
    yield GaussianMean(sigma(z[0]) ** 2, GaussianLaw(z[0]))
    yield SphereMean(sigma(z[0]) ** 2, SphereLaw(z[0], 5))
    yield SphereMean(sigma(z[0]) ** 2, SphereLaw(z[0], 64))
    yield SphereMean(sigma(z[0]) * sigma(z[1]), SphereLaw(z[:2], batch))
    yield GaussianMean(sigma(z[0]) * sigma(z[1]), GaussianLaw(z[:2], [[1, HALF], [HALF, 1]]))


@pytest.mark.parametrize("name", activations.names())
def test_radius_within_thirty_digits(name):
    for mean in means(activations.get(name), 5):
        ball = enclose(mean, BITS)
        assert ball.decided, (mean, ball.advice)
        size = max(abs(ball.lower()), abs(ball.upper()))
        assert ball.radius <= size * Fraction(1, 10 ** (DIGITS - 2)), mean
        again = enclose(mean, 60)
        assert again.ball.overlaps(ball.ball), mean
