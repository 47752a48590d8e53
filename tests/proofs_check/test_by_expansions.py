"""Inequalities whose sides touch or approach each other, and more than fifty false neighbours of them that must not be accepted."""

from __future__ import annotations

import mpmath
import pytest
from sympy import (
    Abs,
    E,
    Rational,
    S,
    Symbol,
    acos,
    atan,
    cos,
    cosh,
    erfc,
    exp,
    floor,
    gamma,
    lambdify,
    log,
    oo,
    pi,
    polygamma,
    sin,
    sqrt,
)

from numerics.errors import UndecidedError
from proofs_check import Integers, Interval, Relation, Statement, Variable
from proofs_check.methods import ByExpansions, Context, Cover
from proofs_check.methods.by_expansions import _beside

t = Symbol("t", real=True)
d = Symbol("d", integer=True, positive=True)
LT, LE = Relation.LESS, Relation.AT_MOST
widths, from_two = Integers(1), Integers(2)
line, ray, beyond, unit = (Interval(-oo, oo), Interval(0, oo), Interval(0, oo, True, True), Interval(0, 1))
signed = Interval(-1, 1)
tail, density = erfc(t / sqrt(2)) / 2, exp(-(t**2) / 2) / sqrt(2 * pi)
kernel = (sqrt(1 - t**2) + (pi - acos(t)) * t) / pi
ratio = gamma(d + S.Half) / gamma(d)
psi, trigamma = polygamma(0, d), polygamma(1, d)
percent = Rational(101, 100)

TRUE = (
    ((1 + 1 / d) ** d, LT, E, widths), ((1 - 1 / d) ** d, LT, exp(-1), from_two), (E, LT, (1 + 1 / d) ** (d + S.Half), widths),
    (ratio, LT, sqrt(d), widths), (sqrt(d - Rational(1, 4)), LT, ratio, widths),
    (psi, LT, log(d) - 1 / (2 * d), widths), (log(d) - 1 / (2 * d) - 1 / (12 * d**2), LT, psi, widths),
    (1 / d + 1 / (2 * d**2), LT, trigamma, widths), (polygamma(2, d), LT, -1 / d**2 - 1 / d**3, widths),
    (1 + t, LE, exp(t), line), (log(1 + t), LE, t, Interval(-1, oo, True, False)), (t - t**2 / 2, LE, log(1 + t), ray),
    (tail, LT, density / t, beyond), (t / (1 + t**2) * density, LT, tail, beyond), (cosh(t), LE, exp(t**2 / 2), line),
    (t, LE, kernel, signed), (2 * (t - S.Half) ** 2, LE, log(2) + t * log(t) + (1 - t) * log(1 - t), Interval(0, 1, True, True)),
    (log(1 + exp(t)), LE, log(2) + t / 2 + t**2 / 8, line), (S.Zero, LE, (t**2 - S.Half) ** 2, unit),
    (t * exp(-(t**2)), LE, exp(-S.Half) / sqrt(2), ray),
)  # fmt: skip

# (left, relation, right, domain), each false somewhere: 1 % off, a sign, an end, a strict sign, a wider domain, or false far out alone
FALSE = (
    ((1 + 1 / d) ** d, LT, E / percent, widths), ((1 + 1 / d) ** d, LT, E - Rational(1, 10**6), widths),
    ((1 + 1 / d) ** (d + S.Half), LT, E * (1 + 1 / (13 * d**2)), widths), (E, LT, (1 + 1 / d) ** (d + Rational(49, 100)), widths),
    (E, LT, (1 + 1 / d) ** d, widths), ((1 - 1 / d) ** d, LT, exp(-percent), from_two), (exp(-1), LT, (1 - 1 / d) ** d, from_two),
    (ratio, LT, sqrt(d) / percent, widths), (ratio, LT, sqrt(d - Rational(1, 4)), widths), (ratio, LT, sqrt(d) - Rational(1, 1000), widths),
    (sqrt(d - Rational(24, 100)), LT, ratio, widths), (sqrt(d - Rational(1, 4) + 1 / (31 * d)), LT, ratio, widths),
    (sqrt(d), LT, ratio, widths), (gamma(d + Rational(51, 100)) / gamma(d), LT, sqrt(d), widths),
    (psi, LT, log(d) - percent / (2 * d), widths), (psi, LT, log(d) - 1 / (2 * d) - 1 / (12 * d**2), widths),
    (log(d) - 1 / (2 * d) - 1 / (12 * d**2) / percent, LT, psi, widths), (log(d) - 1 / (2 * d), LT, psi, widths),
    (psi, LT, log(d - S.Half), widths), (1 / d + percent / (2 * d**2), LT, trigamma, widths),
    (percent / d, LT, trigamma, widths), (trigamma, LT, 1 / d + 1 / (2 * d**2), widths),
    (trigamma, LT, 1 / d + 1 / d**2 / percent / 2, widths),
    (polygamma(2, d), LT, -percent / d**2 - 1 / d**3, widths), (-1 / d**2, LT, polygamma(2, d), widths),
    (1 + t, LT, exp(t), line), (1 + percent * t, LE, exp(t), line), (1 + t + t**2 / 2, LE, exp(t), line), (1 - t, LE, exp(t), line),
    (log(1 + t), LT, t, Interval(-1, oo, True, False)), (log(1 + t), LE, t / percent, ray), (log(1 + t), LE, t - t**2 / 100, ray),
    (t - t**2 / 2, LE, log(1 + t), Interval(Rational(-1, 10), 1)), (t - t**2 / 2 / percent, LE, log(1 + t), ray),
    (t - t**2 / 2, LT, log(1 + t), ray), (tail, LT, density / t / percent, beyond), (percent * t / (1 + t**2) * density, LT, tail, beyond),
    (t / (1 + t**2 / percent) * density, LT, tail, beyond), (tail, LT, t / (1 + t**2) * density, beyond),
    (tail, LT, exp(-(t**2) / 2) / (2 * percent), ray), (tail, LE, exp(-percent * t**2 / 2) / 2, ray),
    (cosh(t), LE, exp(t**2 / (2 * percent)), line), (cosh(t), LT, exp(t**2 / 2), line), (cosh(t), LE, exp(t**2 / 2) - t**4 / 11, line),
    (t, LT, kernel, signed), (percent * t, LE, kernel, signed), (t, LE, kernel / percent, signed), (kernel, LE, t, signed),
    (percent * 2 * (t - S.Half) ** 2, LE, log(2) + t * log(t) + (1 - t) * log(1 - t), Interval(0, 1, True, True)),
    (2 * (t - Rational(49, 100)) ** 2, LE, log(2) + t * log(t) + (1 - t) * log(1 - t), Interval(0, 1, True, True)),
    (2 * (t - S.Half) ** 2, LT, log(2) + t * log(t) + (1 - t) * log(1 - t), Interval(0, 1, True, True)),
    (log(1 + exp(t)), LE, log(2) + t / 2 + t**2 / (8 * percent), line), (log(1 + exp(t)), LE, log(2) + percent * t / 2 + t**2 / 8, line),
    (log(1 + exp(t)), LE, percent * t, Interval(1, oo)), (atan(t), LE, pi / 2 - percent / (1 + t), ray),
    (exp(-t), LE, S.Zero, ray), (exp(-1 / t), LE, S.Zero, Interval(0, 1, True, False)), (S.Zero, LE, (-1) ** d / d, widths),
    (S.Zero, LE, cos(pi * d / 2), widths), (sin(t), LE, t - t**3 / (6 / percent), Interval(0, 1)), (t**2, LE, Abs(t) ** 3, signed),
    (S.Zero, LE, (t - Rational(1, 3)) ** 3, unit), (S.Zero, LE, (3 * t - 1) ** 2 - Rational(1, 10**12), unit),
    (S.Zero, LT, (t**2 - S.Half) ** 2, unit), (S.Zero, LE, (t**2 - S.Half) ** 2 - Rational(1, 10**9), unit),
    (S.Zero, LE, (d - 5) * (d - 7) / d + exp(-d), widths), (floor(t), LE, t - Rational(1, 10), ray),
)  # fmt: skip

# undefined somewhere: not false where both sides exist, and still not to be accepted
UNDEFINED = (
    (S.Zero, LE, t * log(t) + 1, unit), (t, LE, t + 1 / (t - 5) ** 2, ray),
    (S.Zero, LE, sqrt(t - t**2 + Rational(1, 100)), Interval(-1, 2)),
    ((t**2 - 1) / (t - 1), LE, t + 2, Interval(0, 2)), (S.Zero, LE, gamma(t) ** 2, Interval(-1, 1)),
    (S.Zero, LE, polygamma(1, d - 1), widths),
    (S.Zero, LE, log(1 + 1 / t) ** 2 + log(1 + t), ray),
)  # fmt: skip


def _context(where):
    symbol = d if isinstance(where, Integers) else t
    return Context(domain=(Variable(symbol, where),))


@pytest.mark.parametrize("claim", TRUE, ids=lambda c: f"{c[0]} {c[1].value} {c[2]}")
def test_sides_that_touch_or_approach(claim):
    left, relation, right, where = claim
    found = ByExpansions().check(Statement(left, relation, right), _context(where))
    assert found.holds is True, found.advice
    assert found.grounds.name == "ENCLOSURE"


def _points(where):
    if isinstance(where, Integers):
        return [*range(where.lower, where.lower + 40), 10**3, 10**4, 10**8]
    low, high = (
        mpmath.mpf(cut) if abs(end) == oo else mpmath.mpf(str(end))
        for end, cut in ((where.lower, -40), (where.upper, 40))
    )
    inside = [low + (high - low) * mpmath.mpf(k) / 840 for k in range(1, 840)]
    inside += [end for end, is_open in ((low, where.left_open), (high, where.right_open)) if not is_open]
    far = [mpmath.mpf(10) ** k for k in (2, 4)] if where.upper == oo else []
    near = [sign * mpmath.mpf(10) ** -k for k in (2, 3, 5) for sign in (1, -1)]
    return [*inside, *far, *(p for p in (0, mpmath.mpf(1) / 3, mpmath.sqrt(0.5), *near) if low < p < high)]


def _witness(left, relation, right, where):
    """A point where the statement is false in 40 digits: shares nothing with the method."""
    symbol = d if isinstance(where, Integers) else t
    with mpmath.workdps(40):
        sides = [lambdify(symbol, side, "mpmath") for side in (left, right)]
        for point in _points(where):
            try:
                a, b = (mpmath.mpmathify(f(mpmath.mpf(point))) for f in sides)
            except (ValueError, ZeroDivisionError):
                continue
            slack = mpmath.mpf(10) ** -36 * (abs(a) + abs(b))
            if abs(mpmath.im(a)) + abs(mpmath.im(b)) <= slack:
                gap = mpmath.re(b) - mpmath.re(a)
                if gap < -slack or (relation is LT and gap <= slack + mpmath.mpf(10) ** -70 * (abs(point) < 10)):
                    return point
    return None


@pytest.mark.parametrize("claim", FALSE, ids=lambda c: f"{c[0]} {c[1].value} {c[2]}")
def test_false_neighbours_are_not_accepted(claim):
    left, relation, right, where = claim
    assert _witness(*claim) is not None, "the neighbour is true"
    assert ByExpansions().check(Statement(left, relation, right), _context(where)).holds is not True


@pytest.mark.parametrize("claim", UNDEFINED, ids=lambda c: f"{c[0]} {c[1].value} {c[2]}")
def test_sides_without_a_value_are_not_accepted(claim):
    left, relation, right, where = claim
    assert ByExpansions().check(Statement(left, relation, right), _context(where)).holds is not True


def test_there_are_enough_of_them():
    assert len(FALSE) >= 50


def test_an_irrational_end_beyond_the_digits_of_floating_point():
    """The reach of an expansion is measured from the end itself: between end + 1 and end + 2 the cubic is negative."""
    end = 10**20 * sqrt(2)
    cubic = (t - end) * (t - end - 1) * (t - end - 2)
    for upper in (141421356237309604880, 141421356237309511880):
        where = Context((Variable(t, Interval(end, upper)),))
        assert ByExpansions(Cover(max_boxes=50)).check(Statement(S.Zero, LE, cubic), where).holds is not True
    for side, gap in ((1, t - end), (-1, end - t)):
        reached, _ = _beside(Statement(S.Zero, LT, gap), t, end, side, S.One)
        assert reached.is_Rational
        assert 0 < side * (reached - end) <= Rational(1, 4)
    with pytest.raises(UndecidedError, match="too close"):
        _beside(Statement(S.Zero, LT, t), t, S.Zero, 1, S.Zero)
