"""Roots with proof: existence, uniqueness, absence, and honesty about double roots."""

import math

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Heaviside, Rational, asin, cos, exp, oo, pi, sin, sqrt, symbols, tanh

from numerics.boxes import DomainError
from numerics.fixed_point import RootOutcome, find_roots, fixed_point_in_box, solve_in_box

x, y, z = symbols("x y z", real=True)


def test_unique_root_is_tight_and_right():
    for bits in (64, 200):
        result = solve_in_box(cos(x) - x, [(x, 0, 1)], bits=bits)
        assert result.outcome is RootOutcome.UNIQUE
        low, high = result.enclosure()[0]
        with mpmath.workdps(80):
            exact = mpmath.findroot(lambda t: mpmath.cos(t) - t, 0.74)
            assert mpmath.mpf(low.numerator) / low.denominator <= exact <= mpmath.mpf(high.numerator) / high.denominator
        assert high - low < 2.0 ** (8 - bits)


def test_absence_double_roots_and_edges():
    assert solve_in_box(x - 2, [(x, 0, 1)]).outcome is RootOutcome.NONE
    assert find_roots(x**2 + 1, [(x, -3, 3)]).complete
    assert find_roots(x**2 + 1, [(x, -3, 3)]).roots == ()
    assert solve_in_box(x**2, [(x, -1, 1)]).outcome is RootOutcome.UNDECIDED
    assert solve_in_box(x, [(x, 0, 1)]).outcome is RootOutcome.UNDECIDED
    assert not find_roots((x - 1) ** 2, [(x, 0, 3)], max_pieces=300).complete
    assert solve_in_box(sin(x), [(x, 1, 10)]).outcome is RootOutcome.UNDECIDED


def test_all_roots_on_an_interval():
    found = find_roots(sin(x), [(x, 1, 20)])
    assert found.complete
    assert [round(float(r.root[0].mid()) / math.pi, 12) for r in found.roots] == [1, 2, 3, 4, 5, 6]
    cubic = find_roots(x**3 - x, [(x, -2, 2)])
    assert cubic.complete
    assert len(cubic.roots) == 3
    assert find_roots(exp(x), [(x, -5, 5)]).roots == ()


def test_systems_of_two_and_three():
    found = find_roots([x**2 + y**2 - 1, x - y], [(x, -2, 2), (y, -2, 2)])
    assert found.complete
    assert [r.root[0].overlaps(arb(1) / arb(2).sqrt()) for r in found.roots] == [False, True]
    triple = solve_in_box([x + y + z - 1, x - y, y - 2 * z], [(x, 0, 1), (y, 0, 1), (z, 0, 1)])
    assert triple.outcome is RootOutcome.UNIQUE
    assert triple.root[2].overlaps(arb(1) / 5)


def test_fixed_points_of_dual_iterations():
    """The normalised erf dual: besides 1 its fixed points on [-1/2, 9/10] are 0 alone."""
    dual = asin(2 * x / 3) / asin(Rational(2, 3))
    result = fixed_point_in_box(dual, [(x, Rational(-1, 2), Rational(1, 2))])
    assert result.outcome is RootOutcome.UNIQUE
    assert result.root[0].contains(0)
    plane = fixed_point_in_box([cos(y) / 2, tanh(x)], [(x, 0, 1), (y, 0, 1)])
    a, b = (float(v.mid()) for v in plane.root)
    assert abs(a - math.cos(b) / 2) < 1e-15


@given(st.fractions(-3, 3, max_denominator=40), st.fractions(-3, 3, max_denominator=40))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_quadratics_with_known_roots(p, q):
    a, b = (Rational(v.numerator, v.denominator) for v in (p, q))
    found = find_roots(((x - a) * (x - b)).expand(), [(x, -4, 4)], max_pieces=200)
    if p == q:
        assert not found.complete
    else:
        assert found.complete
        assert len(found.roots) == 2
        for result, exact in zip(found.roots, sorted((p, q))):
            low, high = result.enclosure()[0]
            assert low <= exact <= high
            assert high - low < 1e-12


def test_time_limits_and_precision():
    before = ctx.prec
    open_ended = find_roots(sin(1 / x), [(x, Rational(1, 10**6), 1)], seconds=0.5, max_pieces=10**6, bits=90)
    assert not open_ended.complete
    assert ctx.prec == before


@pytest.mark.parametrize(
    ("equations", "domain", "message"),
    [
        (x, [(x, -oo, 1)], "unbounded"),
        ([x, y], [(x, 0, 1)], "as many of one"),
        (x + y, [(x, 0, 1)], "no ball form"),
        (Heaviside(x) - Rational(1, 3), [(x, -1, 1)], "may jump"),
        (x - sqrt(2), [(x, 0, pi)], "rational"),
    ],
)
def test_bad_input_is_named(equations, domain, message):
    with pytest.raises(DomainError, match=message):
        solve_in_box(equations, domain)


def test_root_result_is_no_boolean():
    result = solve_in_box(x - 2, [(x, 0, 1)])
    with pytest.raises(TypeError, match="three outcomes"):
        bool(result)
    with pytest.raises(ValueError, match="no enclosed root"):
        result.enclosure()
