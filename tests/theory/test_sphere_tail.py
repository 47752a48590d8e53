"""Shifted kinks on the sphere: incomplete beta functions against an integral over the angle."""

import mpmath
import pytest
from sympy import Heaviside, Max, Min, Rational, Symbol, lambdify, symbols

from theory.derivation import derive
from theory.expectation import Mean, SphereLaw, SphereMean

z, other, s = symbols("z other s", real=True)
n = Symbol("n", integer=True, positive=True)

SHIFTED = {
    "hard tanh squared": (Max(-1, Min(1, z)) ** 2, (-1, 1)),
    "shifted cubic": (Max(z - Rational(1, 2), 0) ** 3, (0.5,)),
    "beyond small spheres": (Max(z + 2, 0) + z**2, (-2,)),
    "step": (Heaviside(z - Rational(3, 2)), (1.5,)),
}


def angle_integral(function, size, centered, kinks):
    m = size - 1 if centered else size
    f, radius = lambdify(z, function, "mpmath"), mpmath.sqrt(m)
    bends = sorted({mpmath.mpf(0), +mpmath.pi, *(mpmath.acos(t / radius) for t in kinks if abs(t) < radius)})
    mass = mpmath.beta(mpmath.mpf(m - 1) / 2, 0.5)
    return mpmath.quad(lambda t: f(radius * mpmath.cos(t)) * mpmath.sin(t) ** (m - 2), bends) / mass


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("name", SHIFTED)
def test_shifted_kinks_in_one_coordinate(name, centered):
    function, kinks = SHIFTED[name]
    form = derive(SphereMean(function, SphereLaw(z, n, centered))).guarded
    for size in (3, 4, 7):
        expected = angle_integral(function, size, centered, kinks)
        found = derive(SphereMean(function, SphereLaw(z, size, centered)))
        assert found.solved
        assert not found.conditions
        assert abs(found.form.evalf(17) - expected) < 1e-13
        at = form.subs(n, size)
        assert at.has(Mean) or abs(at.evalf(17) - expected) < 1e-13
    assert not form.subs(n, 7).has(Mean)


def test_a_symbolic_threshold_has_its_condition():
    form = derive(SphereMean(Heaviside(z - s), SphereLaw(z, 4))).guarded
    assert form.subs(s, 2).has(Mean)
    assert (
        abs(form.subs(s, 1).evalf(17) - (1 - 1 / mpmath.sqrt(3)) / 2) < 1e-15
    )  # Archimedes: uniform in three dimensions


def test_two_coordinates_are_refused_with_a_reason():
    product = Max(-1, Min(1, z)) * Max(-1, Min(1, other))
    derivation = derive(SphereMean(product, SphereLaw((z, other), 6)))
    assert not derivation.solved
    assert any("threshold away from 0 in two coordinates" in r.reason for r in derivation.refusals)
