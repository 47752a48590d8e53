"""The four cases, rates and the slow law, against iterating the map itself."""

import math

import pytest
from sympy import Rational, lambdify

from theory.activations import ActivationError
from theory.conventions import depth, rho
from theory.dual import c_map
from theory.iteration import IterationCase, normalized_iteration, sub_geometric_gap

CASES = [
    ("erf", IterationCase.DECORRELATES),
    ("tanh", IterationCase.DECORRELATES),
    ("x^3", IterationCase.DECORRELATES),
    ("cubic(0,1,0)", IterationCase.INTERIOR),
    ("cos", IterationCase.COLLAPSES),
    ("sigmoid", IterationCase.COLLAPSES),
    ("softplus", IterationCase.COLLAPSES),
    ("relu", IterationCase.COLLAPSES_SLOWLY),
    ("leaky_relu(1/5)", IterationCase.COLLAPSES_SLOWLY),
    ("exp", IterationCase.COLLAPSES_SLOWLY),
    ("gelu", IterationCase.INTERIOR),
    ("step", IterationCase.INTERIOR),
    ("identity", IterationCase.CONSTANT),
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name, case):
    assert normalized_iteration(name).case is case


@pytest.mark.parametrize("name", ["erf", "cos", "gelu", "sin", "cubic(1,1,1)"])
@pytest.mark.parametrize("start", [0.9, 0.2, -0.7])
def test_fixed_point_and_rate_against_iteration(name, start):
    found = normalized_iteration(name)
    kappa = lambdify(rho, c_map(name), "math")
    orbit = [start]
    for _ in range(400):
        orbit.append(kappa(orbit[-1]))
    limit = orbit[-1]
    if found.fixed_point is None:
        assert abs(float(found.equation.subs(rho, limit))) < 1e-12
        assert 0 < limit < 1
        return
    assert abs(limit - float(found.fixed_point)) < 1e-9
    gaps = [abs(r - float(found.fixed_point)) for r in orbit]
    k = next(i for i, g in enumerate(gaps) if g < 1e-4)
    assert abs(gaps[k + 1] / gaps[k] - float(found.rate)) < 1e-2


@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu(1/5)", "exp", "max(x,0)+x/3"])
def test_slow_law_against_iteration(name):
    gap = sub_geometric_gap(name)
    kappa = lambdify(rho, c_map(name), "mpmath")
    from mpmath import mp, workdps

    with workdps(30):
        r, steps = mp.mpf("0.5"), 3000
        for _ in range(steps):
            r = kappa(r)
        ratio = (1 - r) / mp.mpf(gap.subs(depth, steps).evalf(20))
    assert abs(ratio - 1) < 0.02


def test_relu_law_is_the_literature_s():
    from sympy import pi

    assert sub_geometric_gap("relu") == 9 * pi**2 / (2 * depth**2)
    assert normalized_iteration("relu").rate == 1


def test_errors():
    with pytest.raises(ActivationError, match="zero"):
        normalized_iteration("x-x")
    with pytest.raises(ActivationError, match="affine"):
        sub_geometric_gap("x")


def test_other_variance():
    assert normalized_iteration("erf", Rational(1, 10)).rate != normalized_iteration("erf").rate
    assert math.isclose(float(normalized_iteration("sin", 2).rate), 2 / math.sinh(2), rel_tol=1e-12)
