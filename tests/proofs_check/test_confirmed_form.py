"""A derived dual is shown as confirmed only after balls at hard points and Price's derivative agree with it."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Rational, pi, sqrt

from numerics.enclose import enclose
from numerics.literal.homogeneous_dual import homogeneous_dual
from proofs_check.confirmed_form import Q1, Q2, C, confirm_form, symbolic_dual
from theory import activations
from theory.special import ErfImaginaryPart, ErfRealPart


@pytest.mark.parametrize("text", ["relu", "gabor", "step(x)+sin(x)", "abs(x)^(3/2)"])
def test_right_forms_are_confirmed(text):
    sigma = activations.get(text)
    found = confirm_form(sigma, symbolic_dual(sigma).doit())
    assert found.confirmed
    assert all(check.agrees for check in found.checks)
    assert len(found.checks) == 8
    assert "disagrees" not in str(found)


def test_false_neighbours_are_not():
    sigma = activations.get("relu")
    form = symbolic_dual(sigma).doit()
    # off by 1 %, another sign, a term that vanishes where q1 = q2, one that vanishes at c = 0
    for wrong in (form * Rational(101, 100), -form, form + (Q1 - Q2) ** 2 / 1000, form + C**3 / 10**6):
        found = confirm_form(sigma, wrong)
        assert not found.confirmed
        assert "disagrees" in str(found)


def test_a_wrong_form_of_a_fractional_power_is_refused_by_quadrature():
    sigma = activations.get("abs(x)^(3/2)")
    form = symbolic_dual(sigma).doit()
    assert not confirm_form(sigma, form * (1 + C / 10**6)).confirmed


def test_a_form_with_means_or_strange_symbols_is_an_error():
    sigma = activations.get("tanh")
    with pytest.raises(ValueError, match="no means"):
        confirm_form(sigma, symbolic_dual(sigma))


def test_the_circle_integral_matches_known_duals():
    with mpmath.workdps(25):
        c = mpmath.mpf(1) / 2
        exact = (mpmath.sqrt(1 - c * c) + c * (mpmath.pi - mpmath.acos(c))) / (2 * mpmath.pi)
        assert abs(homogeneous_dual(0, 1, 1, 1, 1, c) - exact) < mpmath.mpf(10) ** -25


def test_parts_of_the_complex_error_function_have_balls_and_derivatives():
    a, b = Rational(1, 3), Rational(5, 7)
    for kind, part in ((ErfRealPart, "real"), (ErfImaginaryPart, "imag")):
        with mpmath.workdps(30):
            expected = getattr(mpmath.erf(mpmath.mpc(mpmath.mpf(1) / 3, mpmath.mpf(5) / 7)), part)
            assert abs(mpmath.mpmathify(kind(a, b).evalf(25)) - expected) < mpmath.mpf(10) ** -24
        ball = enclose(kind(a, b), 80).ball
        assert float(ball.rad()) < 1e-20
        assert abs(float(ball.mid()) - float(expected)) < 1e-15
        for index, step in ((1, (Rational(1, 10**6), 0)), (2, (0, Rational(1, 10**6)))):
            ahead, behind = kind(a + step[0], b + step[1]).evalf(30), kind(a - step[0], b - step[1]).evalf(30)
            slope = kind(Q1, C).fdiff(index).subs({Q1: a, C: b}).evalf(20)
            assert abs((ahead - behind) / Rational(2, 10**6) - slope) < 1e-10
    assert ErfRealPart(-a, b) == -ErfRealPart(a, b)
    assert ErfImaginaryPart(a, -b) == -ErfImaginaryPart(a, b)
    assert ErfRealPart(0, b) == 0
    assert ErfImaginaryPart(sqrt(pi), 0) == 0
