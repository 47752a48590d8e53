"""Gaussian means that vanish together by integration by parts, and more than fifty neighbours that do not, or must not be shown so."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Heaviside,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
    cos,
    diff,
    erf,
    exp,
    floor,
    log,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
)

from proofs_check import Claim, Integers, Interval, Variable, equal, judge
from proofs_check.by_parts import vanishes_by_parts
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.orthogonal import hermite_mean

x, y = z[0], z[1]
c, b = Symbol("c", real=True), Symbol("b", real=True)
k = Symbol("k", integer=True, nonnegative=True)
q = Symbol("q", positive=True)
sigmoid, softplus = 1 / (1 + exp(-x)), log(1 + exp(x))
smooth = (
    tanh(x),
    sigmoid,
    softplus,
    atan(x),
    cos(x) * tanh(x),
    asinh(x),
    sin(x) * tanh(x),
    exp(tanh(x)),
    x * erf(tanh(x)),
)


def one(body, variance=1):
    return GaussianMean(body, GaussianLaw(x, variance))


def pair(body):
    return GaussianMean(body, GaussianLaw((x, y), [[1, c], [c, 1]]))


def stein(f, factor=1, variance=1):
    """E x f - Var x E f' once ... twice ... as it is in textbooks, the second part times a factor."""
    return one(x * f, variance) - factor * variance * one(diff(f, x), variance)


def second(f, factor=1):
    return one((x**2 - 1) * f) - factor * one(diff(f, x, 2))


TRUE = (
    *(stein(f) for f in smooth), *(second(f) for f in smooth[:3]), *(stein(f, 1, q) for f in smooth[:3]),
    one((x**3 - 3 * x) * tanh(x)) - one(diff(tanh(x), x, 3)), pair(x * tanh(y)) - c * (1 - one(tanh(x) ** 2)),
    pair(x * y * tanh(y)) - pair(c * tanh(y) + c * y * (1 - tanh(y) ** 2)),
    pair(x**2 * tanh(y)) - pair(tanh(y)) - c**2 * pair(diff(tanh(y), y, 2)),
    one(x * tanh(x)) / one(1 - tanh(x) ** 2) - 1,
)  # fmt: skip

FALSE = (
    *(stein(f, Rational(101, 100)) for f in smooth), *(stein(f, -1) for f in smooth), *(stein(f) + Rational(1, 1000) for f in smooth),
    *(second(f, Rational(99, 100)) for f in smooth[:3]), *(one(x**2 * f) - one(diff(f, x, 2)) for f in smooth[:3]),
    *(one(x * f, 2) - one(diff(f, x), 2) for f in smooth), one((x**3 - 3 * x) * tanh(x)) - one(diff(tanh(x), x, 2)),
    pair(x * tanh(y)) - (1 - one(tanh(x) ** 2)), pair(x * tanh(y)) - c**2 * (1 - one(tanh(x) ** 2)),
    pair(x * tanh(y)) - c * (1 - one(tanh(x))), one(x * tanh(x)) / one(1 - tanh(x)) - 1, one(x * tanh(x)) - one(1 - tanh(2 * x) ** 2),
    one(tanh(x) ** 2) - one(tanh(x)) ** 2, one(tanh(x)) * one(x * tanh(x)) - one(tanh(x)) * one(1 - tanh(x) ** 2) + one(sigmoid),
    # a derivative almost everywhere knows nothing of jumps, a principal value nothing of poles, and a boundary term may be left
    one(x * sign(x)), one(x * Heaviside(x)), one(x * floor(x)), one(x * (Heaviside(x) + tanh(x))) - one(1 - tanh(x) ** 2),
    one(x * Abs(x) / x), stein(1 / x), stein(tan(x)), stein(1 / (x - 1)), stein(log(Abs(x))), stein(exp(x**2 / 2)),
    stein(exp(x**2)), one(x**2 * exp(x**2 / 2)) - one(exp(x**2 / 2)) - one(x**2 * exp(x**2 / 2)),
)  # fmt: skip


@pytest.mark.parametrize("difference", TRUE, ids=str)
def test_integration_by_parts(difference):
    assert vanishes_by_parts(difference, (Variable(c, Interval(-1, 1)),))


@pytest.mark.parametrize("difference", FALSE, ids=str)
def test_what_is_no_integration_by_parts_is_not_shown(difference):
    assert not vanishes_by_parts(difference, (Variable(c, Interval(-1, 1)),))


def test_there_are_enough_neighbours():
    assert len(FALSE) >= 50


def test_a_judge_knows_it_and_says_so():
    found = judge(Claim(equal(one(x * tanh(x)), one(1 - tanh(x) ** 2)), id="stein"))
    assert found.outcome.name == "PROVED"
    assert "by parts" in found.evidence.note
    assert (
        judge(Claim(equal(one(x * tanh(x)), one(1 - tanh(x) ** 2) + Rational(1, 10**9)), id="no")).outcome.name
        == "REFUTED"
    )


DEGREES, RATES = (Variable(k, Integers(0)),), (Variable(b, Interval(-2, 2)),)


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (equal(hermite_mean("exp", k), exp(S.Half)), DEGREES),
        (equal(one(exp(x) * hermite_mean("exp", k).expression), exp(2)), DEGREES),
        (equal(hermite_mean("sin", k), hermite_mean("cos", k)), DEGREES),
        (equal(hermite_mean("sin", k), -hermite_mean("sin", k)), DEGREES),
        (equal(one(Abs(x - b)), one(Abs(x)) + b**2 / sqrt(7)), RATES),
        (equal(one(sign(x - b)), -erf(b / sqrt(2)) * Rational(101, 100)), RATES),
        (equal(one(sign(x - b), 2), -erf(b / sqrt(2))), RATES),
    ],
)  # fmt: skip
def test_false_statements_about_thresholds_and_degrees_are_refuted(statement, domain):
    assert judge(Claim(statement, domain, id="x")).outcome.name == "REFUTED"
