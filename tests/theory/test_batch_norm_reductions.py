"""Means at an arbitrary Gram matrix that reduce to simpler ones, and kinks at linear forms; balls of the unreduced means agree."""

import pytest
from sympy import Abs, Heaviside, Max, Min, Rational, Symbol, diag, sign

from numerics import enclose
from theory import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean, SphereMean
from theory.batch_norm_means import reduced
from theory.conventions import z

x, y = z[0], z[1]
R = Rational(1, 3)
PAIR = [[1, R], [R, 2]]
c = Symbol("c", real=True)


@pytest.mark.parametrize(
    ("body", "law"),
    [
        (x**2 * y**2, BatchNormLaw((x, y), (0, 1), PAIR, False)),
        (x**4, BatchNormLaw(x, (1,), PAIR, False)),
        (x**6, BatchNormLaw(x, (2,), diag(1, 2, 5), True)),
        (sign(x) * Heaviside(y), BatchNormLaw((x, y), (0, 1), PAIR, False)),
        (Heaviside(x) * Heaviside(-2 * y), BatchNormLaw((x, y), (0, 2), diag(1, 2, 5), True)),
    ],
)
def test_reductions_agree_with_balls(body, law):
    mean = BatchNormMean(body, law)
    form = mean.doit()
    assert form != mean
    ball = enclose(mean, 80).ball
    assert ball.rad() < 1e-12
    assert ball.overlaps(enclose(form, 80).ball)


def test_exchangeable_starts_reduce_to_the_sphere_and_others_stay():
    law = BatchNormLaw((x, y), (0, 1), [[1, c, c], [c, 1, c], [c, c, 1]], True)
    assert isinstance(reduced(BatchNormMean(Max(x, 0) * Max(y, 0), law)), SphereMean)
    other = BatchNormMean(Max(x, 0) * Max(y, 0), BatchNormLaw((x, y), (0, 1), diag(1, 1, 2), True))
    assert reduced(other) == other
    shifted = BatchNormMean(Heaviside(x - 1), BatchNormLaw(x, (0,), PAIR, False))
    assert reduced(shifted) == shifted


@pytest.mark.parametrize(
    "body", [Max(x, y), Min(x, 2 * y), Abs(x - y), Max(x, y) ** 2, Heaviside(x - y), sign(x - y) * Abs(x - y)]
)
def test_kinks_at_linear_forms_are_derived_and_enclosed(body):
    mean = GaussianMean(body, GaussianLaw((x, y), PAIR))
    form = mean.doit()
    assert not form.has(GaussianMean)
    assert enclose(mean, 64).ball.overlaps(enclose(form, 64).ball)


def test_kinks_at_linear_forms_beside_other_coordinates_are_enclosed():
    law = GaussianLaw((x, y), PAIR)
    # Stein: E x max(x - y, 0) = (Var x - Cov) P(x > y) = (1 - 1/3)/2
    assert abs(enclose(GaussianMean(x * Max(x - y, 0), law), 64).ball - 1 / 3) < 1e-14
    # E max(x, y) max(x, 0) + E min(x, y) max(x, 0) = E (x + y) max(x, 0) = (1 + 1/3)/2
    total = sum(enclose(GaussianMean(f(x, y) * Max(x, 0), law), 64).ball for f in (Max, Min))
    assert abs(total - 2 / 3) < 1e-14
    assert enclose(GaussianMean(Abs(x - y) * Abs(x + y), law), 64).ball is None
