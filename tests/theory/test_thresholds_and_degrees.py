"""Means with a threshold or a Hermite degree that is a symbol, against quadrature at values that hurt."""

from __future__ import annotations

import mpmath
import pytest
from sympy import (
    Abs,
    Heaviside,
    Max,
    Min,
    Rational,
    S,
    Symbol,
    cos,
    exp,
    hermite_prob,
    lambdify,
    sign,
    sin,
    sqrt,
    tanh,
)

from theory import GaussianLaw, GaussianMean, derive
from theory.conventions import z

x, y = z[0], z[1]
b, c = Symbol("b", real=True), Symbol("c", real=True)
a = Symbol("a", positive=True)
k, j = Symbol("k", integer=True, nonnegative=True), Symbol("j", integer=True, nonnegative=True)
He = hermite_prob

THRESHOLDS = (
    (Max(x - b, 0), 1), (Max(b - x, 0), 1), (Max(x - b, 0) ** 2, 1), (Max(x - b, 0) ** 3, 2), (Abs(x - b), 1), (Abs(2 * x - b) * x, 1),
    (Min(x, b), 1), (Max(x, b) ** 2, 3), (sign(x - b), 1), (Heaviside(b - x) * x**2, 1), (exp(x) * Max(x - b, 0), 1),
    (x * Max(3 - b * b - x, 0), 1), (Max(a * x - b, 0), 1), (Max(a * x, -a * x), 1), (sign(b - 2 * x) * x, 4),
    (Max(x - b, 2 * x), 1), (Abs(x - b) ** 3, 1),
)  # fmt: skip


def _mean(body, variance):
    """By quadrature between the kinks, from the definition."""
    with mpmath.workdps(25):
        density = lambda u: mpmath.exp(-u * u / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)
        function = lambdify(x, body, [{"Heaviside": lambda u, _=0: mpmath.mpf(u > 0)}, "mpmath"])
        kinks = {s for e in body.atoms(Max, Min, Abs, sign, Heaviside) for s in _roots(e)}
        cuts = [-mpmath.inf, *sorted(mpmath.mpf(str(s.evalf(30))) for s in kinks), mpmath.inf]
        return mpmath.quad(lambda u: function(u) * density(u), cuts)


def _roots(node):
    from sympy import solve

    arguments = node.args if isinstance(node, (Max, Min)) else (node.args[0], S.Zero)
    return solve(arguments[0] - arguments[1], x)


@pytest.mark.parametrize(("body", "variance"), THRESHOLDS)
def test_a_threshold_may_be_a_symbol(body, variance):
    found = derive(GaussianMean(body, GaussianLaw(x, variance)))
    assert found.solved
    assert "thresholds" in found.rules
    for values in ({b: Rational(3, 2), a: 2}, {b: Rational(-7, 5), a: Rational(1, 3)}, {b: 0, a: 1}):
        at = body.subs(values)
        assert abs(found.form.subs(values).evalf(20) - _mean(at, variance)) < 1e-15, values


def test_two_thresholds_of_correlated_variables():
    pair = GaussianMean(Max(x - b, 0) * Max(y - b, 0), GaussianLaw((x, y), [[1, c], [c, 1]]))
    found = derive(pair).form
    numeric = derive(pair.subs({b: Rational(1, 2), c: Rational(1, 3)})).form
    assert abs((found.subs({b: Rational(1, 2), c: Rational(1, 3)}) - numeric).evalf(25)) < 1e-20


@pytest.mark.parametrize(
    "body", [Max(b * x, 1), Max(x**2 - b, 0), Max(x - b, b - 2 * x, 0), Max(Min(x, b), -b), Abs(tanh(x) - b), sign(b * x - 1)]
)  # fmt: skip
def test_a_threshold_whose_side_is_unknown_is_left(body):
    assert not derive(GaussianMean(body, GaussianLaw(x))).solved


DEGREES = (
    (exp(b * x), 1), (exp(b * x) * He(k, x).func(2, x), 1), (x * exp(x), 1), (sin(x), 1), (cos(2 * x + 1), 1), (exp(-(x**2)), 1),
    (exp(-(x**2) + x), 1), (S.One * exp(x), 4),
)  # fmt: skip


@pytest.mark.parametrize(("body", "variance"), DEGREES)
def test_a_degree_may_be_a_symbol(body, variance):
    scale = sqrt(S(variance))
    found = derive(GaussianMean(body * He(k + 2, x / scale), GaussianLaw(x, variance)))
    assert found.solved
    for degree in (0, 1, 4):
        for value in (Rational(1, 2), Rational(-3, 2)) if body.has(b) else (S.One,):
            at = (body * He(degree + 2, x / scale)).subs(b, value)
            form = found.guarded.subs({k: degree, b: value}).evalf(20)
            assert abs(form - _mean(at, variance)) < 1e-13 * (1 + abs(form)), (degree, value)


def test_two_degrees():
    law = GaussianLaw((x, y), [[1, c], [c, 1]])
    both = derive(GaussianMean(He(k, x) * He(j, y), law)).form
    for left in range(4):
        for right in range(4):
            exact = derive(GaussianMean(He(left, x) * He(right, y), law)).form
            assert (both.subs({k: left, j: right}) - exact).expand() == 0
    assert derive(GaussianMean(He(k, x) * He(k + 1, y), law)).form == 0
    assert derive(GaussianMean(He(k, x) ** 2, GaussianLaw(x))).form.subs(k, 4) == 24


@pytest.mark.parametrize(
    "body",
    [
        He(k, x / 2),
        He(k, x + 1),
        He(k, x) * He(k, x) * exp(x),
        He(k, x) * tanh(x),
        He(k, x),
        x * He(k, x),
        He(k, b * x),
        He(k - 1, x) * exp(x),
    ],
)
def test_a_degree_that_no_rule_reaches_is_left(body):
    assert not derive(GaussianMean(body, GaussianLaw(x))).solved


def test_growth_that_no_density_outweighs_is_told():
    found = derive(GaussianMean(exp(b * x**2) * He(k, x), GaussianLaw(x)))
    assert found.conditions == (1 - 2 * b > 0,)
    assert found.guarded.subs(b, 2).has(GaussianMean)
