"""Limits as balls: closed forms, sympy's own limits, extrapolated values; and what must stay undecided."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb
from sympy import (
    Abs,
    E,
    Heaviside,
    Limit,
    Max,
    Rational,
    Symbol,
    acos,
    atan,
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

from numerics import enclose, evaluate
from numerics.errors import UndecidedError
from numerics.precision import series_of, working_bits
from numerics.series.asymptotics import TERMS, VARIABLE, Expansion, expansion
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean, large_batch_limit
from theory.activations import get
from theory.conventions import batch_size
from theory.linearization import linearize
from theory.mean_field import fixed_point
from theory.network import Network

x, y = symbols("x y", real=True)
n = Symbol("n", integer=True, positive=True)
t = Symbol("t", positive=True)

CLOSED = [
    ((1 + 1 / n) ** n, n, oo, E),
    ((1 - 2 / n) ** (3 * n), n, oo, exp(-6)),
    (sqrt(n**2 + n) - n, n, oo, Rational(1, 2)),
    (gamma(n + Rational(1, 2)) / (gamma(n) * sqrt(n)), n, oo, 1),
    (6 * n**3 * (1 / n - sin(1 / n)), n, oo, 1),
    (n**5 * exp(-n) + tanh(n) + 3 * atan(n), n, oo, 1 + 3 * pi / 2),
    (n * acos(-1 / (n - 1)) / (n + 1), n, oo, pi / 2),
    (n * Max(1 / n, 3 / (n + 7)), n, oo, 3),
    (erf(sqrt(n)) - log(n + 1) + log(n), n, oo, 1),
    (sin(x) / x, x, 0, 1),
    ((1 - cos(3 * x)) / x**2, x, 0, Rational(9, 2)),
    (exp(x), x, -oo, 0),
]


@pytest.mark.parametrize(("body", "variable", "point", "value"), CLOSED, ids=[str(c[0]) for c in CLOSED])
def test_balls_around_known_limits(body, variable, point, value):
    ball = enclose(Limit(body, variable, point), 100)
    assert ball.ball.overlaps(enclose(value, 160).ball)
    assert ball.radius < Fraction(1, 2**94)


def test_sides():
    assert enclose(Limit(Abs(x) / x, x, 0, "-"), 60).contains(-1)
    assert enclose(Limit(sin(x) / x, x, 0, "+-"), 60).contains(1)
    assert "one side" in enclose(Limit(Abs(x) / x, x, 0, "+-"), 60).advice


OPEN = [
    Limit(log(n), n, oo), Limit(sin(n), n, oo), Limit((-1) ** n / n, n, oo), Limit(1 / x, x, 0), Limit(exp(n) / n, n, oo),
    Limit(n ** (1 / n), n, oo), Limit(n * (sqrt(2 + 1 / n) - sqrt(2)), n, oo), Limit(sqrt(-1 - 1 / n), n, oo),
    # nobody says how fast a mean converges: this one is -(E tanh')^2, and not 0
    Limit(n * SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), n)), n, oo),
    Limit(log(n) * SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), n)), n, oo),
    Limit(SphereMean(exp(x**2 / 3), SphereLaw(x, n)), n, oo),
    Limit(SphereMean(1 / (x**2 + y**2), SphereLaw((x, y), n)), n, oo),
    Limit(SphereMean(tanh(n * x) ** 2, SphereLaw(x, n)), n, oo),
    # N(0, 1/n) gives the half-line probability 1/2, its limit law an atom at the jump
    Limit(GaussianMean(Heaviside(x), GaussianLaw(x, 1 / n)), n, oo),
    Limit(GaussianMean(x * y, GaussianLaw((x, y), [[1, 1 + 1 / n], [1 + 1 / n, 1]])), n, oo),
]  # fmt: skip


@pytest.mark.parametrize("expression", OPEN, ids=[str(e)[:60] for e in OPEN])
def test_what_structure_does_not_show_stays_undecided(expression):
    found = enclose(expression, 60)
    assert not found.decided
    assert "no enclosure of Limit" in found.advice


@pytest.mark.parametrize("text", ["tanh", "relu", "min(max(x,-1),1)"])
def test_large_batches_reach_their_gaussian_limits(text):
    """The fixed point and its eigenvalues as formulas in n, against limits that were derived on paper."""
    network, limits = Network(text), large_batch_limit(get(text))
    at, linear = fixed_point(network), linearize(network)
    for body, value in ((at.diagonal, limits.b), (linear.eigenvalue_pairs, limits.eigenvalue_pairs)):
        ball = enclose(Limit(body, batch_size, oo), 70)
        assert ball.decided, ball.advice
        assert ball.ball.overlaps(enclose(value, 100).ball)
        assert ball.radius < Fraction(1, 2**60)


def test_a_sphere_mean_tends_to_a_normal_mean():
    """Heaviside(z_1) max(z_2, 0): 1/2 E max(Z, 0); against the extrapolated values too."""
    row = Limit(SphereMean(Heaviside(x) * Max(y, 0), SphereLaw((x, y), n)), n, oo)
    with mpmath.workdps(30):
        exact = 1 / (2 * mpmath.sqrt(2 * mpmath.pi))
        assert abs(evaluate(row, 25).value - exact) < mpmath.mpf(10) ** -25
        assert abs(evaluate(row, 7, independent=True).value - exact) < 1e-7
    assert "expansion" in evaluate(row, 25).method


def test_series_keep_the_terms_that_flint_would_leave_out():
    """flint cuts power series at ten terms by itself, and reads what it cut as 0: here the limit is the eleventh coefficient, 1."""
    body = n**10 * (exp(n**-20) / (1 - 1 / n) - sum(n**-k for k in range(10)))
    assert enclose(Limit(body, n, oo), 100).ball == 1
    with working_bits(80), pytest.raises(UndecidedError, match="cut at 10"):
        expansion(exp(t), {t: VARIABLE})


def test_expansions_know_what_they_know():
    with working_bits(80), series_of(TERMS):
        found = expansion((exp(t) - 1) / t, {t: VARIABLE})
        assert found.order == 0
        assert all((c * factor).overlaps(arb(1)) for c, factor in zip(found.coefficients, (1, 2, 6, 24, 120)))
        unknown = Expansion(0, (arb(0),))
        with pytest.raises(UndecidedError, match="may cancel"):
            expansion(x / t, {t: VARIABLE, x: unknown}).limit()
        with pytest.raises(UndecidedError, match="logarithm"):
            expansion(x * log(t), {t: VARIABLE, x: unknown}).limit()
        assert expansion(x * t * log(t) ** 1, {t: VARIABLE, x: Expansion(0, (arb(1), arb(2), arb(3)))}).order >= 0
