"""Means of three and four coordinates: identities of the law, exact moments, and simulation."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest
from sympy import Abs, Max, Piecewise, cos, erf, exp, sqrt, symbols, tanh

from numerics import enclose
from numerics.ball_means.many_coordinates import sphere_product
from numerics.ball_means.row_of_four import triangles, whole_row
from theory import SphereLaw, SphereMean
from theory.conventions import z

x = symbols("x", real=True)
elu = Piecewise((x, x > 0), (exp(x) - 1, True))
gelu = x * (1 + erf(x / sqrt(2))) / 2


def mean(n, *functions):
    body = 1
    for f, v in zip(functions, z, strict=False):
        body = body * f.xreplace({x: v})
    return SphereMean(body, SphereLaw(z[: len(functions)], n))


@pytest.mark.parametrize("f", [tanh(x), gelu, elu, Max(x, 0), Abs(x)], ids=str)
@pytest.mark.parametrize("n", [5, 16])
def test_the_row_sums_to_zero_and_its_squares_to_n(f, n):
    """E f1 f2 sum_j z_j = 0 and E f1 f2 sum_j z_j^2 = n E f1 f2 tie means of three coordinates to means of two."""
    linear = mean(n, f * x, f) * 2 + (n - 2) * mean(n, f, f, x)
    square = mean(n, f * x**2, f) * 2 + (n - 2) * mean(n, f, f, x**2) - n * mean(n, f, f)
    for identity in (linear, square):
        ball = enclose(identity, 40)
        assert ball.contains(0)
        assert ball.radius < Fraction(1, 2**38)


@pytest.mark.parametrize("f", [tanh(x), elu], ids=str)
def test_four_coordinates_sum_to_zero(f):
    n = 6
    identity = 3 * mean(n, f * x, f, f) + (n - 3) * mean(n, f, f, f, x)
    ball = enclose(identity, 36)
    assert ball.contains(0)
    assert ball.radius < Fraction(1, 2**34)


@pytest.mark.parametrize("n", [5, 9])
def test_two_coordinates_agree_with_the_series_and_the_polar_rule(n):
    for f in (tanh(x), elu):
        direct = sphere_product([f, f], x, n, True, 50)
        assert direct.overlaps(enclose(mean(n, f, f), 60).ball)
        assert direct.rad() < 2**-40
        uncentred = sphere_product([f, f], x, n, False, 50)
        body = f.xreplace({x: z[0]}) * f.xreplace({x: z[1]})
        assert uncentred.overlaps(enclose(SphereMean(body, SphereLaw(z[:2], n, False)), 60).ball)


def test_exact_moments():
    """E z1^2 z2^2 z3^2 on the sphere, through the general machinery, against Isserlis and the ratio of Gamma functions."""
    exact = enclose(mean(7, x**2, x**2, x**2), 60)
    assert sphere_product([x**2] * 3, x, 7, True, 50).overlaps(exact.ball)
    assert sphere_product([Abs(x) * x] * 2 + [Abs(x) ** 2], x, 7, True, 50).rad() < 2**-40


def test_the_cells_of_the_row_of_four_cover_the_sphere():
    assert len({pattern for pattern, _ in triangles()}) == 14
    one = whole_row([x**0] * 4, x, 40)
    assert one.contains(1)
    assert one.rad() < 2**-38
    pair = whole_row([elu, elu, x**0, x**0], x, 40)
    assert pair.overlaps(enclose(mean(4, elu, elu), 60).ball)
    squares = whole_row([elu * x, elu, x**0, x**0], x, 30) * 2 + 2 * whole_row([elu, elu, x, x**0], x, 30)
    assert squares.contains(0)
    assert squares.rad() < 2**-26


SAMPLED = [(Max(x, 0), lambda t: numpy.maximum(t, 0)), (tanh(x), numpy.tanh)]


@pytest.mark.parametrize(("f", "function"), SAMPLED, ids=["relu", "tanh"])
def test_simulation_of_four_coordinates(f, function):
    """Seven standard errors: false alarm below 3e-12 a case; seed fixed."""
    n, rows = 5, 400_000
    sample = numpy.random.default_rng(20240905).standard_normal((rows, n))
    sample -= sample.mean(axis=1, keepdims=True)
    sample *= numpy.sqrt(n) / numpy.linalg.norm(sample, axis=1, keepdims=True)
    products = numpy.prod(function(sample[:, :4]), axis=1)
    ball = enclose(mean(n, f, f, f, f), 40)
    assert abs(products.mean() - float(ball.lower())) < 7 * products.std() / numpy.sqrt(rows)


@pytest.mark.parametrize("f", [Max(x, 0), Abs(x)], ids=str)
def test_four_coordinates_to_sixty_digits(f):
    """The error of the approximation is no difference of two rounded products, which would stop the ball near 1e-17."""
    assert sphere_product([f] * 4, x, 8, True, 200).rad() < 2**-190


def test_what_is_out_of_reach_says_so():
    far = enclose(mean(6, Max(x, 1), Max(x, 1), Max(x, 1)), 40)
    assert not far.decided
    assert "kink" in far.advice
    whole = SphereMean(cos(z[0]) * cos(z[1]) * cos(z[2]), SphereLaw(z[:3], 3))
    assert enclose(whole, 40).decided
