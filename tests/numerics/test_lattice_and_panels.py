"""Sums over the plane and products over panels: against closed forms, each other and float64 sums as printed."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest
from flint import arb
from sympy import Heaviside, Matrix, Max, Min, Rational, exp, eye, log, pi, sin, sqrt, symbols, tanh

from numerics import enclose, evaluate
from numerics.ball_means.gaussian import mehler
from numerics.ball_means.lattice import lattice_pair
from numerics.precision import working_bits
from theory import GaussianLaw, GaussianMean

x, y, z, w = symbols("x y z w", real=True)
HALF = Rational(1, 2)
EQUAL = (Matrix(4, 4, [HALF] * 16) + eye(4) / 2).as_immutable()


def means(body, size, matrix=EQUAL):
    return GaussianMean(body, GaussianLaw((x, y, z, w)[:size], matrix[:size, :size]))


SMOOTH = [(tanh(x), tanh(x)), (x / (1 + exp(-x)), log(1 + exp(x))), (sin(3 * x), exp(x)), (exp(x**2 / 10), tanh(x) + 1)]


@pytest.mark.parametrize("c", [HALF, Rational(-9, 10), Rational(1, 10**6)])
@pytest.mark.parametrize(("f", "g"), SMOOTH, ids=str)
def test_a_sum_over_the_plane_meets_the_hermite_series(f, g, c):
    with working_bits(160):
        correlation = arb(int(c.p)) / int(c.q)
        ball = lattice_pair(f, g, x, correlation, 60)
        series = mehler(f, g, x, correlation, 40)
        assert ball.overlaps(series)
        assert ball.rad() < arb(2) ** -50


@pytest.mark.parametrize("c", [Rational(999, 1000), Rational(-99999, 100000)])
def test_pairs_near_full_correlation(c):
    """dual(1) - dual(c) lies between (1-c) dual'(c) and (1-c) dual'(1), since dual' increases."""
    ball = enclose(GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, c], [c, 1]])), 90)
    end = enclose(GaussianMean(tanh(x) ** 2, GaussianLaw(x)), 90)
    slope = enclose(GaussianMean((1 - tanh(x) ** 2) ** 2, GaussianLaw(x)), 90)
    gap = end.ball - abs(ball.ball)
    rest = arb(int((1 - abs(c)).p)) / int((1 - abs(c)).q)
    assert gap > 0
    assert gap < rest * slope.ball
    assert gap > rest * slope.ball * (1 - 4 * rest)
    assert ball.radius < Fraction(1, 2**88)


def test_a_thousand_bits_of_a_pair_of_sines():
    ball = enclose(GaussianMean(sin(x) * sin(y), GaussianLaw((x, y), [[1, HALF], [HALF, 1]])), 1000)
    closed = enclose((exp(-HALF) - exp(-3 * HALF)) / 2, 1100)
    assert ball.ball.overlaps(closed.ball)
    assert ball.radius < Fraction(1, 2**996)


CLOSED = [
    # P(all positive) at correlation 1/2: 1/(k+1)
    (means(Heaviside(x, HALF) * Heaviside(y, HALF) * Heaviside(z, HALF), 3), Rational(1, 4), 60),
    (means(Heaviside(x, HALF) * Heaviside(y, HALF) * Heaviside(z, HALF) * Heaviside(w, HALF), 4), Rational(1, 5), 24),
    (means(Max(x, 0) * Max(y, 0), 2), (sqrt(3) / 2 + pi / 3) / (2 * pi), 60),
    # Stein: E clip(X) Y = c P(|X| < 1)
    (GaussianMean(Min(1, Max(-1, x)) * y, GaussianLaw((x, y), [[1, HALF], [HALF, 1]])),
     HALF * (1 - 2 * GaussianMean(Heaviside(x - 1, HALF), GaussianLaw(x))), 60),
]  # fmt: skip


@pytest.mark.parametrize(("mean", "closed", "bits"), CLOSED, ids=["orthant 3", "orthant 4", "relu", "stein"])
def test_panels_against_closed_forms(mean, closed, bits):
    ball = enclose(mean, bits)
    assert ball.decided, ball.advice
    assert ball.ball.overlaps(enclose(closed, 2 * bits + 20).ball)
    assert ball.radius < Fraction(1, 2 ** (bits - 4))


def test_three_different_coordinates_against_a_sum_in_float64():
    matrix = Matrix([[1, HALF, -Rational(1, 4)], [HALF, 1, Rational(1, 5)], [-Rational(1, 4), Rational(1, 5), 1]])
    ball = enclose(GaussianMean(tanh(x) * sin(y) * exp(z / 2), GaussianLaw((x, y, z), matrix)), 40)
    root = numpy.linalg.cholesky(numpy.array(matrix, dtype=float))
    grid = numpy.arange(-9, 9.01, 0.25)
    weight = numpy.exp(-(grid**2) / 2) * 0.25 / numpy.sqrt(2 * numpy.pi)
    a, b, c = numpy.meshgrid(grid, grid, grid, indexing="ij")
    first, second, third = (root[i, 0] * a + root[i, 1] * b + root[i, 2] * c for i in range(3))
    values = numpy.tanh(first) * numpy.sin(second) * numpy.exp(third / 2)
    total = numpy.einsum("ijk,i,j,k", values, weight, weight, weight)
    assert ball.radius < Fraction(1, 2**36)
    assert abs(ball.lower() - Fraction(float(total))) < Fraction(1, 10**10)
    assert (
        abs(
            float(evaluate(GaussianMean(tanh(x) * sin(y) * exp(z / 2), GaussianLaw((x, y, z), matrix)), 10).value)
            - total
        )
        < 1e-9
    )


def test_what_panels_refuse():
    thin = Matrix([[1, 1, HALF], [1, 1, HALF], [HALF, HALF, 1]])
    found = enclose(GaussianMean(tanh(x) * tanh(y) * tanh(z), GaussianLaw((x, y, z), thin)), 30)
    assert not found.decided
    assert "positive definite" in found.advice
    v = symbols("v", real=True)
    five = GaussianLaw((x, y, z, w, v), Matrix(5, 5, [HALF] * 25) + eye(5) / 2)
    found = enclose(GaussianMean(tanh(x) * tanh(y) * tanh(z) * tanh(w) * tanh(v), five), 30)
    assert not found.decided
    assert "at most 4" in found.advice
    found = enclose(means(tanh(x) * tanh(y) * tanh(z) * tanh(w), 4), 400)
    assert not found.decided
    assert "fewer bits" in found.advice
