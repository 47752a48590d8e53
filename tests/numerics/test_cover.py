"""Branch and bound: true inequalities are proved, false ones come with an exact counterexample, the rest stays open."""

import math
from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Interval,
    Max,
    Piecewise,
    Rational,
    Symbol,
    asin,
    cos,
    erf,
    exp,
    gamma,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from numerics.boxes import DomainError
from numerics.cover import CoverOutcome, cover, cover_function

x, y, z = symbols("x y z", real=True)


@pytest.mark.parametrize(
    ("left", "right", "domain"),
    [
        (sin(x), x, [(x, 0, 1)]),
        (x - x**3 / 6, sin(x), [(x, 0, 3)]),
        (tanh(x), x, [(x, 0, 5)]),
        (erf(x), 2 * x / sqrt(pi), [(x, 0, 3)]),
        (2 * asin(2 * x / 3) / pi, 2 * x * asin(Rational(2, 3)) / pi, [(x, 0, 1)]),
        (0, (x - Rational(1, 3)) ** 2, [(x, 0, 1)]),
        (x * (1 - x), Rational(1, 4), [(x, 0, 1)]),
        (x + 1, exp(x), [(x, -2, 2)]),
        (0, (x - Rational(1, 3)) ** 2 + (y - Rational(1, 2)) ** 2, [(x, 0, 1), (y, 0, 1)]),
        (x**2 + y**2, 2, [(x, 0, 1), (y, 0, 1)]),
        (x * y * z, 1, [(x, 0, 1), (y, 0, 1), (z, 0, Rational(9, 10))]),
        (Abs(sin(x)), Abs(x) + Rational(1, 20), [(x, -1, 2)]),
        (Max(x, 0) * Max(y, 0), 4, [(x, -1, 2), (y, -1, Rational(19, 10))]),
    ],
)
def test_true_inequalities_are_proved(left, right, domain):
    result = cover(left, right, domain, max_boxes=3000)
    assert result.outcome is CoverOutcome.PROVED, result.advice
    assert result.undecided == ()
    assert result.proved > 0


@pytest.mark.parametrize(
    ("left", "right", "domain"),
    [
        (x, sin(2 * x), [(x, 0, 1)]),
        (x**2, Rational(1, 4) - Rational(1, 10**6), [(x, 0, Rational(1, 2))]),
        (exp(x), 1 + x, [(x, -1, 1)]),
        (0, (x - Rational(1, 3)) ** 2 - Rational(1, 10**8), [(x, 0, 1)]),
        (0, (x - y) ** 2 + (z - x * y) ** 2 - Rational(1, 1000), [(x, 0, 1), (y, 0, 1), (z, 0, 1)]),
        (Piecewise((0, x < Rational(2, 3)), (1, True)), Rational(1, 2), [(x, 0, 1)]),
    ],
)
def test_false_inequalities_come_with_an_exact_counterexample(left, right, domain):
    result = cover(left, right, domain)
    assert result.outcome is CoverOutcome.REFUTED
    at = {side[0]: Rational(p.numerator, p.denominator) for side, p in zip(domain, result.witness)}
    gap = (right - left).subs(at) if hasattr(right - left, "subs") else right - left
    assert gap.evalf(30) < 0
    assert float(result.gap[0]) - 1e-12 <= float(gap) <= float(result.gap[1]) + 1e-12
    assert all(side[1] <= p <= side[2] for side, p in zip(domain, at.values()))


def test_a_jump_that_the_derivative_does_not_show_is_no_proof():
    """Piecewise((0, x < 2/3), (1, True)) has derivative 0 everywhere for sympy; its mean-value form would prove anything."""
    step = Piecewise((0, x < Rational(1, 2**60)), (1, True))
    assert cover(1 - step, Rational(1, 2), [(x, Rational(0), Rational(1))]).outcome is CoverOutcome.REFUTED
    hidden = Piecewise((0, x < Rational(1, 3)), (1, x < Rational(1, 3) + Rational(1, 2**55)), (0, True))
    assert cover(hidden, Rational(1, 2), [(x, 0, 1)]).outcome is not CoverOutcome.PROVED


def test_strict_inequalities_respect_which_ends_belong():
    closed = cover(sin(x), x, [(x, 0, 1)], strict=True)
    assert (closed.outcome, closed.witness) == (CoverOutcome.REFUTED, (Fraction(0),))
    assert cover(sin(x), x, [(x, Interval.Lopen(0, 1))], strict=True).outcome is CoverOutcome.PROVED
    assert cover(x * (1 - x), 0, [(x, Interval.open(0, 1))], strict=True).outcome is CoverOutcome.REFUTED
    assert cover(0, x * (1 - x), [(x, Interval.open(0, 1))], strict=True).outcome is CoverOutcome.PROVED


def test_equality_everywhere_and_along_a_line_stay_honest():
    assert cover(sin(x) ** 2 + cos(x) ** 2, 1, [(x, 0, 1)], max_boxes=300).outcome is not CoverOutcome.REFUTED
    line = cover(exp(x + y), (exp(2 * x) + exp(2 * y)) / 2, [(x, 0, 1), (y, 0, 1)], max_boxes=300)
    assert line.outcome is CoverOutcome.UNDECIDED
    assert line.undecided
    assert "300 boxes" in line.advice
    assert all(box.sides[0][0] <= box.sides[0][1] for box in line.undecided)


@given(st.integers(1, 40), st.integers(1, 40), st.fractions(-2, 2, max_denominator=50))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_against_a_parabola_whose_minimum_is_known(a, b, shift):
    """a (x - 1/b)^2 + shift on [0, 1] has minimum shift: proved exactly when shift >= 0."""
    gap = a * (x - Rational(1, b)) ** 2 + Rational(shift.numerator, shift.denominator)
    expected = CoverOutcome.PROVED if shift >= 0 else CoverOutcome.REFUTED
    assert cover(0, gap, [(x, 0, 1)], max_boxes=5000).outcome is expected


def test_functions_given_in_balls():
    good = cover_function(lambda t: (t * t + 1).log() + arb("0.01"), [(x, -1, 1)])
    bad = cover_function(lambda t: t.cos() - arb("0.9"), [(x, 0, 1)], gradient=[lambda t: -t.sin()])
    assert good.outcome is CoverOutcome.PROVED
    assert bad.outcome is CoverOutcome.REFUTED
    assert math.cos(float(bad.witness[0])) < 0.9
    assert cover_function(lambda t: arb("nan"), [(x, 0, 1)], max_boxes=50).outcome is CoverOutcome.UNDECIDED


def test_progress_time_limit_and_interrupt_restore_precision():
    before = ctx.prec
    seen = []
    hard = (exp(x + y), (exp(2 * x) + exp(2 * y)) / 2, [(x, 0, 1), (y, 0, 1)])
    result = cover(*hard, seconds=1.0, bits=80, max_boxes=10**6, progress=seen.append)
    assert "time limit" in result.advice
    assert result.seconds < 5
    assert seen
    assert 0 <= seen[-1].settled <= 1

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cover(*hard, bits=333, progress=interrupt)
    assert ctx.prec == before


def test_a_cover_is_no_boolean():
    with pytest.raises(TypeError, match="three outcomes"):
        bool(cover(0, x, [(x, 0, 1)]))


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ([(x, 0, oo)], "unbounded"),
        ([(x, 1, 0)], "empty"),
        ([(x, 1, 1)], "empty"),
        ([(x, 0, sqrt(2))], "rational"),
        ([(y, 0, 1)], "contains x"),
        ([], "one to 3 sides"),
        ([(x, 0, 1)] * 2, "one side"),
        ([(v, 0, 1) for v in (x, y, z, Symbol("w"))], "one to 3 sides"),
        ([("x", 0, 1)], "a side of a domain"),
        ([(x, {1, 2})], "Interval"),
        ([(Symbol("p", positive=True), -1, 1)], "contradicts"),
    ],
)
def test_bad_domains_are_named(domain, message):
    with pytest.raises(DomainError, match=message):
        cover(0, x, domain)


def test_expressions_without_a_ball_form_are_named():
    with pytest.raises(DomainError, match="no ball form"):
        cover(0, gamma(x).diff(x) + 0.5, [(x, 1, 2)])
    assert cover(log(x), 0, [(x, -1, 1)], max_boxes=50).outcome is not CoverOutcome.PROVED


def test_squares_are_factored_out():
    """Touching along a line inside the domain; the neighbours below and the strict one are not proved."""
    square = [(x, 0, 1), (y, 0, 1)]
    assert cover(x * y, (x**2 + y**2) / 2, square).outcome is CoverOutcome.PROVED
    assert cover(x * y, (x**2 + y**2) * Rational(49, 100), square).outcome is CoverOutcome.REFUTED
    assert cover(x * y, (x**2 + y**2) / 2, square, strict=True, max_boxes=300).outcome is not CoverOutcome.PROVED
    assert cover(0, (x - y) ** 3, square, max_boxes=300).outcome is CoverOutcome.REFUTED
    assert cover(0, -((x - y) ** 2), square, max_boxes=300).outcome is CoverOutcome.REFUTED
