"""Random expressions at random arguments: no ball misses the number that mpmath finds at twice the precision."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from flint import arb
from sympy import (
    Abs,
    Expr,
    Heaviside,
    I,
    Max,
    Min,
    Piecewise,
    Rational,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    exp,
    gamma,
    log,
    loggamma,
    nan,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
    zoo,
)  # fmt: skip

from numerics import enclose, evaluate
from numerics.balls import rational_ball
from numerics.digit_means.nested_rules import to_mp
from numerics.formulas.mp_functions import mp_function
from numerics.formulas.walker import real_function
from numerics.precision import working_bits
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)
EXPRESSIONS, POINTS, BITS = 2000, 50, 70
WITNESS_DIGITS = 45

UNARY = [
    sin, cos, tanh, erf, atan, asinh, Abs, lambda e: exp(Min(e, 20)), lambda e: log(1 + e**2), lambda e: sqrt(1 + e**2),
    lambda e: log(1 + exp(Min(e, 30))), lambda e: 1 / (1 + exp(-Max(e, -30))), lambda e: Max(e, 0),
    lambda e: Heaviside(e, Rational(1, 2)),
    lambda e: cosh(sin(e)), lambda e: sinh(cos(e)), lambda e: tan(sin(e) / 2), lambda e: gamma(2 + sin(e)),
    lambda e: loggamma(2 + cos(e)), lambda e: Abs(e) ** Rational(3, 2), lambda e: (1 + e**2) ** Rational(-1, 3),
    lambda e: sqrt(e), lambda e: log(e), lambda e: 1 / e, lambda e: Piecewise((e, e > 0), (exp(Max(e, -30)) - 1, True)),
]  # fmt: skip


def random_expression(source: random.Random, depth: int) -> Expr:
    if depth == 0 or source.random() < 0.1:
        leaf = source.random()
        if leaf < 0.7:
            return x
        return source.choice([pi, sqrt(2), Rational(source.randint(-30, 30), source.randint(1, 12))])
    kind = source.random()
    if kind < 0.55:
        return source.choice(UNARY)(random_expression(source, depth - 1))
    left, right = random_expression(source, depth - 1), random_expression(source, depth - 1)
    if kind < 0.75:
        return left + right
    if kind < 0.92:
        return left * right
    return (Max if kind < 0.96 else Min)(left, right)


def drawn(source: random.Random) -> Expr:
    """A random expression that contains x and is real and finite as it stands."""
    while True:
        try:
            expression = random_expression(source, source.choice([1, 2, 3, 4]))
        except ValueError:  # sympy refuses Max of a complex number
            continue
        if expression.has(x) and not expression.has(I, zoo, nan, oo):
            return expression


def random_point(source: random.Random) -> Fraction:
    size = source.choice([1, 1, 1, 10, 1000])
    return Fraction(source.randint(-size * 10**4, size * 10**4), source.choice([10**4, 9973, 8192]))


def witness(function, point: Fraction):
    """mpmath's real value, or None where it has none (a pole, a root of a negative number, an overflow)."""
    try:
        value = mpmath.mpmathify(function(mpmath.mpf(point.numerator) / point.denominator))
    except (ZeroDivisionError, OverflowError, ValueError, TypeError, mpmath.libmp.NoConvergence):
        return None
    if isinstance(value, mpmath.mpc):
        if value.imag != 0:
            return None
        value = value.real
    return value if mpmath.isfinite(value) and abs(value) < mpmath.mpf(10) ** 60 else None


@pytest.mark.slow
def test_a_hundred_thousand_pairs():
    source = random.Random(20240611)
    pairs = decided = narrow = 0
    with mpmath.workdps(WITNESS_DIGITS):
        for _ in range(EXPRESSIONS):
            expression = drawn(source)
            numbers = mp_function(expression, (x,))
            with working_bits(BITS):
                balls = real_function(expression, (x,))
                for number in range(POINTS):
                    point = random_point(source)
                    pairs += 1
                    exact = witness(numbers, point)
                    ball = balls(rational_ball(point))
                    if exact is None or not ball.is_finite():
                        continue
                    decided += 1
                    slack = abs(exact) * mpmath.mpf(10) ** (8 - WITNESS_DIGITS) + mpmath.mpf(10) ** -WITNESS_DIGITS
                    assert abs(to_mp(ball) - exact) <= to_mp(ball.rad()) + slack, (expression, point)
                    narrow += to_mp(ball.rad()) <= mpmath.mpf(2) ** (20 - BITS) * (1 + abs(exact))
                    if number % 5:
                        continue
                    wide = balls(rational_ball(point) + arb(0, 2**-12))
                    if wide.is_finite():
                        assert abs(to_mp(wide) - exact) <= to_mp(wide.rad()) + slack, (expression, point)
    assert pairs == EXPRESSIONS * POINTS
    assert decided > 0.75 * pairs
    assert narrow > 0.9 * decided


SHAPES = [
    tanh, lambda e: e / (1 + exp(-e)), lambda e: e * (1 + erf(e / sqrt(2))) / 2, lambda e: log(1 + exp(e)), sin, erf, atan,
    lambda e: e / (1 + Abs(e)), lambda e: Piecewise((e, e > 0), (exp(e) - 1, True)), lambda e: Max(e, e / 5),
    lambda e: exp(-(e**2) / 2), lambda e: Heaviside(e, Rational(1, 2)) * e**2, lambda e: cos(2 * e) * e,
]  # fmt: skip


def random_shape(source: random.Random, variable) -> Expr:
    scale = Rational(source.randint(2, 15), 10)
    shape = source.choice(SHAPES)(scale * variable)
    return shape * source.choice([1, 1, variable, shape])


@pytest.mark.slow
def test_random_means_against_independent_rules():
    """120 means with quadrature: every value from the independent rules lies in the ball, within its own estimate."""
    source = random.Random(7)
    means, decided = [], 0
    for _ in range(60):
        f = random_shape(source, x)
        means.append(GaussianMean(f, GaussianLaw(x, Rational(source.randint(1, 40), 10))))
        means.append(SphereMean(f, SphereLaw(x, source.choice([3, 4, 5, 7, 12, 50]), source.random() < 0.7)))
    for _ in range(14):
        f, g = random_shape(source, x), random_shape(source, y)
        c = Rational(source.randint(-9, 9), 10)
        means.append(GaussianMean(f * g, GaussianLaw((x, y), [[1, c], [c, 1]])))
        means.append(SphereMean(f * g, SphereLaw((x, y), source.choice([3, 4, 6, 10]))))
    for mean in means:
        ball = enclose(mean, 56)
        if not ball.decided:
            continue
        decided += 1
        found = evaluate(mean, 8, independent=True)
        with mpmath.workdps(40):
            low, high = (mpmath.mpf(e.numerator) / e.denominator for e in (ball.lower(), ball.upper()))
            assert low - 3 * found.error <= found.value <= high + 3 * found.error, mean
            assert high - low <= mpmath.mpf(2) ** -50 * (1 + abs(found.value)), mean
    assert decided == len(means)
