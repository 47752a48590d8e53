"""Where a function of one variable has its kinks."""

import pytest
from sympy import Abs, E, Max, Min, Rational, S, Symbol, atan, erfc, exp, log, pi, sin, sinh, sqrt, tanh

from numerics import enclose
from numerics.errors import UndecidedError
from numerics.formulas.pieces import real_roots
from theory import GaussianLaw, GaussianMean

t = Symbol("t", real=True)


@pytest.mark.parametrize(
    ("argument", "roots"),
    [
        (exp(t) - 1, {S.Zero}),
        (3 - exp(4 * t + 1), {(log(3) - 1) / 4}),
        (tanh(t) + Rational(1, 2), {-log(3) / 2}),  # -atanh(1/2)
        (sinh(t**2 - 1), {S.One, S.NegativeOne}),
        (atan(t) - pi / 4, {S.One}),
        *((never, set()) for never in (exp(t), exp(t) + 1, tanh(t) - 1, tanh(t) + 2, atan(t) + pi / 2, 2 - atan(t))),
    ],
)
def test_strictly_increasing_functions_are_inverted(argument, roots):
    assert {r.simplify() for r in real_roots(argument, t)} == {r.simplify() for r in roots}


def test_what_cannot_be_inverted_is_undecided():
    for argument in (sin(t), atan(1 / t), t + exp(t), exp(t**2) - 3):
        with pytest.raises(UndecidedError):
            real_roots(argument, t)


def test_the_mean_of_an_exponential_kink():
    """E min(e^t, 1) and the ELU, by completing the square."""
    half = sqrt(E) * erfc(1 / sqrt(2)) / 2
    elu = Max(t, 0) + Min(exp(t) - 1, 0)
    for body, value in ((Min(exp(t), 1), half + S.Half), (elu, half - S.Half + 1 / sqrt(2 * pi))):
        ball = enclose(GaussianMean(body, GaussianLaw(t)), 128)
        assert ball.radius < 1e-35
        assert ball.ball.overlaps(enclose(value, 128).ball)
    assert not enclose(GaussianMean(Abs(sin(t)), GaussianLaw(t)), 64).decided
