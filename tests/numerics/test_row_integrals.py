"""Means over places of a row by Laplace integrals: against lattices of whole rows, quadrature on the sphere, balls, identities."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Max, Min, Piecewise, atan, exp, lambdify, prod, symbols, tanh

from numerics import enclose, evaluate
from numerics.ball_means.many_coordinates import sphere_product
from numerics.digit_means.row_integrals import row_means
from numerics.digit_means.row_numbers import METHOD
from tests.numerics.shifted_lattices import SHIFTS, row_averages
from tests.theory.sphere_grid import unit_sphere
from theory import SphereLaw, SphereMean

x, y = symbols("x y", real=True)


def relu_powers(t: np.ndarray) -> np.ndarray:
    f = np.maximum(t, 0)
    return np.stack([np.ones_like(t), f, f**2, f**3, t, t**2])


def softplus_powers(t: np.ndarray) -> np.ndarray:
    f = np.log1p(np.exp(t))
    return np.stack([np.ones_like(t), f, f**2, f**3, t, t**2])


@pytest.mark.parametrize(("n", "c"), [(5, 0.45), (12, -0.05), (9, 0.8)])
@pytest.mark.parametrize("power", [0, 1, -1])
def test_means_agree_with_lattices_of_whole_rows(n, c, power):
    low, high = 1 - c, 1 + (n - 1) * c
    products = [((1, 1, 1, 1), 0), ((2, 1, 1), 0), ((3, 4), 1), ((2,), 2)]
    found = row_means(n, c, relu_powers, (0.0,), products, power)

    def body(z: np.ndarray) -> np.ndarray:
        f, t = np.maximum(z, 0), z.mean(axis=1)
        weight = ((1 - t**2) / low + t**2 / high) ** -power
        columns = [f[:, 0] * f[:, 1] * f[:, 2] * f[:, 3], f[:, 0] ** 2 * f[:, 1] * f[:, 2]]
        columns += [f[:, 0] ** 3 * z[:, 1] * z[:, 2:].sum(axis=1), f[:, 0] ** 2 * z[:, 1:].sum(axis=1) ** 2]
        return weight[:, None] * np.stack(columns, axis=1)

    sampled = row_averages(n, c, body, points=1 << 13)
    spread = sampled.std(axis=0, ddof=1) / np.sqrt(SHIFTS)
    assert (
        np.abs(found.fine - sampled.mean(axis=0)) < 7 * spread + found.error
    ).all()  # 7 of 15 degrees of freedom: 5e-6
    assert (spread < 0.03 * np.abs(found.fine)).all()
    assert (found.error < 1e-10 * np.maximum(np.abs(found.fine), 1)).all()


@pytest.mark.parametrize("steep", [tanh(10 * x), atan(3 * x)])
def test_a_pole_near_the_line_is_seen(steep):
    """Two coordinates have a ball of their own; three and four are estimated by the same sums."""
    f = lambdify(x, steep, "numpy")
    found = row_means(9, None, lambda t: f(t)[None], (), [((0, 0), 0)])
    ball = enclose(SphereMean(steep * steep.xreplace({x: y}), SphereLaw((x, y), 9)), 60).ball
    assert abs(found.fine[0] - float(ball.mid())) < 1e-12
    assert found.error[0] < 1e-12


def test_four_steep_coordinates_are_estimated_where_a_ball_takes_long():
    z = symbols("z0:4", real=True)
    mean = SphereMean(prod(tanh(10 * v) for v in z), SphereLaw(z, 9))
    found = evaluate(mean, 9)
    assert found.method == METHOD
    sampled = row_averages(9, -1 / 8, lambda t: np.tanh(10 * t[:, :4]).prod(axis=1)[:, None], points=1 << 13)[:, 0]
    assert abs(float(found.value) - sampled.mean()) < 7 * sampled.std(ddof=1) / np.sqrt(SHIFTS)


@pytest.mark.parametrize("c", [0.6, -0.15])
def test_three_samples_agree_with_quadrature_on_the_sphere(c):
    u, w = unit_sphere(3, 60)
    gram = (1 - c) * np.eye(3) + c * np.ones((3, 3))
    w = w * np.einsum("ki,ij,kj->k", u, np.linalg.inv(gram), u) ** -1.5
    z, w = np.sqrt(3) * u, w / w.sum()
    f = np.log1p(np.exp(z))
    found = row_means(3, c, softplus_powers, (), [((1, 1, 1), 0), ((2, 1), 1), ((3,), 2)])
    exact = [w @ f.prod(axis=1), w @ (f[:, 0] ** 2 * f[:, 1] * z[:, 2]), w @ (f[:, 0] ** 3 * (z[:, 1] + z[:, 2]) ** 2)]
    assert np.abs(found.fine - exact) == pytest.approx(0, abs=1e-11)
    assert (found.error < 1e-11).all()


@pytest.mark.parametrize(("n", "c"), [(2, 0.3), (4, 0.9), (7, 0.0), (64, 0.5), (20, -0.03)])
def test_squares_sum_to_n_and_the_stated_error_holds(n, c):
    products = [((0,), 0), ((2,), 0), ((2, 0), 0), ((2, 5), 0), ((4, 4), 0), ((5,), 0), ((0,), 2)]
    found = row_means(n, c, relu_powers, (0.0,), products)
    one, f2, f2_again, f2_square, cross, square, others = found.fine
    error = n * found.error.max()
    assert abs(one - 1) < error
    assert abs(square - 1) < error
    assert abs(f2 - f2_again) < error
    # E (z_2 + ... + z_n)^2 = (n-1) E z^2 + (n-1)(n-2) E z_1 z_2
    assert abs(others - (n - 1) * square - (n - 1) * (n - 2) * cross) < error * n
    weighted = row_means(n, c, lambda t: np.stack([np.maximum(t, 0) ** 2 * t**2]), (0.0,), [((0,), 0)])
    assert abs(weighted.fine[0] + (n - 1) * f2_square - n * f2) < error
    assert error < 1e-8


def test_the_error_of_the_gradient_weight_at_three_samples_is_stated():
    """E Q^{-1} = 1: |x|^2 has mean tr of the covariance, whatever the direction; and Q at its smallest order."""
    assert row_means(3, 0.7, softplus_powers, (), [((0,), 0)], 1).fine[0] == pytest.approx(1, abs=1e-12)
    found = row_means(3, 0.7, softplus_powers, (), [((0,), 0)], -1)
    u, w = unit_sphere(3, 60)
    t = u.sum(axis=1) / np.sqrt(3)
    q = (1 - t**2) / 0.3 + t**2 / 2.4
    assert abs(found.fine[0] - (w @ q**-0.5) / (w @ q**-1.5)) < found.error[0] + 1e-12
    assert found.error[0] < 1e-10


@pytest.mark.parametrize("n", [6, 16])
def test_centred_rows_agree_with_balls(n):
    elu = Piecewise((x, x > 0), (exp(x) - 1, True))
    for body, function in ((Max(x, 0), lambda t: np.maximum(t, 0)), (elu, lambda t: np.where(t > 0, t, np.expm1(t)))):
        found = row_means(
            n, None, lambda t, f=function: np.stack([f(t), f(t) ** 2]), (0.0,), [((0,) * 4, 0), ((1, 0, 0), 0)]
        )
        balls = [sphere_product([body] * 4, x, n, True, 45), sphere_product([body**2, body, body], x, n, True, 45)]
        for value, error, ball in zip(found.fine, found.error, balls):
            assert abs(value - float(ball.mid())) < error + 1e-12
            assert error < 1e-10


def test_what_row_means_refuses():
    for arguments, words in (
        ((1, 0.5, relu_powers, (), [((0,), 0)]), "batch sizes"),
        ((2, None, relu_powers, (), [((0,), 0)]), "batch sizes"),
        ((4, -0.4, relu_powers, (), [((0,), 0)]), "correlation"),
        ((3, 0.1, relu_powers, (), [((0, 0, 0, 0), 0)]), "more than 3 places"),
        ((2, 0.1, relu_powers, (), [((0,), 0)], -1), "no mean"),
        ((4, None, relu_powers, (), [((0,), 0)], 1), "no mean"),
        ((9, 0.1, lambda t: np.stack([np.log(t + 3.5)]), (), [((0,), 0)]), "not finite"),
    ):
        with pytest.raises(ValueError, match=words):
            row_means(*arguments)


def test_kinks_away_from_zero_obey_the_constraints_of_a_centred_row():
    """E f1 f2 f3 sum_j z_j = 0 and E f1 f2 f3 sum_j z_j^2 = n E f1 f2 f3 tie means of four places to means of three."""

    def functions(t: np.ndarray) -> np.ndarray:
        f = np.clip(t, -1, 0.5)
        return np.stack([f, f * t, f * t**2, t, t**2])

    n = 16
    products = [((1, 0, 0), 0), ((0, 0, 0, 3), 0), ((2, 0, 0), 0), ((0, 0, 0, 4), 0), ((0, 0, 0), 0)]
    found = row_means(n, None, functions, (-1.0, 0.5), products)
    weighted, sums, squared, squares, plain = found.fine
    assert abs(3 * weighted + (n - 3) * sums) < n * found.error.max()
    assert abs(3 * squared + (n - 3) * squares - n * plain) < 2 * n * found.error.max()
    assert abs(plain) > 1e5 * found.error.max()


def test_means_of_four_coordinates_as_numbers():
    from numerics import enclose, evaluate
    from theory import SphereLaw, SphereMean
    from theory.conventions import z

    kinked = SphereMean(Min(z[0], 1) * Min(z[1], 1) * Min(z[2], 1), SphereLaw(z[:3], 9))
    found = evaluate(kinked, 10)
    assert "Laplace" in found.method
    # the same by max(x, -1), whose products are the same up to the sign of the row
    mirrored = evaluate(SphereMean(Max(z[0], -1) * Max(z[1], -1) * Max(z[2], -1), SphereLaw(z[:3], 9)), 10)
    assert abs(found.value + mirrored.value) < found.error + mirrored.error
    smooth = SphereMean(exp(z[0]) * exp(z[1]) * exp(2 * z[2]), SphereLaw(z[:3], 9, False))
    assert abs(evaluate(smooth, 10, independent=True).value - float(enclose(smooth, 60).ball.mid())) < 1e-9
