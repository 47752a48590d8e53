"""Means at an arbitrary Gram matrix on a circle: known closed forms and exchangeable limits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy
import pytest
from sympy import Matrix, Max, Rational, exp, eye, sqrt, symbols, tanh

from numerics import EvaluationError, enclose, evaluate, mean_field_step
from theory import BatchNorm, BatchNormLaw, BatchNormMean, Network, SphereLaw, SphereMean

x, y = symbols("x y", real=True)


def mean(body, gram, centered=True, indices=(0, 1)):
    return BatchNormMean(body, BatchNormLaw((x, y)[: len(indices)], indices, gram, centered))


def test_two_samples_without_centring_halve_the_hyperbolic_distance():
    """sigma = id, correlation c: c' = (1 - sqrt(1 - c^2))/c."""
    c = Rational(3, 5)
    found = evaluate(mean(x * y, Matrix([[1, c], [c, 1]]), centered=False), 25)
    with mpmath.workdps(40):
        assert abs(found.value - mpmath.mpf(1) / 3) < mpmath.mpf(10) ** -24


@pytest.mark.parametrize(
    "f", [tanh, lambda t: Max(t, 0), lambda t: exp(t) * Max(t - 1, 0)], ids=["tanh", "relu", "kink at 1"]
)
def test_a_permutation_invariant_gram_matrix_gives_the_sphere(f):
    gram = 2 * eye(3) + Matrix(3, 3, [Rational(1, 3)] * 9)
    found = evaluate(mean(f(x) * f(y), gram), 20)
    sphere = evaluate(SphereMean(f(x) * f(y), SphereLaw((x, y), 3)), 20)
    with mpmath.workdps(40):
        assert abs(found.value - sphere.value) < mpmath.mpf(10) ** -19


def test_squares_sum_to_the_batch_size():
    gram = Matrix([[2, 1, 0], [1, 3, 1], [0, 1, 1]])
    total = sum(mean(x**2 * tanh(x) ** 0, gram, indices=(i,)) for i in range(3))
    assert abs(evaluate(total, 20).value - 3) < mpmath.mpf(10) ** -19


def test_what_is_out_of_reach():
    with pytest.raises(EvaluationError, match="three or more dimensions"):
        evaluate(mean(tanh(x) * tanh(y), eye(4)), 15, independent=True)
    with pytest.raises(EvaluationError, match="positive semidefinite"):
        evaluate(mean(tanh(x), Matrix([[1, 2, 0], [2, 1, 0], [0, 0, 1]]), indices=(0,)), 15)


FOUR = Matrix([[2, 1, 0, 0], [1, 3, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]])


def test_balls_at_a_gram_matrix_of_three_dimensions_meet_the_float64_map():
    """Every entry of one layer: a smooth diagonal entry, and a pair of ReLUs; the map goes another way (Jacobi nodes)."""
    for body, indices, name in ((tanh(x) ** 2, (0,), "tanh"), (Max(x, 0) ** 2, (1,), "relu")):
        ball = enclose(mean(body, FOUR, indices=indices), 40)
        step = mean_field_step(Network(name, batch_size=4), numpy.array(FOUR, dtype=float))
        assert ball.radius < Fraction(1, 2**36), name
        assert abs(ball.lower() - Fraction(float(step[indices[0], indices[0]]))) < Fraction(1, 10**10), name


@pytest.mark.slow
def test_the_ball_of_a_pair_at_a_gram_matrix_of_three_dimensions():
    ball = enclose(mean(Max(x, 0) * Max(y, 0), FOUR), 12)
    step = mean_field_step(Network("relu", batch_size=4), numpy.array(FOUR, dtype=float))
    assert ball.radius < Fraction(1, 2**10)
    assert ball.contains(Fraction(float(step[0, 1])))


def test_rank_one_is_a_random_sign():
    gram = Matrix([[1, -1, 0], [-1, 1, 0], [0, 0, 0]])
    ball = enclose(mean(tanh(x) * tanh(y), gram), 60)
    closed = enclose(-(tanh(sqrt(Rational(3, 2))) ** 2), 80)
    assert ball.ball.overlaps(closed.ball)
    assert ball.radius < Fraction(1, 2**55)
    assert enclose(mean(tanh(x) * exp(y), gram, indices=(0, 2)), 60).contains(0)


REFUSED = [
    (mean(tanh(x) * tanh(y), eye(3) / 2 + Matrix(3, 3, [sqrt(2)] * 9)), "rational"),
    (mean(tanh(x) * tanh(y), Matrix(3, 3, [1] * 9)), "identical"),
    (mean(tanh(x), Matrix([[1, 2, 0], [2, 1, 0], [0, 0, 1]]), indices=(0,)), "semidefinite"),
    (mean(x * y, Matrix(3, 3, lambda i, j: 1 if i == j else Rational(-9, 10))), "semidefinite"),  # below 0 along (1, 1, 1) alone
    (mean(Max(x - 1, 0), eye(4), indices=(0,)), "kink away from 0"),
    (mean(tanh(x) * tanh(y), Matrix([[1, 2, 0], [2, 4, 0], [0, 0, 1]]), centered=False), "one line"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "advice"), REFUSED, ids=[a for _, a in REFUSED])
def test_what_has_no_ball(expression, advice):
    found = enclose(expression, 40)
    assert not found.decided
    assert advice in found.advice


def test_nearly_equal_samples_have_a_ball():
    """Two samples of correlation 1 - 10^-2: a thin direction; one coordinate at 1 - 10^-6 too."""
    near = Rational(99, 100)
    gram = Matrix([[1, near, 0], [near, 1, 0], [0, 0, 1]])
    pair = enclose(mean(Max(x, 0) * Max(y, 0), gram), 25)
    step = mean_field_step(Network("relu", BatchNorm(), batch_size=3), numpy.array(gram.tolist(), dtype=float))
    assert abs(float(pair.ball.mid()) - step[0, 1]) < 1e-9
    assert pair.radius < Fraction(1, 2**22)
    thin = Matrix([[1, 1 - Rational(1, 10**6), 0], [1 - Rational(1, 10**6), 1, 0], [0, 0, 1]])
    one = enclose(mean(Max(x, 0) ** 2, thin, indices=(0,)), 40)
    witness = evaluate(mean(Max(x, 0) ** 2, thin, indices=(0,)), 10, independent=True)
    assert abs(float(one.ball.mid()) - float(witness.value)) < 1e-10
