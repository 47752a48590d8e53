"""Inequalities by the least value of a convex difference, and more than fifty false neighbours that must not be accepted."""

from __future__ import annotations

import itertools

import mpmath
import pytest
from sympy import Abs, Max, Rational, S, Symbol, atan, cos, cosh, exp, lambdify, log, oo, sin, sqrt

from proofs_check import Choices, Integers, Interval, Relation, Statement, Variable
from proofs_check.methods import Context, ConvexInOne

s, t = Symbol("s", real=True), Symbol("t", real=True)
k = Symbol("k", integer=True, positive=True)
LE, LT = Relation.AT_MOST, Relation.LESS
percent = Rational(101, 100)
line, three, positive, unit, five = (
    Interval(-oo, oo),
    Interval(0, 3),
    Interval(0, 3, True),
    Interval(0, 1),
    Interval(-5, 5),
)
hoeffding = s * exp((1 - s) * t) + (1 - s) * exp(-s * t)
young, divergence = s * log(s) - s + exp(t), s * log(s / t) + t - s
away = Interval(Rational(1, 10), 3)

TRUE = (
    (sqrt(s * t), (s + t) / 2, three, three), (s * t, (s**2 + t**2) / 2, line, line), (s * t, young, away, five),
    (hoeffding, exp(t**2 / 8), unit, line), (S.Zero, divergence, positive, positive),
    (s * t, s**3 / 3 + 2 * t ** Rational(3, 2) / 3, three, three),
    (-(t**2) / 2, s**2 / 2 - s * t, Interval(0, oo), five), (1 + s * t, exp(s * t), five, five), (log(s) + 1, s * exp(t) - t, away, five),
    (s * t, s**2 * exp(t) / 2 + t**2 * exp(-t) / 2, line, line), (2 * s, s**2 * k + 1 / S(k), five, Integers(1)),
)  # fmt: skip

FALSE = (
    (percent * sqrt(s * t), (s + t) / 2, three, three), (sqrt(s * t), (s / percent + t) / 2, three, three),
    ((s + t) / 2, sqrt(s * t), three, three),
    (sqrt(s * t) + Rational(1, 1000), (s + t) / 2, three, three), (sqrt(s * t), (s**2 + t**2) / 2, three, three),
    (percent * s * t, (s**2 + t**2) / 2, line, line), (s * t, (s**2 + t**2) / (2 * percent), line, line),
    (s * t, (s**2 - t**2) / 2, line, line),
    (s * t + Rational(1, 10**6), (s**2 + t**2) / 2, line, line), (Abs(s * t), (s**2 - s * t + t**2) / 2, line, line),
    (percent * s * t, young, away, five), (s * t, young - Rational(1, 1000), away, five),
    (s * t, s * log(s) - percent * s + exp(t), away, five),
    (s * t, young / percent, away, five), (s * t, s * log(s) - s + exp(t / percent), away, five), (young, s * t, away, five),
    (s * t, s * log(percent * s) - percent * s + exp(t), away, five), (s * t + t / 100, young, away, five),
    (hoeffding, exp(t / 8), unit, five), (exp(t**2 / 8), hoeffding, unit, five),
    (s * exp((1 - s) * t) + (1 - s) * exp(-percent * s * t), exp(t**2 / 8), unit, five),
    (S.Zero, s * log(s / t) + percent * (t - s), positive, positive), (S.Zero, divergence - (s - t) ** 2, positive, positive),
    (S.Zero, divergence / percent - s / 1000, positive, positive), (divergence, S.Zero, positive, positive),
    (S.Zero, s * log(s / t), positive, positive),
    (S.Zero, s * log(s / (percent * t)) + t - s, positive, positive), (s * t, s**3 / 3 + t ** Rational(3, 2) / 2, three, three),
    (s * t, s**3 / (3 * percent) + 2 * t ** Rational(3, 2) / 3, three, three), (s * t, s**3 / 3 + 2 * t / 3, three, three),
    (-(t**2) / (2 * percent), s**2 / 2 - s * t, Interval(0, oo), five), (-(t**2) / 3, s**2 / 2 - s * t, five, five),
    (percent + s * t, exp(s * t), five, five), (1 + percent * s * t, exp(s * t), five, five),
    (1 + s * t + s**2 / 2, exp(s * t), five, five),
    (log(s) + percent, s * exp(t) - t, away, five), (log(s) + 1, s * exp(t) - percent * t, away, five),
    (log(s) + 1, s * exp(t) / percent - t, away, five),
    (2 * s, s**2 * k + 1 / (percent * k), five, Integers(1)), (2 * percent * s, s**2 * k + 1 / S(k), five, Integers(1)),
    (2 * s, s**2 * k, five, Integers(1)),
    # neither smooth nor convex, or least elsewhere
    (Abs(s) / 10, s**2 + t**2, five, five), (S.Zero, s**2 + t**2 - Abs(s), five, five), (S.Zero, t**2 - Max(s, 0) / 100, five, five),
    (S.Zero, s**4 - s**2 + t**2 / 10, five, five), (S.Zero, s**3 + t**2, five, five), (s**2, t**2, five, five),
    (S.Zero, cos(s) + t**2 / 100, five, five),
    (sin(s) * t, t**2 / 2, five, five), (S.Zero, (s - t) ** 2 - Rational(1, 10**8), five, five), (cosh(s) - 1, s**2 / 2 + t**2, five, five),
    (S.Zero, (s - 6) ** 2 + t - Rational(11, 10), five, unit), (S.Zero, s**2 * t + s**2, five, five), (atan(s) * t, t**2, five, five),
    ((s**4) ** Rational(1, 4), t**2 + s**2, five, five),
)  # fmt: skip


def _domain(first, second):
    return (Variable(s, first), Variable(k if isinstance(second, Integers) else t, second))


def _grid(where):
    if isinstance(where, Integers):
        return [mpmath.mpf(where.lower + j) for j in range(12)]
    low, high = (
        mpmath.mpf(cut) if abs(end) == oo else mpmath.mpf(end.p) / end.q
        for end, cut in ((where.lower, -6), (where.upper, 6))
    )
    inside = [low + (high - low) * mpmath.mpf(j) / 60 for j in range(61)]
    return [
        p
        for p in (*inside, mpmath.mpf("0.02"), mpmath.mpf("0.001"))
        if low < p <= high or (p == low and not where.left_open)
    ]


def _truth(left, right, first, second):
    """Whether no point of a grid contradicts it, in 30 digits: shares nothing with the method."""
    with mpmath.workdps(30):
        gap = lambdify([v.symbol for v in _domain(first, second)], right - left, "mpmath")
        return all(
            mpmath.re(gap(*p)) >= -(mpmath.mpf(10) ** -25) for p in itertools.product(_grid(first), _grid(second))
        )


@pytest.mark.parametrize("claim", TRUE, ids=lambda c: f"{c[0]} <= {c[1]}")
def test_least_values_of_convex_differences(claim):
    assert _truth(*claim)
    found = ConvexInOne().check(Statement(claim[0], LE, claim[1]), Context(domain=_domain(*claim[2:])))
    assert found.holds is True, found.advice
    assert "convex in" in found.evidence.note


@pytest.mark.parametrize("claim", FALSE, ids=lambda c: f"{c[0]} <= {c[1]}")
def test_false_neighbours_are_not_accepted(claim):
    assert not _truth(*claim)
    found = ConvexInOne().check(Statement(claim[0], LE, claim[1]), Context(domain=_domain(*claim[2:])))
    assert found.holds is not True


def test_there_are_enough_neighbours():
    assert len(FALSE) >= 50


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (Statement(s * t, LT, (s**2 + t**2) / 2), _domain(line, line)),
        (Statement(s * t, Relation.EQUAL, (s**2 + t**2) / 2), _domain(line, line)),
        (Statement(sqrt(s * t), LE, (s + t) / 2), _domain(Interval(-1, 3), three)),
        (Statement(S.Zero, LE, s * log(s) - s + exp(t) - s * t), _domain(three, five)),
        (Statement(s * t, LE, (s**2 + t**2) / 2), (Variable(s, Choices((0, 1))), Variable(t, line))),
    ],
)  # fmt: skip
def test_what_convexity_does_not_judge(statement, domain):
    assert ConvexInOne().check(statement, Context(domain=domain)).holds is None
