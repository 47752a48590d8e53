"""Balls of means: they contain a witness computed by other means, and they are narrow."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest
from flint import arb
from sympy import (
    Abs,
    Heaviside,
    Max,
    Piecewise,
    Rational,
    asin,
    atan,
    atan2,
    cosh,
    elliptic_e,
    elliptic_k,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)  # fmt: skip

from numerics import enclose
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)


def pair(correlation, first=1, second=1):
    return GaussianLaw((x, y), [[first, correlation], [correlation, second]])


def narrow(enclosure, bits):
    """The radius is within 2^(3-bits) of the value."""
    return enclosure.decided and enclosure.radius <= abs(enclosure.lower()) * Fraction(8, 2**bits)


CLOSED = [
    (GaussianMean(erf(x) * erf(y), pair(Rational(1, 2))), 2 / pi * asin(Rational(1, 3))),
    (GaussianMean(erf(x) * erf(y), pair(Rational(1, 3), 2, 3)), 2 / pi * asin(Rational(2, 3) / sqrt(35))),
    (GaussianMean(sin(x) * sin(y), pair(Rational(-9, 10))), -exp(-1) * sinh(Rational(9, 10))),
    (GaussianMean(exp(x + 2 * y), pair(Rational(1, 4))), exp(Rational(1, 2) + 2 + Rational(1, 2))),
    (GaussianMean(exp(x**2 / 10), GaussianLaw(x, 2)), 1 / sqrt(1 - Rational(2, 5))),
    (GaussianMean(x**2 * y**2, pair(Rational(1, 3))), 1 + Rational(2, 9)),
    (GaussianMean(Max(x, 0) ** 3, GaussianLaw(x)), 2 / sqrt(2 * pi)),
    (GaussianMean(Abs(x) ** Rational(3, 2), GaussianLaw(x)), None),
    (GaussianMean(tanh(x) * tanh(y), pair(1)), GaussianMean(tanh(x) ** 2, GaussianLaw(x))),
    (GaussianMean(tanh(x) * tanh(y), pair(-1)), -GaussianMean(tanh(x) ** 2, GaussianLaw(x))),
    (SphereMean(x**2 * y**2, SphereLaw((x, y), 5)), None),
    (SphereMean(cosh(x) - exp(x), SphereLaw(x, 7)), -SphereMean(sinh(x), SphereLaw(x, 7))),
    (SphereMean(Max(x, 0) ** 2, SphereLaw(x, 9)), Rational(1, 2)),
    (SphereMean(exp(x) * exp(y), SphereLaw((x, y), 2)), 1),
]


@pytest.mark.parametrize(("mean", "closed"), CLOSED, ids=[str(m)[:60] for m, _ in CLOSED])
def test_ball_of_a_mean_with_a_closed_form(mean, closed):
    ball = enclose(mean, 100)
    assert ball.decided
    if closed is None:
        return
    if closed == 0 or (isinstance(closed, Rational) and closed == 0):
        assert ball.contains(0)
        return
    other = enclose(closed, 140)
    if other.contains(0):
        assert ball.contains(0)
        assert ball.radius < Fraction(1, 2**90)
        return
    assert narrow(ball, 100)
    assert ball.ball.overlaps(other.ball)


def plane_sum(f, c, step=1 / 16, reach=9):
    """The plane integral as printed, by a double trapezoid sum in float64 (exponentially accurate for analytic f)."""
    grid = numpy.arange(-reach, reach + step / 2, step)
    weight = numpy.exp(-(grid**2) / 2) * step / numpy.sqrt(2 * numpy.pi)
    u, v = numpy.meshgrid(grid, grid)
    return float(weight @ (f(u) * f(c * u + numpy.sqrt(1 - c * c) * v)) @ weight)


@pytest.mark.parametrize("c", ["0.5", "-0.9"])
def test_ball_of_tanh_tanh_contains_the_plane_integral(c):
    ball = enclose(GaussianMean(tanh(x) * tanh(y), pair(Rational(c))), 80)
    assert narrow(ball, 80)
    assert abs(ball.lower() - Fraction(plane_sum(numpy.tanh, float(c)))) < Fraction(1, 10**13)


SMOOTH = [tanh(x), x / (1 + exp(-x)), x * (1 + erf(x / sqrt(2))) / 2, log(1 + exp(x)), x * tanh(log(1 + exp(x)))]


@pytest.mark.parametrize("n", [3, 4, 5, 8, 40])
@pytest.mark.parametrize("f", SMOOTH, ids=str)
def test_sphere_balls_at_two_precisions_agree_and_rows_sum_to_zero(f, n):
    """sum_j z_j = 0 makes E f(z1) z1 + (n-1) E f(z1) z2 vanish: the pair rule against the single rule."""
    single = SphereMean(f * x, SphereLaw(x, n))
    cross = SphereMean(f * y, SphereLaw((x, y), n))
    total = enclose(single + (n - 1) * cross, 90)
    assert total.contains(0)
    assert total.radius < Fraction(1, 2**85)
    product = SphereMean(f * f.xreplace({x: y}), SphereLaw((x, y), n))
    first, second = enclose(product, 60), enclose(product, 110)
    assert narrow(first, 60)
    assert narrow(second, 110)
    assert first.ball.overlaps(second.ball)


def test_one_coordinate_of_a_kinked_function_agrees_with_the_smooth_pieces():
    f = Piecewise((x, x > 0), (exp(x) - 1, True))
    ball = enclose(GaussianMean(f, GaussianLaw(x)), 100)
    # E max(x,0) = 1/sqrt(2 pi);  E (e^x - 1) 1_{x<0} = e^{1/2} Phi(-1) - 1/2
    closed = enclose(1 / sqrt(2 * pi) + exp(Rational(1, 2)) * (1 + erf(-1 / sqrt(2))) / 2 - Rational(1, 2), 140)
    assert narrow(ball, 100)
    assert ball.ball.overlaps(closed.ball)


FAR = [
    (GaussianMean(Max(x, -1), GaussianLaw(x, Rational(1, 10**6))), 0),
    (GaussianMean(Abs(x / 50 - Rational(4, 5)), GaussianLaw(x)), Fraction(4, 5)),
    (GaussianMean(x**2 / (5 - x / 10 + Abs(x / 10 + 4)), GaussianLaw(x)), Fraction(1, 9)),
    (GaussianMean(Abs(x - 40) * Max(y, -40), pair(Rational(1, 2))), Fraction(-1, 2)),
    (GaussianMean(x * Heaviside(x - 42) * tanh(y), pair(Rational(1, 2))), 0),
]


@pytest.mark.parametrize(("mean", "limit"), FAR, ids=[str(m)[:60] for m, _ in FAR])
def test_kinks_far_out_in_the_tail(mean, limit):
    """Beyond 40 standard deviations the other side of a kink weighs less than 10^-300."""
    ball = enclose(mean, 90)
    assert ball.contains(limit)
    assert ball.radius < Fraction(1, 2**85)


def test_functions_of_a_mean_that_no_other_test_meets():
    """An angle of two numbers; an elliptic integral is complex beyond 1, where a ball would stand for its real part alone."""
    second = GaussianMean(tanh(x) ** 2, GaussianLaw(x))
    assert enclose(atan2(second, -1), 60).ball.overlaps(enclose(pi - atan(second), 60).ball)
    from numerics.formulas.walker_functions import REAL

    for function, edge in ((elliptic_k, arb(1, "0.1")), (elliptic_e, arb(21, "0.5"))):
        assert not REAL[function](edge).is_finite()
    assert REAL[elliptic_e](arb(1)).overlaps(arb(1))
