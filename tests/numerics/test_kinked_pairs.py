"""Two coordinates with kinks anywhere: the cells between lines, against nested rules and exact values."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from sympy import Heaviside, Max, Min, Rational, symbols

from numerics import enclose, evaluate
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)
half = Rational(1, 2)


def agree(mean, bits=40, digits=11):
    ball = enclose(mean, bits)
    assert ball.decided
    assert ball.radius < Fraction(1, 2 ** (bits - 4))
    found = evaluate(mean, digits, independent=True)
    with mpmath.workdps(30):
        low, high = (mpmath.mpf(e.numerator) / e.denominator for e in (ball.lower(), ball.upper()))
        assert low - found.error <= found.value <= high + found.error


@pytest.mark.parametrize("n", [4, 5, 6, 9])
def test_a_shifted_relu_on_the_sphere(n):
    agree(SphereMean(Max(x - half, 0) * Max(y - half, 0), SphereLaw((x, y), n)))


@pytest.mark.parametrize("c", [half, Rational(-1, 3)])
def test_a_shifted_relu_under_the_gauss_law(c):
    agree(GaussianMean(Max(x - half, 0) * Max(y + 1, 0), GaussianLaw((x, y), [[1, c], [c, 1]])))


def test_a_kink_beyond_the_support_is_no_kink():
    """At n = 4 every |z| is below sqrt(3), so the hard sigmoid is affine: E (1/2 + z1/6)(1/2 + z2/6) = 1/4 - 1/108."""
    hard_sigmoid = lambda t: Max(0, Min(1, t / 6 + half))
    ball = enclose(SphereMean(hard_sigmoid(x) * hard_sigmoid(y), SphereLaw((x, y), 4)), 60)
    assert ball.contains(Fraction(1, 4) - Fraction(1, 108))
    assert ball.radius < Fraction(1, 2**58)


@pytest.mark.slow
def test_two_kinks_that_meet_at_the_edge_of_the_support():
    """At n = 4 the point (1, 1, -1, -1) puts the kinks of hard tanh on the edge of the shadow."""
    hard_tanh = lambda t: Max(-1, Min(1, t))
    agree(SphereMean(hard_tanh(x) * hard_tanh(y), SphereLaw((x, y), 4)), bits=24, digits=8)


def test_steps_give_the_measure_of_a_cell():
    """P(z1 > 1, z2 > 1) at n = 4, where (z1, z2) is the shadow of a two-sphere: the two lines touch at the edge, so it is 0."""
    step = lambda t: Heaviside(t - 1, half)
    ball = enclose(SphereMean(step(x) * step(y), SphereLaw((x, y), 4)), 40)
    assert ball.contains(0)
    assert ball.radius < Fraction(1, 2**30)
