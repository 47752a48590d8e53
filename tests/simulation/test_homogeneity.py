"""Positive homogeneity as read off the tree, against the function's own values."""

import numpy as np
import pytest

from numerics.simulation.elementwise import BUILTIN, Elementwise, leaky_relu
from numerics.simulation.homogeneity import homogeneous_degree

X = ("x",)
ZERO = ("const", 0.0)
DEGREES = {
    X: 1,
    ("max", X, ZERO): 1,
    leaky_relu(0.2).tree: 1,
    ("abs", X): 1,
    ("neg", ("sqrt", ("mul", X, X))): 1,
    ("mul", ("heaviside", X), X): 1,
    ("mul", ("sign", X), ("pow", X, ("const", 2.0))): 2,
    ("where", ("lt", X, ZERO), ("mul", ("const", 0.1), X), X): 1,
    ("div", ("pow", ("max", X, ZERO), ("const", 3.0)), ("add", ("abs", X), ("max", X, ZERO))): 2,
    ("sign", X): 0,
    ("const", 2.0): 0,
    ("exp", ("const", 2.0)): 0,
}
NOT_SHOWN = [
    *(BUILTIN[name].tree for name in ("tanh", "gelu", "softplus", "sin", "erf", "silu")),
    ("max", X, ("const", 1.0)),
    ("add", X, ("mul", X, X)),
    ("where", ("lt", X, ("const", 1.0)), X, ZERO),
    ("where", ("lt", X, ZERO), X, ("mul", X, X)),
    ("div", X, ZERO),
    ZERO,
]


@pytest.mark.parametrize("tree", DEGREES)
def test_degree_is_that_of_the_function(tree):
    degree = homogeneous_degree(tree)
    assert degree == DEGREES[tree]
    values = np.linspace(-3, 3, 62)
    function = Elementwise("f", tree)
    for scale in (0.1, 7.0):
        np.testing.assert_allclose(function(scale * values), scale**degree * function(values), rtol=1e-12)


@pytest.mark.parametrize("tree", NOT_SHOWN)
def test_no_degree_is_claimed_for_others(tree):
    assert homogeneous_degree(tree) is None
