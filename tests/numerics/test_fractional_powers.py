"""Fractional powers at and around 0, where flint's own root is nan, and the bivariate normal law at strong correlations."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import acb, arb
from sympy import Abs, Rational, Symbol, cbrt, cos, gamma, pi, sin, sqrt, tanh

from numerics import enclose
from numerics.formulas.walker import real_function
from numerics.formulas.walker_functions import bivariate_normal_cdf, complex_rational_power
from numerics.precision import working_bits
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x = Symbol("x", real=True)
THIRD = Rational(1, 3)


def test_the_trap():
    assert not arb(0).root(3).is_finite()
    assert real_function(cbrt(x), (x,))(arb(0)) == 0


@pytest.mark.parametrize("power", [THIRD, Rational(2, 5), Rational(4, 3), Rational(1, 2), Rational(3, 2)])
def test_powers_of_a_modulus_around_zero_are_narrow_and_true(power):
    ball = real_function(Abs(x) ** power, (x,))(arb(0, 1e-9))
    edge = arb(1e-9) ** arb(power.p) if power.q == 1 else (arb(1e-9).log() * power.p / power.q).exp()
    assert ball.contains(0)
    assert ball.contains(edge)
    assert ball.abs_upper() < edge * arb("1.1")


def test_what_may_be_negative_has_no_root_and_what_vanishes_no_reciprocal():
    assert not real_function(cbrt(x), (x,))(arb(0, 1e-9)).is_finite()
    assert not real_function(Abs(x) ** -THIRD, (x,))(arb(0)).is_finite()
    assert not real_function(Abs(x) ** -THIRD, (x,))(arb(0, 1e-9)).is_finite()


@pytest.mark.parametrize("point", [0, 1e-6, 7e-6 + 7e-6j, -9e-6j])
def test_values_near_a_branch_point_lie_in_the_disc(point):
    box = acb(arb(0, 1e-5), arb(0, 1e-5))
    assert complex_rational_power(box, 1, 3, analytic=False).contains(acb(mpmath.mpc(point) ** (mpmath.mpf(1) / 3)))
    assert not complex_rational_power(box, 1, 3, analytic=True).is_finite()


def test_a_zero_that_nothing_simplifies():
    zero = sin(1 + pi / 7) - sin(1) * cos(pi / 7) - cos(1) * sin(pi / 7)
    found = enclose(Abs(zero) ** THIRD, 60)
    assert found.contains(0)
    assert found.radius < Fraction(1, 2**60)


def test_means_up_to_a_branch_point():
    found = enclose(GaussianMean(Abs(x) ** THIRD, GaussianLaw(x)), 60)
    exact = enclose(2 ** Rational(1, 6) * gamma(Rational(2, 3)) / sqrt(pi), 80)
    assert found.ball.overlaps(exact.ball)
    assert found.radius < Fraction(1, 2**55)
    for mean in (GaussianMean(Abs(x - 1) ** THIRD, GaussianLaw(x)), SphereMean(Abs(tanh(x)) ** THIRD, SphereLaw(x, 5))):
        assert enclose(mean, 50).radius < Fraction(1, 2**45)


@pytest.mark.parametrize(("h", "k"), [(1, 1), (1, 2), (-1, Rational(1, 2))])
@pytest.mark.parametrize("side", [1, -1])
def test_nearly_equal_and_nearly_opposite_normals(h, k, side):
    """Of correlation 1 - e the probability differs from that of equal ones by less than sqrt(e)."""
    tiny = Fraction(1, 10**16)
    with working_bits(120):
        first, second = arb(int(h)), arb(int(k.p)) / int(k.q) if hasattr(k, "q") else arb(k)
        value = bivariate_normal_cdf(first, second, side * (1 - arb(tiny.numerator) / tiny.denominator))
        phi = lambda t: (-t / arb(2).sqrt()).erfc() / 2
        limit = phi(first.min(second)) if side > 0 else (phi(first) - phi(-second)).max(arb(0))
    assert value.rad() < 1e-26
    assert abs(value - limit) < 1e-8
