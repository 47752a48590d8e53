"""Hypotheses that are parabolas in a variable: correlation matrices of three, and false neighbours that must not be accepted."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from sympy import Rational, S, Symbol, sqrt

from proofs_check import (
    Claim,
    CorrelationMatrices,
    Hypothesis,
    Interval,
    Outcome,
    Settings,
    Variable,
    at_least,
    at_most,
    judge,
)
from proofs_check.methods.under_hypotheses import _between_roots, _root

triple = CorrelationMatrices(3)
a, b, c = (triple.matrix[place] for place in ((0, 1), (0, 2), (1, 2)))
gap = triple.hypotheses[0].statement.left
x, t = Symbol("x", real=True), Symbol("t", real=True)
percent = Rational(101, 100)


def claim(left, right, hypotheses=triple.hypotheses, domain=triple.domain):
    return Claim(at_most(left, right), domain, hypotheses, id="x")


def test_every_point_within_the_hypothesis_is_reached():
    rng = random.Random(5)
    ways = list(_between_roots(gap, triple.domain))
    assert len(ways) == 3
    for symbol, form, new in ways:
        reached = 0
        while reached < 20:
            point = {v: Rational(rng.randint(-20, 20), 20) for v in (a, b, c)}
            if gap.subs(point) < 0:
                continue
            others = {v: value for v, value in point.items() if v != symbol}
            middle, high = (form.subs({**others, new.symbol: w}) for w in (0, 1))
            slack = float(high - middle)
            share = 0.0 if slack == 0 else float(point[symbol] - middle) / slack
            assert -1 - 1e-12 <= share <= 1 + 1e-12
            assert math.isclose(float(form.subs({**others, new.symbol: share})), float(point[symbol]), abs_tol=1e-12)
            reached += 1


@pytest.mark.parametrize(
    "inside", [(1 - x**2) * (1 - t**2), (1 - x**2) ** 2, x**2 * t**3 * (2 - t), 4 * (x - 2) ** 3 * (t - 3), (x - t) ** 2 * (x + 2)]
)  # fmt: skip
def test_roots_of_polynomials(inside):
    domain = (Variable(x, Interval(-1, 1)), Variable(t, Interval(0, 1)))
    found = _root(inside, domain)
    for p, q in itertools.product((-1, Rational(-1, 3), 0, Rational(2, 7), 1), (0, Rational(1, 5), 1)):
        point = {x: p, t: q}
        assert abs((found - sqrt(inside)).subs(point).evalf(20)) < 1e-15


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (-Rational(3, 2), a + b + c), (a + b - c, Rational(3, 2)), (a * b - sqrt((1 - a**2) * (1 - b**2)), c),
        (c, a * b + sqrt((1 - a**2) * (1 - b**2))), (a * c - 1, b), (-2, a + b + c),
    ],
)  # fmt: skip
def test_correlations_of_three(left, right):
    found = judge(claim(S(left), S(right)), Settings(time_limit=30))
    assert found.outcome is Outcome.PROVED, found.first_gap


root = sqrt((1 - a**2) * (1 - b**2))
FALSE = (
    (-Rational(3, 2) / percent, a + b + c), (-Rational(149, 100), a + b + c), (-Rational(3, 2), a + b + percent * c),
    (-Rational(3, 2), a + b + 2 * c),
    (-Rational(3, 2), a - b + c - Rational(1, 50)), (a + b - c, Rational(3, 2) / percent), (a - b - c, Rational(3, 2) / percent),
    (a + b + c, Rational(3, 2)),
    (a * b - root / percent, c), (a * b, c), (a * b + root, c), (percent * a * b - root, c), (c, a * b + root / percent), (c, a * b - root),
    (c, a * b), (a * b - root + Rational(1, 1000), c), (a * c, b), (percent * a * c - 1, b - Rational(1, 20)), (a**2 + b**2 + c**2, S(2)),
    (a**2 + b**2, 1 + c), ((a + b) ** 2, 2 * (1 + c) / percent), ((a + b) ** 2, 1 + c), (a + b, 1 + c), (a * b * c, S.Zero),
    (S.Zero, a * b * c),
    (a**2 + b**2 + c**2, 1 + a * b * c), (a**2 + b**2 + c**2, 1 + 2 * a * b * c / percent),
    (-1 / S(8) / percent, a * b * c - Rational(1, 100)),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_false_neighbours_are_not_accepted(left, right):
    assert judge(claim(S(left), S(right)), Settings(time_limit=3)).outcome not in (Outcome.PROVED, Outcome.SUPPORTED)


TRUE_WITHIN = [
    ((-Rational(3, 2)), a + b + c),
    (a + b - c, Rational(3, 2)),
    (a * b - root, c),
    (c, a * b + root),
    (a * c - 1, b),
]


@pytest.mark.parametrize(
    ("left", "right", "weaker"),
    [
        (*side, Hypothesis("weaker", statement=at_least(gap + extra, S.Zero)))
        for side in TRUE_WITHIN[:4]
        for extra in (Rational(1, 50), 1, a**2 / 10, (1 - c**2) / 20, -gap)
    ],
)
def test_a_weaker_hypothesis_is_not_enough(left, right, weaker):
    assert judge(claim(S(left), S(right), (weaker,)), Settings(time_limit=3)).outcome not in (
        Outcome.PROVED,
        Outcome.SUPPORTED,
    )


def test_there_are_enough_neighbours():
    assert len(FALSE) + 20 + 2 >= 50


def test_a_parabola_that_opens_upwards_says_nothing_between_its_roots():
    square = (Hypothesis("outside", statement=at_least(t**2 - 2 * c * t, S.Zero)),)
    domain = (Variable(c, Interval(0, 1)), Variable(t, Interval(-1, 3)))
    assert not list(_between_roots(t**2 - 2 * c * t, domain[1:]))
    for right in (2 * c, 2 * c - 1):
        assert judge(Claim(at_most(t, right), domain, square, id="x")).outcome is Outcome.REFUTED
