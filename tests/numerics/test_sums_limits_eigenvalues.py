"""Series, limits, eigenvalues, and roots of equations that contain means."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb
from sympy import (
    Heaviside,
    Limit,
    Matrix,
    Rational,
    Sum,
    Symbol,
    binomial,
    exp,
    eye,
    factorial,
    log,
    ones,
    oo,
    sin,
    sqrt,
    symbols,
    tanh,
)

from numerics import EvaluationError, enclose, evaluate
from numerics.cover import CoverOutcome, cover
from numerics.eigenvalues import enclose_eigenvalues, evaluate_eigenvalues
from numerics.fixed_point import DomainError, RootOutcome, find_roots, fixed_point_in_box, solve_in_box
from numerics.formulas.mean_functions import ball_function
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y, r = symbols("x y r", real=True)
k = Symbol("k", integer=True, nonnegative=True)
n = Symbol("n", integer=True, positive=True)
q = Symbol("q", positive=True)

SUMS = [
    (Sum(binomial(2 * k, k) / 15**k, (k, 0, oo)), 1 / sqrt(1 - Rational(4, 15))),
    (Sum(1 / factorial(k), (k, 0, oo)), exp(1)),
    (Sum((-1) ** k * k**2 / 3**k, (k, 1, oo)), Rational(-3, 32)),
    (Sum(sqrt(2) ** k / 2**k, (k, 5, oo)), Rational(1, 4) / (sqrt(2) - 1)),
]


@pytest.mark.parametrize(("series", "closed"), SUMS, ids=[str(s) for s, _ in SUMS])
def test_sums_with_a_rational_ratio_are_balls(series, closed):
    ball, exact = enclose(series, 100), enclose(closed, 160)
    assert ball.ball.overlaps(exact.ball)
    assert ball.radius < Fraction(1, 2**96)
    with mpmath.workdps(220):
        assert abs(evaluate(series, 200).value - evaluate(closed, 210).value) < mpmath.mpf(10) ** -199


@pytest.mark.parametrize("digits", [12, 20])
def test_a_slow_sum_is_extrapolated_or_refused(digits):
    """sum 1/k^2: an accelerated sum of mpmath returns 1.6431; ours is right where it answers."""
    series = Sum(1 / (k + 1) ** 2, (k, 0, oo))
    assert not enclose(series, 60).decided
    with mpmath.workdps(40):
        assert abs(evaluate(series, digits).value - mpmath.pi**2 / 6) < mpmath.mpf(10) ** -digits


DIVERGENT = [
    (Sum(2**k, (k, 0, oo)), "diverges"),
    (Sum(factorial(k), (k, 0, oo)), "diverges"),
    (Sum(1 / (k + 1), (k, 0, oo)), "does not settle"),
    (Limit(sin(n), n, oo), "does not settle"),
    (Limit(log(n), n, oo), "does not settle"),
]


@pytest.mark.parametrize(("expression", "message"), DIVERGENT, ids=[str(e) for e, _ in DIVERGENT])
def test_what_diverges(expression, message):
    with pytest.raises(EvaluationError, match=message):
        evaluate(expression, 12)
    assert not enclose(expression, 60).decided


def test_a_sum_of_means_and_the_mean_of_the_sum():
    """sum_k 2^-k E e^{-k Z^2} = E 1/(1 - e^{-Z^2}/2)."""
    series = Sum(GaussianMean(exp(-k * x**2), GaussianLaw(x)) / 2**k, (k, 0, oo))
    closed = GaussianMean(1 / (1 - exp(-(x**2)) / 2), GaussianLaw(x))
    assert abs(evaluate(series, 12).value - evaluate(closed, 15, independent=True).value) < 1e-11


def test_limits():
    with mpmath.workdps(30):
        assert abs(evaluate(Limit((1 + 1 / n) ** n, n, oo), 18).value - mpmath.e) < mpmath.mpf(10) ** -17
        assert abs(evaluate(Limit(sin(x) / x, x, 0), 18).value - 1) < mpmath.mpf(10) ** -17
        row = Limit(SphereMean(tanh(x) ** 2, SphereLaw(x, n)), n, oo)
        normal = evaluate(GaussianMean(tanh(x) ** 2, GaussianLaw(x)), 15)
        assert abs(evaluate(row, 8).value - normal.value) < mpmath.mpf(10) ** -8


def test_eigenvalues_of_a_matrix_of_means():
    c = Rational(1, 3)
    pair = GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, c], [c, 1]]))
    low, high = enclose_eigenvalues(Matrix([[1, pair], [pair, 1]]), 80)
    for eigenvalue, closed in ((low, 1 - pair), (high, 1 + pair)):
        assert eigenvalue.ball.overlaps(enclose(closed, 100).ball)
        assert eigenvalue.radius < Fraction(1, 2**76)


def test_multiple_eigenvalues_and_numbers_to_many_digits():
    matrix = eye(4) + ones(4, 4) / 3
    found = enclose_eigenvalues(matrix, 60)
    assert [e.contains(v) for e, v in zip(found, (1, 1, 1, Fraction(7, 3)), strict=True)] == [True] * 4
    assert all(e.radius < Fraction(1, 2**50) for e in found)
    numbers = evaluate_eigenvalues(matrix, 200)
    with mpmath.workdps(210):
        assert abs(numbers[-1].value - mpmath.mpf(7) / 3) < mpmath.mpf(10) ** -199


def test_matrices_without_eigenvalues_here():
    with pytest.raises(ValueError, match="symmetric"):
        enclose_eigenvalues(Matrix([[1, 2], [3, 4]]))
    with pytest.raises(ValueError, match="square"):
        evaluate_eigenvalues(Matrix([[1, 2]]))
    found = enclose_eigenvalues(Matrix([[q, 0], [0, 1]]))
    assert not found[0].decided
    assert "entry (1, 1)" in found[0].advice


VARIANCE = Rational(1, 10) + 2 * GaussianMean(tanh(x) ** 2, GaussianLaw(x, q))
"""The variance one layer on, without normalisation."""


def test_a_fixed_point_of_the_variance_exists_and_is_unique():
    found = fixed_point_in_box(VARIANCE, [(q, Rational(1, 2), Rational(3, 2))], bits=60)
    assert found.outcome is RootOutcome.UNIQUE
    low, high = found.enclosure()[0]
    assert high - low < Fraction(1, 2**40)
    # the witness iterates the map in mpmath
    value = mpmath.mpf(1)
    for _ in range(24):
        value = 0.1 + 2 * mpmath.quad(
            lambda t, v=value: mpmath.tanh(mpmath.sqrt(v) * t) ** 2 * mpmath.npdf(t), [-9, 0, 9]
        )
    assert abs(float(low) - float(value)) < 1e-6
    assert fixed_point_in_box(VARIANCE, [(q, 2, 3)]).outcome is RootOutcome.NONE


PAIR = GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, r], [r, 1]]))


def test_a_cover_of_an_inequality_between_a_mean_and_a_number():
    """The dual of tanh lies below r/2 on [1/4, 3/4]; the false neighbour comes back with an enclosed counterexample."""
    domain = [(r, Rational(1, 4), Rational(3, 4))]
    assert cover(PAIR, r / 2, domain, bits=53).outcome is CoverOutcome.PROVED
    false = cover(PAIR, Rational(37, 100) * r, domain, bits=53)
    assert false.outcome is not CoverOutcome.PROVED
    if false.outcome is CoverOutcome.REFUTED:
        at = Rational(false.witness[0].numerator, false.witness[0].denominator)
        assert enclose(PAIR.subs(r, at) - Rational(37, 100) * at, 60).lower() > 0


def test_a_step_inside_a_mean_gets_no_derivative():
    stepped = GaussianMean(Heaviside(q - 1) * x**2, GaussianLaw(x)) - Rational(1, 2)
    with pytest.raises(DomainError, match="may jump"):
        solve_in_box(stepped, [(q, Rational(1, 2), 2)])
    assert find_roots(VARIANCE - q, [(q, Rational(1, 2), Rational(3, 2))], bits=53).complete
    assert not ball_function(PAIR, (r,))(arb(0, 2)).is_finite()
