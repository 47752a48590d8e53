"""Duals of activations that no file lists: right at a point against a double sum, in time, or left as honest means."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sympy import Rational, Symbol, exp, lambdify, pi, sqrt, symbols

from theory.activations import Activation
from theory.conventions import x
from theory.derivation import derive
from theory.dual import derive_dual, dual
from theory.expectation import GaussianLaw, GaussianMean, Mean
from theory.pieces import pieces
from theory.rules.price import half_line_moment

q1, q2 = symbols("q1 q2", positive=True)
c = Symbol("c", real=True)
AT = {q1: Rational(13, 10), q2: Rational(7, 10), c: Rational(2, 5)}


def _nodes(kinks, spread):
    ends = sorted({*np.linspace(-9 * spread, 9 * spread, 15), *(k for k in kinks if abs(k) < 9 * spread)})
    t, w = np.polynomial.legendre.leggauss(24)
    halves = [((a + b) / 2, (b - a) / 2) for a, b in pairwise(ends)]
    return np.concatenate([m + h * t for m, h in halves]), np.concatenate([h * w for _, h in halves])


def double_sum(sigma, variances, covariance):
    """Gauss-Legendre panels between the kinks, in both variables: shares nothing with the rules."""
    cut = pieces(sigma.formula, x)
    kinks = [float(t) for t in cut.breaks]
    parts = [lambdify(x, part, ["scipy", "numpy"]) for part in cut.parts]

    def value(points):
        place = np.searchsorted(kinks, points)
        return np.select([place == k for k in range(len(parts))], [part(points) + 0 * points for part in parts])

    (u, wu), (v, wv) = (_nodes(kinks, np.sqrt(q)) for q in variances)
    gap = variances[0] * variances[1] - covariance**2
    form = variances[1] * u[:, None] ** 2 - 2 * covariance * u[:, None] * v + variances[0] * v**2
    return (value(u) * wu) @ np.exp(-form / (2 * gap)) @ (value(v) * wv) / (2 * np.pi * np.sqrt(gap))


CLOSED = [
    "max(x+1,0)-2*max(x,0)+max(x-1,0)", "max(x-sqrt(2),0)**2+x", "max(x-1/2,0)**3",
    "x*min(max(x+3,0),6)/6", "x*exp(-abs(x))", "abs(x)*exp(-x**2)",
    "abs(x)+cos(x)", "max(x-1,0)+sin(2*x+1)", "step(x)+sin(x)", "sin(x)+erf(x)", "cos(x)+erf(x-1)",
    "max(x,0)+exp(-x**2)*sin(x)", "x*exp(x)*sin(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", CLOSED)
def test_closed_forms_agree_with_a_double_sum(text):
    sigma = Activation.from_expression(text)
    derivation = derive_dual(sigma, q1, q2, c)
    assert derivation.solved
    assert not derivation.conditions
    found = float(derivation.form.subs(AT).evalf(15))
    assert abs(found - double_sum(sigma, (1.3, 0.7), 0.4)) < 1e-10 * (1 + abs(found))


@pytest.mark.parametrize("text", ["max(x,0)*sin(x)", "erf(x)**2", "x*tanh(x)", "1/(1+x**2)", "sin(abs(x))"])
def test_what_no_rule_solves_stays_a_mean_and_every_rule_says_why(text):
    derivation = derive_dual(text, q1, q2, c)
    assert not derivation.solved
    assert dual(text, q1, q2, c).has(Mean)
    assert derivation.refusals
    assert all(r.reason for r in derivation.refusals)


def test_half_line_moments_are_symmetric_and_right_at_known_correlations():
    for i, j in ((0, 0), (1, 2), (3, 1), (4, 4)):
        left, right = half_line_moment(i, j, q1, q2, c), half_line_moment(j, i, q2, q1, c)
        assert abs((left - right).subs(AT).evalf(20)) < 1e-18
    assert half_line_moment(5, 3, 1, 1, 1).equals(Rational(105, 2))  # E z^8/2
    known = {-1: 0, 0: 1 / (2 * sqrt(2 * pi)), 1: 2 / sqrt(2 * pi)}  # at the ends and under independence
    assert all(half_line_moment(2, 1, 1, 1, r).equals(value) for r, value in known.items())


def test_a_form_that_holds_under_a_condition_says_so():
    z, b, a = symbols("z b a", real=True)
    form = GaussianMean(exp(b * z**2), GaussianLaw(z, q1)).doit()
    assert form.args[0][1].subs({b: Rational(1, 4), q1: 1})
    assert not form.args[0][1].subs({b: 1, q1: 1})
    assert form.subs({b: 1, q1: 1}).has(Mean)
    assert derive(GaussianMean(abs(z) ** a, GaussianLaw(z))).conditions == (a > -1,)
    assert derive(GaussianMean(exp(-(b**2) * z**2), GaussianLaw(z))).conditions == ()
    assert derive(GaussianMean(exp(b * z), GaussianLaw(z))).conditions == ()
    pair = dual("exp(x^2/8)", q1, q2, c)
    assert pair.subs({q1: 3, q2: 3, c: 0}).has(Mean) is False
    assert pair.subs({q1: 5, q2: 1, c: 0}).has(Mean) is True
