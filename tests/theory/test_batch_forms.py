"""Forms in a symbolic batch size that are shown: the same numbers as the derivation's own, and short."""

from __future__ import annotations

import pytest
from sympy import acos, sqrt

from numerics import enclose
from theory import Network, fixed_point, linearize, stationary_fluctuations
from theory.batch_forms import ROOT, THETA, batch_form, broken_latex
from theory.conventions import batch_size as n
from theory.gradients import gradient_growth
from theory.notation import OURS


def closed_forms(name):
    network = Network(name)
    linear, noise = linearize(network), stationary_fluctuations(network).noise
    yield from (fixed_point(network).off_diagonal, linear.eigenvalue_standard, linear.eigenvalue_pairs)
    yield from (gradient_growth(network), linear.standard_block.diagonal)
    if name != "relu_power(2)":  # its moments of four places have no closed form
        yield noise.trace


@pytest.mark.parametrize("name", ["identity", "relu", "relu_power(2)"])
def test_a_shown_form_has_the_value_of_the_derived_one(name):
    for formula in closed_forms(name):
        shown = batch_form(formula)
        for size in (4, 9):
            left, right = (enclose(form.subs(n, size), 90) for form in (shown, formula))
            assert left.ball.overlaps(right.ball)
            assert left.radius < 1e-20
        assert shown.count_ops() <= formula.count_ops() + 2


def test_named_letters_stand_for_the_angle_and_the_root():
    formula = linearize(Network("relu")).eigenvalue_standard
    letters = batch_form(formula, named=True)
    assert letters.free_symbols == {n, THETA, ROOT}
    filled = letters.subs({THETA: acos(1 / (n - 1)), ROOT: sqrt(n * (n - 2))})
    assert enclose(filled.subs(n, 6), 90).ball.overlaps(enclose(formula.subs(n, 6), 90).ball)


def test_numbers_and_other_letters_are_left_alone():
    assert batch_form(sqrt(2)) == sqrt(2)
    assert batch_form(linearize(Network("relu", batch_size=5)).eigenvalue_pairs).free_symbols == set()


def test_long_sums_are_broken_into_lines():
    formula = stationary_fluctuations(Network("relu")).one_step_noise
    lines = broken_latex(batch_form(formula, named=True), OURS).split(r"\\ &\quad ")
    assert len(lines) == 2
    assert r"\Bigl(" in lines[0]
    assert lines[1].endswith(r"\Bigr)")
    assert broken_latex(n + 1, OURS) == "n + 1"


def test_the_constant_of_relu_is_shown_by_representations():
    shown = stationary_fluctuations(Network("relu")).latex()
    for part in ("C_0", "C_1", "C_e", "C_2", r"\theta", "m_{1}"):
        assert f"{part} &=" in shown
    assert len(shown) < 3000
