"""Activations as plain data, against math's own functions, entry by entry."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.simulation import elementwise, error_function
from numerics.simulation.elementwise import BUILTIN, Elementwise, leaky_relu

X = ("x",)
GRID = np.concatenate([np.linspace(-30, 30, 6001), np.random.default_rng(1).normal(size=3000), [0.0, -0.0, 1e-300]])


def _sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))


REFERENCE = {
    "identity": lambda v: v,
    "relu": lambda v: max(v, 0.0),
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
    "abs": abs,
    "erf": math.erf,
    "tanh": math.tanh,
    "sin": math.sin,
    "gelu": lambda v: v * math.erfc(-v / math.sqrt(2)) / 2,
    "silu": lambda v: v * _sigmoid(v),
    "softplus": lambda v: max(v, 0.0) + math.log1p(math.exp(-abs(v))),
}


@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_builtin_equals_its_definition(name):
    expected = np.array([REFERENCE[name](v) for v in GRID])
    assert np.max(np.abs(BUILTIN[name](GRID) - expected) / np.maximum(1, np.abs(expected))) < 1e-15
    single = BUILTIN[name](GRID.astype(np.float32))
    assert single.dtype == np.float32
    rounded = np.array([REFERENCE[name](v) for v in GRID.astype(np.float32).astype(float)])
    assert np.max(np.abs(single - rounded) / np.maximum(1, np.abs(rounded))) < 1e-6


@pytest.mark.parametrize("name", sorted(BUILTIN))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_writing_into_the_argument_changes_nothing_else(name, dtype):
    values = GRID.astype(dtype)
    expected = BUILTIN[name](values)
    np.testing.assert_array_equal(values, GRID.astype(dtype))
    out = np.empty_like(values)
    assert BUILTIN[name](values, out=out) is out
    np.testing.assert_array_equal(out, expected)
    assert BUILTIN[name](values, out=values) is values
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_error_functions_are_accurate_relative_to_themselves(name):
    expected = np.array([getattr(math, name)(v) for v in GRID])
    normal = np.abs(expected) > 1e-300
    got = getattr(error_function, name)(GRID)
    assert np.max(np.abs(got[normal] / expected[normal] - 1)) < 1e-15
    assert getattr(error_function, name)(np.array([np.inf, -np.inf])).tolist() == [
        getattr(math, name)(math.inf),
        getattr(math, name)(-math.inf),
    ]
    assert np.isnan(getattr(error_function, name)(np.array([np.nan]))).all()


def test_norm_cdf_is_accurate():
    expected = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in GRID])
    assert np.max(np.abs(error_function.norm_cdf(GRID) - expected)) < 1e-15


OPERATIONS = {
    "add": (("add", X, ("const", 2.0), X), lambda v: 2 * v + 2),
    "mul": (("mul", X, X, ("const", 3.0)), lambda v: 3 * v * v),
    "div": (("div", ("const", 1.0), ("add", ("const", 1.0), ("mul", X, X))), lambda v: 1 / (1 + v * v)),
    "square": (("pow", X, ("const", 2.0)), lambda v: v**2),
    "cube": (("pow", X, ("const", 3.0)), lambda v: v**3),
    "inverse": (("pow", ("add", X, ("const", 9.0)), ("const", -1.0)), lambda v: 1 / (v + 9)),
    "root": (("pow", ("abs", X), ("const", 0.5)), lambda v: math.sqrt(abs(v))),
    "power": (("pow", ("abs", X), ("const", 2.5)), lambda v: abs(v) ** 2.5),
    "min": (("min", X, ("const", 1.0)), lambda v: min(v, 1.0)),
    "neg": (("neg", X), lambda v: -v),
    "sign": (("sign", X), lambda v: float(np.sign(v))),
    "heaviside": (("heaviside", X), lambda v: 0.5 if v == 0 else float(v > 0)),
    "expm1": (("expm1", X), math.expm1),
    "log": (("log", ("exp", X)), lambda v: v),
    "log1p": (("log1p", ("abs", X)), lambda v: math.log1p(abs(v))),
    "cos": (("cos", X), math.cos),
    "tan": (("tan", X), math.tan),
    "sinh": (("sinh", X), math.sinh),
    "cosh": (("cosh", X), math.cosh),
    "atan": (("atan", X), math.atan),
    "asin": (("asin", ("tanh", X)), lambda v: math.asin(math.tanh(v))),
    "acos": (("acos", ("tanh", X)), lambda v: math.acos(math.tanh(v))),
    "sqrt": (("sqrt", ("abs", X)), lambda v: math.sqrt(abs(v))),
    "elu": (("where", ("lt", X, ("const", 0.0)), ("expm1", X), X), lambda v: math.expm1(v) if v < 0 else v),
    "steps": (
        ("where", ("ge", X, ("const", 0.5)), ("const", 1.0), ("where", ("gt", X, ("const", -1.0)), X, ("const", -1.0))),
        lambda v: 1.0 if v >= 0.5 else (v if v > -1 else -1.0),
    ),
    "constant": (("exp", ("const", 1.0)), lambda v: math.e),
    "constant_factor": (("mul", ("sqrt", ("const", 2.0)), X), lambda v: math.sqrt(2) * v),
    "at_most": (("where", ("le", X, ("const", 0.0)), ("const", 0.0), X), lambda v: 0.0 if v <= 0 else v),
}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_operation_equals_its_definition(name, dtype):
    tree, definition = OPERATIONS[name]
    values = np.linspace(-2, 2, 41).astype(dtype)
    expected = np.array([definition(v) for v in values.astype(float)])
    got = Elementwise(name, tree)(values)
    assert got.dtype == dtype
    assert np.max(np.abs(got - expected) / np.maximum(1, np.abs(expected))) < 8 * np.finfo(dtype).eps


def test_discarded_branches_and_extreme_arguments_do_not_warn():
    elu = Elementwise("elu", OPERATIONS["elu"][0])
    assert elu(np.array([1e4, -1e4])).tolist() == [1e4, -1.0]
    extreme = np.array([-1e300, 1e300])
    assert BUILTIN["softplus"](extreme).tolist() == [0.0, 1e300]
    assert BUILTIN["silu"](extreme).tolist() == [0.0, 1e300]


@given(slope=st.floats(-2, 3), value=st.floats(-1e3, 1e3))
def test_leaky_relu_at_any_slope(slope, value):
    expected = value if value > 0 else slope * value
    assert leaky_relu(slope)(np.array([value]))[0] == pytest.approx(expected, rel=1e-15, abs=1e-300)


def test_travels_and_keys():
    for activation in BUILTIN.values():
        assert pickle.loads(pickle.dumps(activation)) == activation
        assert hash(activation) == hash(Elementwise(activation.name, list(activation.tree), activation.kinks))


DEEP = X
for _ in range(300):
    DEEP = ("neg", DEEP)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (("__import__", X), "unknown operation '__import__'"),
        (("x", X), "wrong children"),
        (("const", "1"), "write \\('const', number\\)"),
        (("const", math.nan), "constants are finite"),
        (("tanh",), "wrong children"),
        (("add", X), "wrong children"),
        (("div", X), "wrong children"),
        (("pow", X, X), "wrong children"),
        (("where", ("add", X, X), X, X), "wrong children"),
        (("where", ("lt", X), X, X), "wrong children"),
        ("x", "write \\(operation, child, ...\\)"),
        ((), "write \\(operation, child, ...\\)"),
        (("neg", 3), "write \\(operation, child, ...\\)"),
        (DEEP, "deeper than"),
        (("add", *[X] * elementwise.MAX_NODES), "more than 10000 nodes"),
    ],
)
def test_malformed_trees_are_refused(tree, message):
    with pytest.raises(ValueError, match=message):
        Elementwise("bad", tree)
