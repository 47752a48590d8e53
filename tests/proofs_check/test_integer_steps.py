"""Induction on an integer: powers against lines and exponentials, and more than fifty false neighbours that must not be accepted."""

from __future__ import annotations

import itertools

import mpmath
import pytest
from sympy import Integer, Rational, S, Symbol, exp, factorial, lambdify, sin

from proofs_check import Choices, Integers, Interval, Relation, Statement, Variable
from proofs_check.methods import Context, IntegerSteps

d, L = Symbol("d", integer=True, positive=True), Symbol("L", integer=True, nonnegative=True)
s = Symbol("s", real=True)
LT, LE = Relation.LESS, Relation.AT_MOST
WIDTHS, DEPTHS = Variable(d, Integers(1)), Variable(L, Integers(0))
BOTH = (WIDTHS, DEPTHS)
percent = Rational(101, 100)
RATES = (S.Half, Integer(1), Integer(2), Integer(5))


def from_(lower):
    return (Variable(L, Integers(lower)),)


def over(low, high, lower=0):
    return (Variable(s, Interval(low, high)), Variable(L, Integers(lower)))


powers, fallen = (1 + 2 / d) ** L, (1 - 1 / d) ** L
TRUE = (
    *((1 + a * L / d, LE, (1 + a / d) ** L, BOTH) for a in RATES), *(((1 + a / d) ** L, LE, exp(a * L / d), BOTH) for a in RATES),
    (1 - L / d, LE, fallen, BOTH), (fallen, LE, exp(-L / d), (Variable(d, Integers(2)), DEPTHS)), (3 * L / d, LE, powers - fallen, BOTH),
    (3 * L / d + Rational(3, 2) * L * (L - 1) / d**2, LE, powers - fallen, BOTH), (1 + L * s, LE, (1 + s) ** L, over(0, 3)),
    (L**2, LE, 2**L, from_(4)), (2**L, LE, factorial(L), from_(4)), (L, LT, 2**L, from_(0)), (1 + 2 * L, LT, 3 ** (L + 1), from_(0)),
)  # fmt: skip

FALSE = (
    *((1 + percent * a * L / d, LE, (1 + a / d) ** L, BOTH) for a in RATES), *((1 + a * L / d, LT, (1 + a / d) ** L, BOTH) for a in RATES),
    *((percent + a * L / d, LE, (1 + a / d) ** L, BOTH) for a in RATES), *(((1 + a / d) ** L, LE, 1 + a * L / d, BOTH) for a in RATES),
    *(((1 + a / d) ** L, LE, exp(a * L / d / percent), BOTH) for a in RATES[:2]),
    *(((1 + a / d) ** L, LT, exp(a * L / d), BOTH) for a in RATES),
    *((exp(a * L / (percent * d)), LE, (1 + a / d) ** L, BOTH) for a in RATES),
    *(((1 + a / d) ** (L + 1), LE, exp(a * L / d), BOTH) for a in RATES),
    *(((1 + a / d) ** L * percent, LE, exp(a * L / d), BOTH) for a in RATES),
    (1 - L / (percent * d), LE, fallen, BOTH), (1 - L / d, LT, fallen, BOTH), (fallen, LE, 1 - L / d, BOTH),
    (percent - L / d, LE, fallen, BOTH),
    (fallen, LE, exp(-percent * L / d), (Variable(d, Integers(2)), DEPTHS)), (exp(-L / d), LE, fallen, (Variable(d, Integers(2)), DEPTHS)),
    (3 * percent * L / d, LE, powers - fallen, BOTH), (3 * L / d, LT, powers - fallen, BOTH),
    (3 * L / d, LE, powers - percent * fallen, BOTH),
    (3 * L / d + Rational(3, 2) * percent * L * (L - 1) / d**2, LE, powers - fallen, BOTH), (powers - fallen, LE, 3 * L / d, BOTH),
    (1 + L * s, LE, (1 + s) ** L, over(-4, 1)), (1 + L * s, LT, (1 + s) ** L, over(0, 3)), (1 + percent * L * s, LE,
    (1 + s) ** L, over(0, 3)),
    (1 + L * s + L**2 * s**2 / 4, LE, (1 + s) ** L, over(0, 3)), (L**2, LE, 2**L, from_(3)), (L**2, LT, 2**L, from_(4)),
    (L**2, LE, Rational(19, 10) ** L, from_(4)), (L**3, LE, 2**L, from_(9)), (2**L, LE, factorial(L), from_(3)),
    (2**L, LT, factorial(L), from_(0)),
    (3**L, LE, factorial(L), from_(6)), (factorial(L), LT, L**L, from_(1)), (L, LT, 2**L - 1, from_(0)), (1 + 2 * L, LT, 3**L, from_(0)),
    (S.Zero, LE, (-1) ** L, from_(0)), (S.Zero, LE, (-2) ** L + L, from_(0)), (S.Zero, LE, (L - 3) * (L - 5) + S.Half, from_(0)),
    (S.Zero, LE, Rational(1, 2) ** L - Rational(1, 1000), from_(0)), (L, LE, 1000 * L - L**2, from_(0)),
    (2**L, LE, Integer(10) ** 30, from_(0)),
    (s**L, LE, S.One, over(0, Rational(11, 10))), (L * s**L, LE, S.One, over(0, Rational(9, 10))), (sin(L), LE, S.Half, from_(0)),
)  # fmt: skip


def _truth(left, relation, right, domain):
    """Whether no point of a grid contradicts it, in 40 digits: shares nothing with the method."""
    lists = []
    for v in domain:
        if isinstance(v.domain, Integers):
            lists.append([v.domain.lower + k for k in (*range(14), 100, 1000)])
        else:
            low, high = v.domain.lower, v.domain.upper
            lists.append([low + (high - low) * Rational(k, 20) for k in range(21)])
    with mpmath.workdps(40):
        symbols = [v.symbol for v in domain]
        sides = [lambdify(symbols, side, "mpmath") for side in (left, right)]
        for point in itertools.product(*lists):
            values = [mpmath.mpf(p.p) / p.q if isinstance(p, Rational) else mpmath.mpf(p) for p in point]
            a, b = (mpmath.re(mpmath.mpmathify(f(*values))) for f in sides)
            slack = mpmath.mpf(10) ** -30 * (1 + abs(a) + abs(b))
            if b - a < -slack or (relation is LT and b - a <= slack):
                return False
    return True


@pytest.mark.parametrize("claim", TRUE, ids=lambda c: f"{c[0]} {c[1].value} {c[2]}")
def test_induction_on_an_integer(claim):
    left, relation, right, domain = claim
    assert _truth(*claim)
    found = IntegerSteps().check(Statement(left, relation, right), Context(domain=domain))
    assert found.holds is True, found.advice
    assert "induction on L" in found.evidence.note


@pytest.mark.parametrize("claim", FALSE, ids=lambda c: f"{c[0]} {c[1].value} {c[2]}")
def test_false_neighbours_are_not_accepted(claim):
    left, relation, right, domain = claim
    assert not _truth(*claim)
    assert IntegerSteps().check(Statement(left, relation, right), Context(domain=domain)).holds is not True


def test_there_are_enough_neighbours():
    assert len(FALSE) >= 50


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (Statement(L / (L - 3), LE, S(5)), from_(0)),
        (Statement((1 - 1 / (d - 1)) ** L, LE, S.One, ), BOTH),
        (Statement(S.Zero, Relation.EQUAL, S.Zero * L), from_(0)),
        (Statement(s, LE, s + 1), (Variable(s, Interval(0, 1)),)),
        (Statement(L, LE, L + 1), (Variable(L, Choices((0, 1))),)),
    ],
)  # fmt: skip
def test_what_the_method_does_not_judge(statement, domain):
    assert IntegerSteps().check(statement, Context(domain=domain)).holds is None
