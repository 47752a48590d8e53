"""Pairs on a sphere with kinks away from 0: the Gegenbauer series against quadrature, closed forms, and its neighbours."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, Symbol, gegenbauer

from numerics.ball_means.kinked_series import harmonics, kinked_series
from numerics.ball_means.piecewise_harmonics import piecewise_harmonics
from numerics.ball_means.sphere import one_coordinate
from numerics.certificates.stability import Stability, stability_at
from numerics.precision import NO_DEADLINE, working_bits
from theory import activations

t = Symbol("t", real=True)
HARD_TANH = Max(-1, Min(1, t))


def test_harmonics_are_gegenbauers_polynomials():
    for m in (3, 5, 8):
        for k, (size, coefficients) in enumerate(harmonics(m, 7)):
            other = gegenbauer(k, Fraction(m - 2, 2), t)
            expected = (other / other.subs(t, 1)).as_poly(t).all_coeffs()[::-1]
            assert all(abs(float(a) - float(b)) < 1e-12 for a, b in zip(coefficients, expected, strict=True))
            # on the circle of R^2's successors: binomial(m+k-1, k) - binomial(m+k-3, k-2)
            below = mpmath.binomial(m + k - 3, k - 2) if k > 1 else 0
            assert size == int(mpmath.binomial(m + k - 1, k) - below)


def pair_by_quadrature(f, g, m, c):
    """E f(sqrt(m) u) g(sqrt(m)(c u + sqrt(1-c^2) sqrt(1-u^2) w)), w a coordinate of the sphere of R^{m-1}.

    Gauss-Legendre on angles, both cut where a coordinate is +-1.
    """
    nodes, weights = np.polynomial.legendre.leggauss(80)
    kinks = np.array([1.0, -1.0]) / m**0.5
    cut = np.sort(np.r_[np.linspace(0, np.pi, 9), np.arccos(kinks)])
    angle = ((cut[1:] + cut[:-1])[:, None] / 2 + np.diff(cut)[:, None] / 2 * nodes).ravel()
    weight = (np.diff(cut)[:, None] * weights).ravel() * np.sin(angle) ** (m - 2)
    reach = (1 - c * c) ** 0.5 * np.sin(angle)[:, None]
    met = np.arccos(np.clip((kinks - c * np.cos(angle)[:, None]) / reach, -1, 1))
    inner = np.sort(np.c_[met, np.tile(np.linspace(0, np.pi, 9), (len(angle), 1))], axis=1)
    width = np.diff(inner, axis=1)[..., None]
    other = inner[:, :-1, None] + width * (1 + nodes) / 2
    density = weight[:, None, None] * width * weights * np.sin(other) ** (m - 3)
    u = np.cos(angle)[:, None]
    second = g(m**0.5 * (c * u[..., None] + reach[..., None] * np.cos(other)))
    return (density.sum(axis=(1, 2)) @ np.ones(len(angle))) ** -1 * (f(m**0.5 * u)[..., None] * density * second).sum()


@pytest.mark.parametrize(("m", "bits"), [(5, 10), (9, 14), (49, 24)])
def test_hard_tanh_pairs_against_a_product_rule(m, bits):
    hard = lambda v: np.clip(v, -1, 1)
    for power, body in ((0, HARD_TANH), (2, t**2 * HARD_TANH)):
        with working_bits(200):
            ball = kinked_series(HARD_TANH, body, t, m, -1 / arb(m), bits, NO_DEADLINE)
        exact = pair_by_quadrature(lambda v, p=power: v**p * hard(v), hard, m, -1 / m)
        assert abs(float(ball.mid()) - exact) < float(ball.rad()) + 1e-10
        assert float(ball.rad()) < 2.0 ** (1 - bits)
        # a sum that is off by a hundredth would be seen
        assert abs(float(ball.mid())) > 100 * (float(ball.rad()) + 1e-10)


def test_jumps_without_parity():
    """E 1[z_1 > 1] 1[z_2 > 1] on the sphere of R^3: the area of two caps' intersection, by the product rule's own cut."""
    step = Piecewise((1, t > 1), (0, True))
    with working_bits(200):
        loose = kinked_series(step, Max(t, 1), t, 40, arb(-1) / 40, 12, NO_DEADLINE)
    exact = pair_by_quadrature(lambda v: (v > 1) * 1.0, lambda v: np.maximum(v, 1), 40, -1 / 40)
    assert abs(float(loose.mid()) - exact) < float(loose.rad()) + 1e-10


@pytest.mark.parametrize("n", [6, 50])
def test_hard_tanh_is_decided(n):
    entry = stability_at(activations.get("hard_tanh"), n, seconds=60)
    assert entry.stability is Stability.STABLE
    assert entry.rate()[1] < 1


@pytest.mark.parametrize("m", [3, 4, 15])
def test_harmonics_of_a_piecewise_polynomial_from_one_recurrence(m):
    """Rodrigues' formula against power means by rigorous quadrature: two kinks and a jump."""
    body = Max(-1, Min(Rational(3, 2), t)) ** 2 + Heaviside(t - Rational(1, 3), 0)
    with working_bits(100):
        found = piecewise_harmonics(body, t, m, 5)
        powers = [one_coordinate(body * t**k, t, m, 80) / arb(m).sqrt() ** k for k in range(6)]
        for value, (_, row) in zip(found, harmonics(m, 5), strict=True):
            witness = sum((arb(a.numerator) / a.denominator * p for a, p in zip(row, powers, strict=False)), arb(0))
            assert value.overlaps(witness)
            assert value.rad() < arb(2) ** -70
    assert piecewise_harmonics(t / (1 + Abs(t)), t, m, 5) is None
