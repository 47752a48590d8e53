"""The lowered tree against the formula in mpmath, at points that overflow, cancel or sit on a kink."""

import mpmath
import numpy as np
import pytest
from sympy import DiracDelta, Function, Heaviside, I, Piecewise, S, Symbol, exp, lambdify, oo, sqrt

from numerics.lowering import LoweringError, lower, lower_activation, lower_expression, plain_float
from theory import activations
from theory.conventions import x
from theory.grammar import FUNCTIONS, parse_expression
from theory.network import BatchNorm, Network

HARD_POINTS = (-1e3, -300.5, -90, -20, -5.3, -1.7, -0.3, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.25, 4.4, 40, 89.5, 333, 1e3)
FORMULAS = (
    "log(1+exp(x))",
    "1/(1+exp(-x))",
    "exp(x)/(1+exp(x))",
    "x*exp(x)/(1+exp(x))^2",
    "x*tanh(log(1+exp(x)))",
    "x*Phi(x)",
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))",
    "sinh(x)/cosh(x)",
    "log(cosh(x))",
    "log(exp(x)+exp(-x))",
    "sinh(x)/(1+cosh(x))",
    "x*((1+exp(x))^2-1)/((1+exp(x))^2+1)",
    "1-erf(x)",
    "erfc(x)",
    "exp(-x^2)*sin(x)",
    "asinh(x)",
    "asinh(-3*x)",
    "exp(x)-1",
    "2-2*exp(-x^2)",
    "x/(1+abs(x))",
    "x/sqrt(1+x^2)",
    "log(1+abs(x))",
    "step(x)*x",
    "sign(x)*log(1+abs(x))",
    "max(x,0)+0.1*min(x,0)",
    "min(max(x,-1),1)",
    "x*sigmoid(1.702*x)",
    "x^3/(1+x^2)",
    "log(2+3*exp(2*x))",
    "1/(2+3*exp(2*x))^2",
    "1/(1+exp(-x)+exp(-2*x))",
    "exp(2*x)/(1+exp(x))^3",
    "softplus(x)^2",
    "x*Phi(x)*exp(-x^2/2)",
    "tan(x/2000)",
    "asin(x/2000)",
    "acos(x/2000)",
    "atan(x)",
    "cos(x)",
    "sqrt(abs(x))",
    "1/sqrt(1+exp(x))",
)


def assert_follows(elementwise, formula, points, slack=8.0):
    """Errors in units of eps * (|value| + |x value'| + 1): the last term allows for a formula's summands."""
    function = lambdify(x, formula, "mpmath")
    for dtype in (np.float64, np.float32):
        values = np.array(points, dtype=dtype)
        got = elementwise(values)
        assert got.dtype == dtype
        for point, value in zip(values, got):
            with mpmath.workdps(120):
                p, step = mpmath.mpf(float(point)), mpmath.mpf(10) ** -40
                exact = mpmath.mpf(function(p))
                slope = 0 if point == 0 else abs((function(p * (1 + step)) - function(p * (1 - step))) / (2 * step))
            if abs(exact) > float(np.finfo(dtype).max):
                continue
            assert np.isfinite(value), (point, value)
            unit = float(np.finfo(dtype).eps) * (abs(exact) + slope + 1)
            assert abs(float(value) - exact) <= slack * unit, (dtype, point, value, exact)


@pytest.mark.parametrize("text", FORMULAS)
def test_tree_follows_the_formula_at_hard_points(text):
    formula = parse_expression(text)
    assert_follows(lower_activation(formula), formula, HARD_POINTS)


@pytest.mark.parametrize("name", activations.names())
def test_every_built_in_activation_lowers(name):
    activation = activations.get(name)
    elementwise = lower_activation(activation)
    assert elementwise.name == activation.name
    assert elementwise.kinks == tuple(float(k) for k in activation.kinks)
    assert_follows(elementwise, activation.formula, [p for p in HARD_POINTS if abs(p) < 100])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_grammar_lowers(name):
    arity, function = FUNCTIONS[name]
    argument = 2 + x / 10 if name in ("log", "sqrt") else x / 10
    formula = function(argument, S(1) / 3) if arity == 2 else function(argument)
    assert_follows(lower_activation(formula), formula, (-4.5, -1.0, -1e-7, 0.0, 0.125, 3.25, 9.0))


def test_tails_keep_relative_accuracy():
    """Phi(-30) is about 5e-198 and sigmoid(-700) about 1e-304: zero or noise would be the naive formula's answer."""
    for text, at in (("Phi(x)", -30.0), ("1/(1+exp(-x))", -700.0), ("log(1+exp(x))", -600.0), ("exp(x)-1", 1e-14)):
        with mpmath.workdps(700):
            exact = mpmath.mpf(lambdify(x, parse_expression(text), "mpmath")(mpmath.mpf(at)))
        got = lower_activation(text)(np.array([at]))[0]
        assert abs(float(got / exact) - 1) < 1e-12, text


def test_piecewise_with_joined_conditions_and_step_conventions():
    formula = Piecewise((x, (x > -1) & (x < 2)), (-x, (x < -3) | (x >= 4)), (S(1) / 2, True))
    values = np.array([-5.0, -3.0, -1.0, 0.0, 1.5, 2.0, 4.0])
    assert lower_activation(formula)(values).tolist() == [5.0, 0.5, 0.5, 0.0, 1.5, 0.5, -4.0]
    for at_zero in (S.Zero, S.Half, S.One, S(1) / 3):
        got = lower_activation(Heaviside(x, at_zero))(np.array([-1.0, 0.0, 1.0]))
        assert got.tolist() == [0.0, float(at_zero), 1.0]


def test_names_trees_and_constants():
    assert lower_activation("relu").tree == ("max", ("const", 0.0), ("x",))
    assert lower_expression(sqrt(2) + 0 * x) == ("const", 2**0.5)
    assert plain_float(S(1) / 3, "third") == 1 / 3


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (DiracDelta(x), "DiracDelta"),
        (Function("g")(x), "no numerical operation"),
        (x + Symbol("y"), "contains y"),
        (x + I, "not a real number"),
        (Piecewise((x, x > 0)), "end the Piecewise"),
        (x + exp(exp(exp(S(9)))), "not a finite number"),
    ],
)
def test_what_cannot_be_lowered_is_named(formula, message):
    with pytest.raises(LoweringError, match=message):
        lower_activation(formula)
    with pytest.raises(LoweringError, match="not a finite"):
        plain_float(oo, "a")


def test_not_an_activation():
    with pytest.raises(LoweringError, match="an activation is"):
        lower_activation(3.5)


def test_network_becomes_plain_floats():
    spec = lower(Network("x/(1+exp(-x))", BatchNorm(epsilon=S(1) / 100000), 4, weight_variance=S(3) / 2))
    assert (spec.normalization, spec.epsilon, spec.weight_variance, spec.bias_variance) == ("batch", 1e-5, 1.5, 0.0)
    for key in ("batch-uncentered", "layer", "rms", "none"):
        assert lower(Network("relu", key, 4)).normalization == key
    with pytest.raises(LoweringError, match="weight_variance = v is symbolic"):
        lower(Network("relu", None, 4, weight_variance=Symbol("v", positive=True)))
