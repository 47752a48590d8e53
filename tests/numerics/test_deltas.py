"""Derivatives by Price's theorem at kinks: delta functions become densities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Abs, Derivative, DiracDelta, Heaviside, Max, Rational, acos, pi, sqrt, symbols, tanh

from numerics import enclose, evaluate
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y, c = symbols("x y c", real=True)
law = GaussianLaw((x, y), [[1, c], [c, 1]])
AT = Rational(1, 3)


@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_of_the_dual_of_relu(order):
    dual = (sqrt(1 - c**2) + (pi - acos(c)) * c) / (2 * pi)
    derivative = Derivative(GaussianMean(Max(x, 0) * Max(y, 0), law), (c, order)).doit(deep=False).subs(c, AT)
    ball, closed = enclose(derivative, 80), enclose(dual.diff(c, order).subs(c, AT), 100)
    assert ball.ball.overlaps(closed.ball)
    assert ball.radius < Fraction(1, 2**78)
    assert (
        abs(evaluate(derivative, 20).value - evaluate(closed_value := dual.diff(c, order).subs(c, AT), 20).value)
        < 1e-19
    )
    assert closed_value.is_number


def test_a_delta_against_a_smooth_function():
    """E delta(2X - 1) tanh(Y): X = 1/2 has density phi(1/2)/2, and Y is then N(c/2, 1 - c^2)."""
    mean = GaussianMean(DiracDelta(2 * x - 1) * tanh(y), law.subs(c, AT))
    direct = GaussianMean(tanh(y + AT / 2), GaussianLaw(y, 1 - AT**2))
    ratio = enclose(mean / direct, 60)
    # phi(1/2)/2
    assert abs(ratio.lower() - Fraction(0.17603266338214976)) < Fraction(1, 10**15)


def test_the_second_derivative_of_the_absolute_value():
    second = GaussianMean(Abs(x).diff(x, 2), GaussianLaw(x))
    assert enclose(second - 2 / sqrt(2 * pi), 60).contains(0)


@pytest.mark.parametrize(
    ("mean", "advice"),
    [
        (GaussianMean(DiracDelta(x) * Heaviside(x, Rational(1, 2)), GaussianLaw(x)), "jump"),
        (GaussianMean(DiracDelta(x, 1), GaussianLaw(x)), "derivatives of delta"),
        (GaussianMean(DiracDelta(x - y), law.subs(c, AT)), "one coordinate"),
        (SphereMean(DiracDelta(x), SphereLaw(x, 5)), "Gaussian mean only"),
    ],
    ids=["jump", "derivative", "two", "sphere"],
)
def test_what_has_no_value_here(mean, advice):
    found = enclose(mean, 60)
    assert not found.decided
    assert advice in found.advice
