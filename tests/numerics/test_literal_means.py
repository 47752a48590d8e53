"""The printed formulas, transcribed in `numerics.literal.means`, against the balls."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from sympy import Max, Rational, symbols, tanh

from numerics import enclose
from numerics.literal import means
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)
relu = lambda t: max(t, mpmath.mpf(0))


def agrees(enclosure, witness, tolerance):
    assert enclosure.decided
    assert enclosure.radius < Fraction(1, 2**50)
    number = Fraction(float(witness))
    assert enclosure.lower() - tolerance < number < enclosure.upper() + tolerance


@pytest.mark.parametrize("n", [3, 4, 5, 12])
def test_one_coordinate_of_a_row(n):
    with mpmath.workdps(20):
        squares = means.sphere_mean(lambda t: mpmath.tanh(t) ** 2, n)
        agrees(enclose(SphereMean(tanh(x) ** 2, SphereLaw(x, n)), 60), squares, Fraction(1, 10**9))
        agrees(enclose(SphereMean(Max(x, 0), SphereLaw(x, n)), 60), means.sphere_mean(relu, n), Fraction(1, 10**9))


def test_two_coordinates_of_a_row():
    with mpmath.workdps(15):
        literal = means.sphere_pair_mean(mpmath.tanh, mpmath.tanh, 6)
    agrees(enclose(SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), 6)), 60), literal, Fraction(1, 10**8))


def test_gaussian_means():
    half = Rational(1, 2)
    with mpmath.workdps(15):
        agrees(enclose(GaussianMean(Max(x, 0), GaussianLaw(x)), 60), means.gaussian_mean(relu), Fraction(1, 10**12))
    with mpmath.workdps(10):
        literal = means.gaussian_pair_mean(mpmath.tanh, mpmath.tanh, 0.5, reach=8)
    agrees(
        enclose(GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, half], [half, 1]])), 60),
        literal,
        Fraction(1, 10**7),
    )
