"""Expansions with a remainder that holds on a whole interval: against direct evaluation, and against what is not so."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq
from sympy import (
    Abs,
    E,
    Heaviside,
    Max,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factorial,
    floor,
    gamma,
    log,
    loggamma,
    pi,
    polygamma,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import series_of, working_bits
from numerics.series.local_expansions import Reach, _root_below, expanded, log_expanded, positive_near

t = Symbol("t", positive=True)
H = Fraction(1, 16)
FUNCTIONS = (
    exp(t) - 1, log(1 + t) / t, sin(1 + t), cos(t), tan(t), asin(2 * (1 - t) / 3), acos(1 - t**2), asin(t**2 - 1), atan(1 / t),
    atan(1 + t), asinh(t), atanh(t / 2), sinh(t), cosh(t), tanh(1 / t), tanh(t), tanh(-1 / t), erf(t), erf(1 / t), erf(-1 / t), erfc(t),
    erfc(-1 / t), 1 / (1 - t) ** 3, sqrt(1 - (1 - t**2) ** 2), (1 + t) ** (1 / t), (1 - t) ** (1 / t), gamma(t), gamma(1 + t),
    gamma(1 / t + 1) / gamma(1 / t) * t, factorial(t), loggamma(3 + t), loggamma(t), polygamma(0, t), polygamma(1, t),
    polygamma(3, t), polygamma(0, 2 + t), polygamma(2, 3 + t), polygamma(0, 1 / t), polygamma(1, 1 / t), polygamma(4, 1 / t),
    t * log(t) + (1 - t) * log(1 - t), exp(-1 / t), exp(-1 / t**2) / t, Abs(t - 1), Max(1 - t, 1 - t**2), 2 ** (1 + t),
    exp(1 / t) * erfc(sqrt(1 / t**2)), (1 + t) ** pi, exp(t) ** Rational(1, 2),
)  # fmt: skip
LOGARITHMS = (
    gamma(1 / t), gamma(1 / t + S.Half) / gamma(1 / t), erfc(1 / t), cosh(1 / t), sinh(1 / t), 1 + exp(1 / t),
    exp(1 / t) + exp(2 / t) - t, t**2 * exp(3 / t), (1 + 1 / t) ** (1 / t), (1 - t) ** 2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("logarithm", "function"), [*((False, f) for f in FUNCTIONS), *((True, f) for f in LOGARITHMS)]
)
def test_an_expansion_holds_at_every_point_of_its_reach(logarithm, function):
    """Its ball at a point meets a direct evaluation with more bits, and is narrow far below the reach."""
    direct = real_function(function, (t,))
    with working_bits(128), series_of(24):
        found = (log_expanded if logarithm else expanded)(function, t, Reach(H, 8))
    with working_bits(256):
        for share in (1, Fraction(9, 10), Fraction(1, 2), Fraction(1, 7), Fraction(1, 100)):
            at = H * share
            value = direct(arb(fmpq(at.numerator, at.denominator)))
            value = value.log() if logarithm else value
            ball = found.at(at)
            assert ball.overlaps(value), (function, at)
            if share == Fraction(1, 100):
                assert float(ball.rad()) < 1e-12 * max(1.0, abs(float(value.mid())))


def test_the_sign_of_an_expansion_is_that_of_the_function_on_the_whole_reach():
    with working_bits(128), series_of(24):
        for h, zero in (
            (Fraction(1, 16), Rational(1, 15)),
            (Fraction(1, 16), Rational(1, 17)),
            (Fraction(1, 4), Rational(1, 5)),
        ):
            for body in (t - zero, log(t / zero), t * log(t / zero)):
                sign = expanded(body, t, Reach(h, 8)).sign()
                assert sign in ((0,) if zero < h else (0, -1)), (body, h)
        assert expanded(1 + log(t), t, Reach(Fraction(1, 16), 8)).sign() == -1
        assert expanded(t**2 * log(t) + t**2, t, Reach(Fraction(1, 16), 8)).sign() == -1
        assert expanded(1 + t * log(t), t, Reach(Fraction(1, 16), 8)).sign() == 1
        # no reach beyond 1/e is used with a logarithm
        assert expanded(log(t) - 1, t, Reach(Fraction(1, 2), 8)).sign() == 0


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (floor(1 + t), "no expansion"), (Heaviside(t - 1, 0), "no expansion"), (exp(1 / t), "grows"), (log(-t), "not positive"),
        (sqrt(t), "fractional"), (gamma(-t), "positive"), (log(t) ** 2, "logarithm"), (sin(1 / t), "pole"), ((-1) ** (1 / t), "positive"),
        (polygamma(1, -1 / t), "positive"), (asin(1 + t), "fractional"), (log(1 - t / H * 2), "sign is open"),
        (atan(1 / (1 - 32 * t)), "not analytic"),
        (t**t, "depends on t"), (polygamma(0, t - 1), "positive"),
    ],
)  # fmt: skip
def test_what_has_no_expansion_is_refused(function, advice):
    with working_bits(128), series_of(24), pytest.raises(UndecidedError, match=advice):
        expanded(function, t, Reach(H, 8))


def test_series_that_flint_would_cut_are_refused():
    with working_bits(128), pytest.raises(UndecidedError, match="cut"):
        expanded(polygamma(2, 3 + t), t, Reach(H, 8))
    with working_bits(128), pytest.raises(UndecidedError, match="cut"):
        expanded(exp(t), t, Reach(H, 12))


def test_a_sign_near_an_end_is_found_with_its_order():
    found = positive_near((1 + t) ** (1 / t), E, t)
    assert (found.order, found.form) == (1, "the sides")
    assert found.reach >= Fraction(1, 16)
    assert positive_near(erfc(1 / t), exp(-1 / t**2), t).form == "the logarithms"
    with pytest.raises(UndecidedError):
        positive_near(E, (1 + t) ** (1 / t), t)
    with pytest.raises(UndecidedError):
        positive_near(t, t, t)


def test_a_power_whose_exponent_moves_beyond_the_terms_kept_is_refused():
    """The remainder of the exponent is a ball around 0, which is not 0: t^(sin(t)^9) - 1 is t^9 log t and more."""
    with working_bits(128), series_of(18), pytest.raises(UndecidedError, match="a power of t that depends on t"):
        expanded(t ** (sin(t) ** 9), t, Reach(H, 8))


def test_an_unevaluated_power_of_e_is_an_exponential():
    power = Pow(E, t, evaluate=False)
    with working_bits(128), series_of(18):
        assert expanded(power, t, Reach(H, 8)).at(H).overlaps(arb(fmpq(1, 16)).exp())
        assert log_expanded(power, t, Reach(H, 8)).at(H).overlaps(arb(fmpq(1, 16)))


def test_reaches_in_the_square_root_are_positive_and_not_too_long():
    for h in (Fraction(1, 4), Fraction(1, 3 * 4**40), Fraction(2, 7)):
        assert 0 < _root_below(h) ** 2 <= h
