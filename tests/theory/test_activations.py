"""Activations check themselves: every built-in loads, every wrong fact fails and says by how much."""

import time
from math import prod

import mpmath
import pytest
from sympy import (
    Abs,
    Eq,
    I,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    S,
    Symbol,
    exp,
    gamma,
    lambdify,
    log,
    oo,
    pi,
    sign,
    sin,
    tanh,
)

from theory import activations
from theory.activations import Activation, ActivationError, Growth, Parity
from theory.activations.checks import gaussian_moments
from theory.conventions import rho, x
from theory.grammar import ExpressionError

RELU_DUAL = activations.get("relu").dual


@pytest.mark.parametrize("name", activations.names())
def test_every_built_in_loads_under_its_name(name):
    activation = activations.get(name)
    assert isinstance(activation, Activation)
    assert getattr(activations, name) is not None
    assert activation.name.split("(")[0] == name
    assert activation.formula.free_symbols <= {x}


# even, and 0 at the points where parities are compared
HIDDEN = prod(x**2 - Rational(p) ** 2 for p in ("0.1234", "0.61803", "1.41421", "2.71828", "3.3166", "5.0990"))
WRONG_FACTS = [
    (
        {"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL + rho * (1 - rho**2)},
        r"dual'\(0\) must be .* off by 1.0",
    ),
    ({"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL + rho / 100}, r"dual\(1\) must be E.*off by 0.01"),
    ({"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL + (1 - rho) / 100}, r"dual\(0\) must be .*off by 0.01"),
    (
        {"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL + rho**2 * (1 - rho**2)},
        r"dual''\(0\) must be .* off by 2.0",
    ),
    (
        {"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL - rho**3 * (1 - rho)},
        r"dual\(-1\) must be .* off by 2.0",
    ),
    ({"formula": tanh(x), "parity": Parity.EVEN}, r"declared even, but sigma\(-x\) misses sigma\(x\) by -0.24"),
    ({"formula": exp(x), "parity": Parity.ODD}, r"declared odd, but sigma\(-x\) misses -sigma\(x\) by 2\.0"),
    ({"formula": 2 * tanh(x), "growth": Growth(1, 0)}, r"growth bound .* is exceeded by 0\.\d+ at x = "),
    ({"formula": x**2, "growth": Growth(5, 100)}, r"growth bound .* is exceeded by .* at x = 10000"),
    # what samples cannot see
    (
        {"formula": tanh(x) + 10 * exp(-(10**10) * (x - Rational(1, 32)) ** 2), "growth": Growth(1, 0)},
        r"not shown by the formula",
    ),
    ({"formula": x + HIDDEN * exp(-(x**2)), "parity": Parity.ODD}, r"declared odd, which the formula does not show"),
    (
        {"formula": Max(x, 0), "kinks": (0,), "dual": RELU_DUAL + rho**3 * (1 - rho**2) / 9},
        r"dual\(0.125\) must be 0.19",
    ),
    ({"formula": Max(x, 0)}, r"undeclared kink at 0: derivative of order 1 jumps by 1"),
    ({"formula": Max(x, 0) ** 5}, r"undeclared kink at 0: derivative of order 5 jumps by 120"),
    ({"formula": tanh(x), "kinks": (1,)}, r"declared a kink at 1, but the function is analytic there"),
    ({"formula": Max(Min(x, 1), -1), "kinks": (1, -1)}, r"kinks must be distinct and increasing"),
    ({"formula": x**2, "homogeneity": 1}, r"declared homogeneous of degree 1, but sigma\(3x\) misses .* by 0.09"),
    ({"formula": x + Symbol("a")}, r"may contain x alone, not a"),
    ({"formula": I * x}, r"activations are real"),
    ({"formula": tanh(x), "dual": Symbol("c")}, r"the dual may contain rho alone"),
]


def test_degree_and_parity_are_read_off_the_formula_and_not_off_points():
    near = x + x * (x**2 - 1) ** 2 * (x**2 - 4) * (x**2 - 25) * (49 * x**2 - 9) * exp(-(x**2)) / 10**7
    assert Activation.from_expression(near).homogeneity is None
    assert Activation.from_expression(x + HIDDEN * exp(-(x**2))).parity is Parity.NONE


def test_a_growth_bound_holds_at_single_points_too():
    """A row that starts from samples on a line takes two values: what a function is at one point matters."""
    third = Rational(1, 3)
    assert Activation.from_expression(Piecewise((5, Eq(x, third)), (tanh(x), True))).growth == Growth(5, 0)
    assert Activation.from_expression(4 * exp(-(sign(tanh(x)) ** 2))).growth == Growth(4, 0)
    assert Activation.from_expression(Piecewise((7 * third, Ne(x, 2)), (9, True)) + x).growth == Growth(9, 1)


@pytest.mark.parametrize(("facts", "message"), WRONG_FACTS)
def test_a_wrong_fact_fails_and_says_by_how_much(facts, message):
    with pytest.raises(ActivationError, match=message):
        Activation(name="wrong", **facts)


FOUND = [
    ("x*tanh(log(1+exp(x)))", Parity.NONE, (), (0, 1), None, oo),
    ("max(min(x,1),-1)", Parity.ODD, (-1, 1), (1, 0), None, 0),
    ("abs(abs(x)-1)", Parity.EVEN, (-1, 0, 1), (1, 1), None, 0),
    ("relu(relu(x)-1)", Parity.NONE, (1,), (1, 1), None, 0),
    ("max(x, abs(x)-1)", Parity.NONE, (S(-1) / 2,), (1, 1), None, 0),
    ("max(x,0)^3", Parity.NONE, (0,), None, 3, 2),
    ("abs(x)^(3/2)", Parity.EVEN, (0,), None, S(3) / 2, 0),
    ("x/(1+abs(x))", Parity.ODD, (0,), (1, 0), None, 1),
    ("x^2*exp(-x^2)", Parity.EVEN, (), (exp(-1), 0), None, oo),
    ("x^3/(1+x^2)", Parity.ODD, (), (S(1) / 2, 1), None, oo),
    ("x/(1+exp(-x))", Parity.NONE, (), (0, 1), None, oo),
    ("max(x,0)+min(x,0)", Parity.ODD, (), (0, 1), 1, oo),
    ("step(x)", Parity.NONE, (0,), (1, 0), 0, -1),
    ("sqrt(x^4-2*x^2+1)", Parity.EVEN, (-1, 1), None, None, 0),
    ("max(0, exp(x)-2)", Parity.NONE, (log(2),), None, None, 0),
    ("x^3-x", Parity.ODD, (), None, None, oo),
    ("2", Parity.EVEN, (), (2, 0), 0, oo),
]


@pytest.mark.parametrize(("text", "parity", "kinks", "growth", "homogeneity", "smoothness"), FOUND)
def test_facts_are_found_from_a_formula(text, parity, kinks, growth, homogeneity, smoothness):
    activation = Activation.from_expression(text)
    assert activation.parity is parity
    assert activation.kinks == kinks
    assert activation.growth == (None if growth is None else Growth(*growth))
    assert activation.homogeneity == homogeneity
    assert activation.smoothness == smoothness


@pytest.mark.parametrize("text", ["x*tanh(log(1+exp(x)))", "abs(abs(x)-1)", "x^3/(1+x^2)", "log(1+x^2)", "x*atan(x)",
                                  "sqrt(1+x^2)-1", "asinh(3*x)-x", "exp(-x^2/2)*cos(5*x)", "x^4*exp(-x^2+x)",
                                  "log(1/10+exp(2*x))", "sqrt(abs(x))", "(x^2+2*x+5)^(1/3)"])  # fmt: skip
def test_a_found_growth_bound_holds_on_a_fine_grid(text):
    activation = Activation.from_expression(text)
    assert activation.growth is not None
    function = lambdify(x, activation.formula, "mpmath")
    a0, a1 = (mpmath.mpf(str(e.evalf(20))) for e in (activation.growth.constant, activation.growth.slope))
    excess = max(abs(function(mpmath.mpf(k) / 97)) - a0 - a1 * abs(mpmath.mpf(k) / 97) for k in range(-1000, 1001))
    assert excess <= mpmath.mpf(10) ** -12


@pytest.mark.parametrize(("formula", "kinks"), [
    (Piecewise((x, x > 0), (exp(x) - 1, True)), (0,)),
    (Piecewise((0, x < -3), (x * (x + 3) / 6, x < 3), (x, True)), (-3, 3)),
    (Piecewise((x, (x > 0) & (x < 2)), (0, True)), (0, 2)),
    (Piecewise((sin(x) / x, x < 0), (1, x <= 0), (sin(x) / x, True)), ()),
    (Max(Abs(x) - 1, 0) * Min(x, 2), (-1, 1, 2)),
])  # fmt: skip
def test_kinks_of_piecewise_formulas(formula, kinks):
    assert Activation.from_expression(formula).kinks == kinks


REFUSED = [
    ("log(x)", "complex at x = -1"),
    ("sqrt(x)", "complex at x = -1"),
    ("1/x", "unbounded at x = 0"),
    ("1/(x^2-2)", r"unbounded at x = -sqrt\(2\)"),
    ("asin(x)", r"complex at x = 2"),
    ("tan(x)", "infinite at x = pi/2"),
    ("tan(x/4)", r"infinite at x = 2\*pi"),
    ("log(abs(x))", "unbounded at x = 0"),
    ("sin(x)/x", "undefined at x = 0"),
    ("abs(x)^(-1/4)", "unbounded at x = 0"),
    ("1/(exp(x)-1)", "unbounded at x = 0"),
    ("max(0,sin(x))", "cannot be found exactly"),
    ("exp(exp(exp(x)))", r"exceeds 10\^308"),
    ("(-8)^(1/3)*x", "not a real number"),
    ("x*asin(2)", "not a real number"),
    ("x*sqrt(1-x^2)", "complex at x = "),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_formula_that_is_no_activation_is_refused_in_one_line(text, message):
    start = time.perf_counter()
    with pytest.raises((ActivationError, ExpressionError), match=message) as refusal:
        Activation.from_expression(text)
    assert "\n" not in str(refusal.value)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(("formula", "message"), [
    (x + Symbol("y"), "may contain x alone, not y"),
    (gamma(x), "gamma is none of the functions known"),
    (x**pi, "exponent"),
    (I * x, "real"),
    (x.diff(x) * Symbol("f", real=True), "x alone"),
])  # fmt: skip
def test_a_sympy_expression_that_is_no_activation_is_refused(formula, message):
    with pytest.raises(ActivationError, match=message):
        Activation.from_expression(formula)


def test_a_float_becomes_the_decimal_that_was_written():
    assert Activation.from_expression(0.1 * Symbol("x")).formula == x / 10
    assert Activation.from_expression("0.044715*x").formula == Rational(44715, 10**6) * x


def test_from_expression_is_fast():
    activations.get("tanh")
    start = time.perf_counter()
    Activation.from_expression("x*tanh(log(1+exp(x)))*step(x)+min(x,1/3)")
    assert time.perf_counter() - start < 0.5


def test_derivative_is_distributional():
    relu, hard = activations.get("relu"), Activation.from_expression("max(min(x,1),-1)")
    test_function = lambda t: exp(-(t**2)) * (1 + t)
    for activation, order in ((relu, 2), (hard, 2), (Activation.from_expression("step(x)"), 1)):
        left = sum(coefficient * test_function(point) for coefficient, point in _deltas(activation.derivative(order)))
        moved = activation.formula.rewrite(Piecewise) * test_function(x).diff(x, order) * (-1) ** order
        right = mpmath.quad(lambdify(x, moved, "mpmath"), [-6, -1, 0, 1, 6])
        assert abs(mpmath.mpf(left.evalf(20)) - right) < 1e-8


def _deltas(expression):
    from sympy import Add, DiracDelta

    for term in Add.make_args(expression):
        for delta in term.atoms(DiracDelta):
            yield term / delta, x - delta.args[0]


def test_get_understands_names_parameters_and_expressions():
    assert activations.get("leaky_relu(1/5)").formula == Max(x, 0) + Min(x, 0) / 5
    assert activations.get("x*tanh(x)").parity is Parity.EVEN
    with pytest.raises(ActivationError, match="did you mean 'relu'"):
        activations.get("rellu")
    with pytest.raises(ExpressionError):
        activations.get("leaky_relu(")
    with pytest.raises(ValueError, match="exact real number"):
        activations.leaky_relu(0.2)


def test_gaussian_moment_against_known_values():
    relu = activations.get("relu")
    (moment,) = gaussian_moments(lambda t: max(t, mpmath.mpf(0)), relu.kinks, (lambda t, f, g: f**4,))
    assert abs(moment - mpmath.mpf(3) / 2) < 1e-12
