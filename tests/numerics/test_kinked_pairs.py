"""Two coordinates with kinks anywhere: circles for piecewise polynomials, else the cells between lines, against nested rules."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, S, exp, lambdify, oo, sin, sqrt, symbols, tanh

from numerics import enclose, evaluate
from numerics.ball_means.circle_pairs import circle_pair
from numerics.ball_means.kinked_pairs import Pair, kinked_pair
from numerics.errors import UndecidedError
from numerics.formulas.pieces import Piece
from numerics.precision import NO_DEADLINE
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
    agree(SphereMean(Max(x - half, 0) * Max(y - half, 0), SphereLaw((x, y), n)), bits=120)


BENT = {
    "below a third of tanh": lambda t: Abs(tanh(t) - Rational(1, 3)),
    "two kinks": lambda t: Abs(Abs(tanh(t)) - half),
    "a sine up to 1": lambda t: Piecewise((sin(t), t < 1), (sin(1), True)),
}


@pytest.mark.parametrize(("name", "n"), [("below a third of tanh", 9), ("a sine up to 1", 4)])
def test_bent_functions_that_are_no_polynomials(name, n):
    f = BENT[name]
    mean = SphereMean(f(x) * f(y), SphereLaw((x, y), n))
    agree(mean)
    # two different functions take the whole circle, equal ones the half
    both, third = enclose(mean, 40), enclose(SphereMean(f(x) * 3 * f(y), SphereLaw((x, y), n)), 40)
    assert (3 * both.ball).overlaps(third.ball)


def test_the_two_forms_of_a_line_on_the_sphere_agree_with_mpmath_far_from_the_edge_and_near_it():
    """Two kinks close to 0 make lines that run from the edge nearly to the centre."""
    near = Rational(1, 50)
    agree(SphereMean(Max(tanh(x), near) * Max(exp(y), 1 + near), SphereLaw((x, y), 6)))


def test_a_shifted_relu_times_an_exponential_on_the_sphere():
    agree(SphereMean(Max(x - 1, 0) * exp(-x) * Max(y - half, 0), SphereLaw((x, y), 9)), bits=20, digits=8)


MANY = Max(-1, Min(Rational(3, 2), x)) ** 2 + Heaviside(x - Rational(1, 3), 0) * x**3


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize(
    ("f", "g"), [(MANY, MANY), (MANY, abs(x)), (Max(x, sqrt(2)), x * Heaviside(-x, 0)), (Max(x - 1, 0), x**2)]
)
def test_circles_against_a_product_rule(f, g, centered):
    """Jumps, kinks at irrational places and at 0, functions that differ, at n = 6."""
    n = 6
    m, c = (n - 1, Rational(-1, n - 1)) if centered else (n, S.Zero)
    ball = circle_pair(f, g, x, m, c, 110, NO_DEADLINE)
    assert float(ball.rad()) < 2.0**-104
    # the density of a pair on the plane, by Gauss-Legendre rules between kinks in polar coordinates
    first, second = lambdify(x, f, "numpy"), lambdify(x, g, "numpy")
    nodes, weights = np.polynomial.legendre.leggauss(30)
    kinks = np.array([-1, -(2**0.5), 0, 1 / 3, 1, 2**0.5, 1.5])
    beta, total = np.arccos(float(c)), 0.0
    radii = np.unique(np.r_[np.linspace(0, 1, 60), np.abs(kinks) / m**0.5])
    for low, high in pairwise(radii):
        for r, w in zip(low + (high - low) * (nodes + 1) / 2, weights * (high - low) / 2):
            met = np.arccos(np.clip(kinks / (r * m**0.5), -1, 1))
            cuts = np.sort(np.r_[met, -met, beta + met, beta - met, np.linspace(-4, 4, 17)] % (2 * np.pi))
            cuts = np.r_[cuts, cuts[0] + 2 * np.pi]
            angles = cuts[:-1, None] + np.diff(cuts)[:, None] * (nodes + 1) / 2
            z1, z2 = r * m**0.5 * np.cos(angles), r * m**0.5 * np.cos(angles - beta)
            inner = (np.diff(cuts)[:, None] * weights / 2 * first(z1) * second(z2)).sum() / (2 * np.pi)
            total += w * (m - 2) * r * (1 - r * r) ** (m / 2 - 2) * inner
    assert abs(float(ball.mid()) - total) < 2e-7


def test_circles_leave_other_functions_alone():
    assert circle_pair(Max(x, 1), exp(x), x, 4, Rational(-1, 4), 60, NO_DEADLINE) is None


@pytest.mark.parametrize("c", [half, Rational(-1, 3)])
def test_a_shifted_relu_under_the_gauss_law(c):
    agree(GaussianMean(Max(x - half, 0) * Max(y + 1, 0), GaussianLaw((x, y), [[1, c], [c, 1]])))


def test_a_kink_beyond_the_support_is_no_kink():
    """At n = 4 every |z| is below sqrt(3), so the hard sigmoid is affine: E (1/2 + z1/6)(1/2 + z2/6) = 1/4 - 1/108."""
    hard_sigmoid = lambda t: Max(0, Min(1, t / 6 + half))
    ball = enclose(SphereMean(hard_sigmoid(x) * hard_sigmoid(y), SphereLaw((x, y), 4)), 60)
    assert ball.contains(Fraction(1, 4) - Fraction(1, 108))
    assert ball.radius < Fraction(1, 2**58)


def test_two_kinks_that_meet_at_the_edge_of_the_support():
    """At n = 4 the point (1, 1, -1, -1) puts the kinks of hard tanh on the edge of the shadow."""
    hard_tanh = lambda t: Max(-1, Min(1, t))
    agree(SphereMean(hard_tanh(x) * hard_tanh(y), SphereLaw((x, y), 4)), bits=100, digits=8)


def test_steps_give_the_measure_of_a_cell():
    """P(z1 > 1, z2 > 1) at n = 4, where (z1, z2) is the shadow of a two-sphere: the two lines touch at the edge, so it is 0."""
    step = lambda t: Heaviside(t - 1, half)
    ball = enclose(SphereMean(step(x) * step(y), SphereLaw((x, y), 4)), 40)
    assert ball.contains(0)
    assert ball.radius < Fraction(1, 2**30)


@pytest.mark.parametrize(("width", "said"), [(0.1, "next to the axis"), (0.3, "put in order")])
def test_sectors_that_a_wide_correlation_does_not_tell_apart_are_refused(width, said):
    x = symbols("x", real=True)
    step = (Piece(-oo, S.Zero, S.Zero), Piece(S.Zero, oo, S.One))
    with pytest.raises(UndecidedError, match=said):
        kinked_pair(Pair(x, step, step, arb(3, width), arb(1)), lambda *cell: arb(0), arb(1), NO_DEADLINE)
