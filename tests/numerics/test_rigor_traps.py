"""The traps of rigor: each is shown to bite where one walks into it, and not to bite here."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction

import flint
import mpmath
import pytest
from flint import acb, arb, ctx
from sympy import (
    Abs,
    Float,
    Function,
    Gt,
    Heaviside,
    Max,
    Piecewise,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    exp,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)  # fmt: skip

from numerics import Comparison, compare, enclose
from numerics.ball_means.quadrature import integral
from numerics.balls import from_data, less, to_data
from numerics.enclose import UndecidedEnclosureError
from numerics.errors import UndecidedError
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import Deadline, working_bits
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)


def test_a_rule_across_a_kink_returns_a_tight_wrong_ball_and_ours_does_not():
    kink = Rational(1, 3)
    wrong = acb.integral(lambda z, _: acb(abs((z - arb(1) / 3).real)) * (-z * z / 2).exp(), -1, 1).real
    with working_bits(80):
        right = integral(
            lambda z, sure: complex_function(kink - x, (x,))(z, sure) * (-z * z / 2).exp(), arb(-1), arb(1) / 3
        )
        right += integral(
            lambda z, sure: complex_function(x - kink, (x,))(z, sure) * (-z * z / 2).exp(), arb(1) / 3, arb(1)
        )
    assert wrong.rad() < 1e-3
    assert not wrong.overlaps(right)  # the trap
    mean = enclose(GaussianMean(Abs(x - kink), GaussianLaw(x)), 80)
    # E|Z - k| = 2 phi(k) + k (2 Phi(k) - 1)
    with mpmath.workdps(40):
        k = mpmath.mpf(1) / 3
        closed = 2 * mpmath.npdf(k) + k * (2 * mpmath.ncdf(k) - 1)
    assert abs(mean.lower() - Fraction(int(mpmath.ldexp(closed, 120)), 2**120)) < Fraction(1, 2**78)


def test_a_complex_function_refuses_what_is_not_analytic():
    for body in (Abs(x), Max(x, 0), Heaviside(x), Piecewise((x, x > 0), (0, True))):
        with pytest.raises(UndecidedError, match="split at its kinks"):
            complex_function(body, (x,))


@pytest.mark.parametrize("body", [sqrt(x), log(x), x ** Rational(1, 3), atan(x), asin(x), acos(x)], ids=str)
def test_a_complex_function_is_not_finite_on_a_branch_cut(body):
    across = {sqrt(x): -1, log(x): -1, x ** Rational(1, 3): -1, atan(x): 2j, asin(x): 2, acos(x): -2}[body]
    box = acb(across) + acb(arb(0, 0.1), arb(0, 0.1))
    assert not complex_function(body, (x,))(box).is_finite()


def test_a_tenth_is_a_tenth():
    assert not arb(0.1).contains(arb(flint.fmpq(1, 10)))  # the trap: the double
    assert enclose(Rational(1, 10), 60).contains(Fraction(1, 10))
    assert not enclose(Rational(1, 10), 60).contains(0.1)
    refused = enclose(Float(0.1) + pi)
    assert not refused.decided
    assert "Rational" in refused.advice


def test_comparisons_are_three_valued_and_cannot_be_negated_by_accident():
    a = arb(1, 0.5)
    assert not (a < 1)
    assert not (a >= 1)  # the trap
    assert less(a, arb(1)) is None
    assert compare(pi, Rational(22, 7)) is Comparison.CERTAINLY_TRUE
    assert compare(pi, Rational(22, 7), ">=") is Comparison.CERTAINLY_FALSE
    assert compare(sqrt(2) ** 2, 2, "==") is Comparison.CERTAINLY_TRUE
    same = sin(sqrt(2)) ** 2 + cos(sqrt(2)) ** 2
    assert compare(same, 1, "<") is Comparison.UNDECIDED
    assert compare(same, 1, "==") is Comparison.UNDECIDED
    assert compare(pi, 3, "!=") is Comparison.CERTAINLY_TRUE
    with pytest.raises(TypeError, match="three-valued"):
        bool(Comparison.UNDECIDED)
    with pytest.raises(ValueError, match="relation must be one of"):
        compare(1, 2, "=<")


def test_the_square_of_a_ball_around_zero():
    assert not (arb(0, 1e-10) ** 2).is_finite()  # the trap
    squared = real_function(x**2, (x,))(arb(0, 1e-10))
    assert squared.is_finite()
    assert squared.abs_upper() < 1e-19
    assert real_function(x**-2, (x,))(arb(0, 1e-10)).is_finite() is False


def test_an_open_branch_is_a_union():
    step = real_function(Piecewise((2, x > 0), (-3, True)), (x,))(arb(0, 1))
    assert step.contains(2)
    assert step.contains(-3)
    assert real_function(Heaviside(x, Rational(1, 2)), (x,))(arb(0)).contains(0.5)
    wide = real_function(Heaviside(x, Rational(1, 2)), (x,))(arb(0, 1))
    assert wide.contains(0)
    assert wide.contains(1)


def test_no_row_of_a_piecewise_applies():
    nothing = enclose(Piecewise((S.One, Gt(pi, 4, evaluate=False)), evaluate=False), 60)
    assert not nothing.decided


def test_precision_comes_back_after_an_exception_and_an_interrupt():
    before = ctx.prec
    with pytest.raises(KeyboardInterrupt), working_bits(999):
        raise KeyboardInterrupt
    assert ctx.prec == before

    calls = []

    def integrand(z, sure):
        calls.append(z)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return z.exp()

    with pytest.raises(KeyboardInterrupt), working_bits(200):
        integral(integrand, arb(0), arb(1))
    assert ctx.prec == before
    assert len(calls) == 5
    enclose(GaussianMean(exp(x**2), GaussianLaw(x)), 300)
    assert ctx.prec == before


def test_a_ball_survives_json_exactly():
    with working_bits(200):
        ball = arb.pi() * arb("1e-40")
    again = from_data(to_data(ball))
    with working_bits(300):
        assert from_data(to_data(ball)).contains(ball)
    assert again.contains(ball)  # at a smaller precision the copy is wider, never elsewhere
    data = enclose(pi, 100).to_json()
    assert from_data(data["ball"]).overlaps(arb.pi())


def test_balls_reach_mpmath_without_rounding_to_the_ambient_precision():
    from numerics.digit_means.nested_rules import to_mp

    with working_bits(400):
        ball = arb.pi()
    assert mpmath.mp.dps < 20
    with mpmath.workdps(100):
        assert abs(to_mp(ball) - mpmath.pi) < mpmath.mpf(10) ** -100


@pytest.mark.parametrize("bits", [0, -1, 5, 10**7, 53.0, True, None])
def test_bits_out_of_range(bits):
    with pytest.raises(ValueError, match="bits must be a whole number"):
        enclose(pi, bits)


@pytest.mark.parametrize("thing", ["pi", None, [1], x < 1])
def test_things_that_are_no_scalars(thing):
    with pytest.raises(TypeError, match="expected"):
        enclose(thing)


UNDECIDED = [
    (x + 1, "free symbol x"),
    (log(Rational(-1, 2)), "not real"),
    (GaussianMean(exp(x**2), GaussianLaw(x)), "diverge"),
    (GaussianMean(Max(0, x, y), GaussianLaw((x, y))), "more kinks than one"),
    (GaussianMean(Max(0, x * y - 1), GaussianLaw((x, y))), "no linear form"),
    (GaussianMean(1 / x, GaussianLaw(x)), "enclos|analytic|bound|finite"),
    (GaussianMean(Abs(sin(x)), GaussianLaw(x)), "sign changes"),
    (SphereMean(tanh(x), SphereLaw(x, Symbol("n", integer=True, positive=True))), "free symbol n"),
    (Function("f")(1), "no ball arithmetic"),
    (1 / (sin(sqrt(2)) ** 2 + cos(sqrt(2)) ** 2 - 1), "no finite value"),
]


@pytest.mark.parametrize(("expression", "advice"), UNDECIDED, ids=[str(e)[:50] for e, _ in UNDECIDED])
def test_undecided_with_advice_never_a_guess(expression, advice):
    found = enclose(expression, 60)
    assert not found.decided
    assert re.search(advice, found.advice)
    with pytest.raises(UndecidedEnclosureError, match="undecided at 60 bits"):
        found.lower()
    assert found.radius is None
    assert found.to_json()["ball"] is None


def test_time_limit_is_an_undecided_result():
    found = enclose(SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), 11)), 90, seconds=0)
    assert not found.decided
    assert "time limit" in found.advice
    assert Deadline.after(None).passed is False


def test_cancellation_beyond_the_bits_is_a_wide_ball_with_advice():
    deep = exp(Rational(1, 2**400)) - 1 - Rational(1, 2**400)
    found = enclose(deep, 20)
    assert found.decided
    assert found.contains(0)
    assert found.radius < Fraction(1, 2**20)


CHILD = """
from sympy import tanh, symbols, Rational, Max
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean
from numerics import enclose
x, y = symbols("x y", real=True)
law = GaussianLaw((x, y), [[1, Rational(1, 3)], [Rational(1, 3), 1]])
for mean in (GaussianMean(tanh(x) * tanh(y), law), SphereMean(Max(x, 0) * Max(y, 0), SphereLaw((x, y), 7)), Rational(1, 3) + 0 * x):
    print(enclose(mean, 80).to_json()["ball"])
"""


def test_both_ground_types_of_sympy_give_the_same_balls():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", CHILD], env={"SYMPY_GROUND_TYPES": kind, "PATH": "", "PYTHONPATH": "."},
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout
        for kind in ("python", "flint")
    }  # fmt: skip
    assert len(outputs) == 1


def test_nearly_equal_kinks_are_kept_apart_though_sympy_calls_their_distance_zero():
    near = Rational(1, 10**6)
    angle = acos(1 / sqrt(1 + near))
    assert angle.is_zero  # sympy 1.14: the trap
    x, y = (Symbol(name, real=True) for name in "xy")
    law = GaussianLaw((x, y), [[1, 1], [1, 1 + near]])
    found = enclose(GaussianMean(Heaviside(x, S.Half) * Heaviside(y, S.Half), law), 64)
    assert found.decided
    assert abs(float(found.ball.mid()) - (0.5 - float(angle.evalf(30)) / (2 * 3.141592653589793))) < 1e-12


def test_a_product_that_vanishes_on_every_piece_has_mean_zero():
    x, y = (Symbol(name, real=True) for name in "xy")
    found = enclose(GaussianMean(Max(x, 0) * Max(y, 0), GaussianLaw((x, y), [[1, -1], [-1, 1]])), 64)
    assert found.decided
    assert found.ball == 0
