"""Means at an arbitrary Gram matrix on a circle: known closed forms and exchangeable limits."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Matrix, Max, Rational, exp, eye, symbols, tanh

from numerics import EvaluationError, enclose, evaluate
from theory import BatchNormLaw, BatchNormMean, SphereLaw, SphereMean

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
        evaluate(mean(tanh(x) * tanh(y), eye(4)), 15)
    with pytest.raises(EvaluationError, match="positive semidefinite"):
        evaluate(mean(tanh(x), Matrix([[1, 2, 0], [2, 1, 0], [0, 0, 1]]), indices=(0,)), 15)
    assert "arbitrary Gram" in enclose(mean(tanh(x) * tanh(y), eye(3)), 60).advice
