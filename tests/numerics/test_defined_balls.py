"""Balls of functions that are known to be defined: a ball that reaches beyond the range of a root or an inverse sine is cut there."""

import pytest
from flint import arb
from sympy import Rational, acos, asin, pi, sqrt, symbols

from numerics.cover import CoverOutcome, cover
from numerics.formulas.walker import real_function

t = symbols("t", real=True)
ARC = (sqrt(1 - t**2) + (pi - acos(t)) * t) / (2 * pi)


@pytest.mark.parametrize("expression", [sqrt(t), t ** Rational(3, 2), t ** Rational(1, 3), asin(1 - t), acos(1 - t)])
def test_a_ball_across_the_end_gives_the_values_inside(expression):
    ball = arb(0).union(arb(2) ** -20) - arb(2) ** -30  # reaches below 0
    assert not real_function(expression, (t,))(ball).is_finite()
    found = real_function(expression, (t,), defined=True)(ball)
    for inside in (arb(2) ** -50, arb(2) ** -21):
        assert found.contains(real_function(expression, (t,))(inside))
    assert found.rad() < 0.02


def test_what_lies_outside_stays_undefined():
    for expression in (sqrt(t), acos(t), asin(t)):
        assert not real_function(expression, (t,), defined=True)(arb(-2)).is_finite()


def test_covers_reach_the_ends_where_both_sides_are_known_to_be_defined():
    wide = ARC, Rational(51, 100), [(t, -1, 1)]
    assert cover(*wide, strict=True, defined=True, max_boxes=200).outcome is CoverOutcome.PROVED
    assert cover(*wide, strict=True, max_boxes=200).outcome is CoverOutcome.UNDECIDED
    assert cover(ARC, Rational(49, 100), [(t, -1, 1)], defined=True, max_boxes=200).outcome is CoverOutcome.REFUTED
