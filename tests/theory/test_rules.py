"""Derived closed forms against reference integrals that share no code with them, at hard points, and against Price."""

import math

import mpmath
import pytest
from sympy import (
    Abs,
    Heaviside,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    cos,
    cosh,
    diff,
    erf,
    exp,
    latex,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from numerics.enclose import enclose
from tests.theory.reference import compiled, gaussian_pair, gaussian_single, sphere_pair
from theory.conventions import batch_size, x, z
from theory.derivation import derive
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereLaw, SphereMean
from theory.rules.base import NotIntegrableError
from theory.special import BivariateNormalCdf, bivariate_normal_cdf

u, v, w = symbols("u v w", real=True)
q1, q2 = symbols("q1 q2", positive=True)
c = Symbol("c", real=True)
LAW = GaussianLaw((u, v), [[q1, c], [c, q2]])

# every one has kinks in {-1, 0, 1}; most of them are in no list of activations
CLOSED = {
    "relu": Max(x, 0),
    "leaky": Max(x, 0) + Min(x, 0) / 5,
    "absolute": Abs(x),
    "relu squared": Max(x, 0) ** 2,
    "relu cubed": Max(x, 0) ** 3,
    "step": Heaviside(x, S.Half),
    "sign": sign(x),
    "erf": erf(x),
    "erf of an affine argument": erf(2 * x + 1),
    "sine": sin(x),
    "cosine with a phase": cos(2 * x + 1),
    "exponential": exp(x / 2),
    "hyperbolic cosine": cosh(x / 3),
    "gaussian": exp(-(x**2) / 2),
    "gelu": x * (1 + erf(x / sqrt(2))) / 2,
    "cubic": x**3 - 2 * x**2 + 1,
    "gabor": exp(-(x**2) / 2) * cos(2 * x),
    "x sin x": x * sin(x),
    "x exp(-x^2)": x * exp(-(x**2)),
    "x^2 sign": x * Abs(x),
    "mixed kinks": Max(x, 0) ** 2 - 3 * Abs(x) + x,
    "fractional power": Abs(x) ** Rational(3, 2) + Max(x, 0) ** Rational(3, 2),
    "elu": Piecewise((x, x > 0), (exp(x) - 1, True)),
    "hard tanh": Max(Min(x, 1), -1),
    "window": Piecewise((1, (x > -1) & (x < 1)), (0, True)),
    "shifted relu": Max(x - 1, 0),
    "relu times exp": Max(x, 0) * exp(-x),
    "laplace": exp(-Abs(x)),
    "quadratic spline": Piecewise((0, x < -1), ((x + 1) ** 2 / 4, x < 1), (x, True)),
}

HARD_POINTS = [
    (1, 1, Rational(999, 1000)),
    (1, 1, Rational(-97, 100)),
    (S(1) / 2, 2, Rational(3, 10)),
    (S(17) / 10, S(3) / 10, 0),
]


@pytest.fixture(scope="module")
def forms():
    return {name: derive(GaussianMean(f.subs(x, u) * f.subs(x, v), LAW)) for name, f in CLOSED.items()}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_form_at_hard_points(name, forms):
    derivation, function = forms[name], compiled(CLOSED[name], x)
    assert derivation.solved, [str(r) for r in derivation.refusals]
    for a, b, r in HARD_POINTS:
        expected = gaussian_pair(function, function, float(a), float(b), float(r), (-1.0, 0.0, 1.0))
        value = complex(derivation.form.subs({q1: a, q2: b, c: r}).evalf(17))
        assert abs(value - expected) < 2e-10 * (1 + abs(expected)), (a, b, r, value, expected)


@pytest.mark.parametrize("name", [n for n in CLOSED if n not in ("window", "step", "sign", "fractional power")])
def test_closed_form_obeys_price(name, forms):
    """The c-derivative of the form is the closed mean of f' f' found separately, to 15 digits."""
    point = {q1: Rational(13, 10), q2: Rational(4, 5), c: Rational(-2, 7)}
    slope = diff(forms[name].form, c).subs(point).evalf(18)
    other = GaussianMean(CLOSED[name].subs(x, u) * CLOSED[name].subs(x, v), LAW).diff(c)
    for mean in other.atoms(Mean):
        other = other.xreplace({mean: derive(mean).form})
    assert not other.has(Mean)
    assert abs(slope - other.subs(point).evalf(18)) < 1e-14


@pytest.mark.parametrize("name", CLOSED)
def test_coinciding_and_opposite_inputs(name):
    """c = +-1 at unit variances: the degenerate law, against a one-dimensional reference."""
    f = CLOSED[name]
    for r in (1, -1):
        form = derive(GaussianMean(f.subs(x, u) * f.subs(x, v), GaussianLaw((u, v), [[1, r], [r, 1]]))).form
        expected = gaussian_single(compiled(f * f.subs(x, r * x), x), 1.0, (-1.0, 0.0, 1.0))
        assert abs(float(form) - expected) < 1e-10 * (1 + abs(expected))


def test_different_functions_and_three_variables():
    form = derive(GaussianMean(Max(u, 0) * exp(v), LAW)).form
    expected = gaussian_pair(compiled(Max(x, 0), x), compiled(exp(x), x), 1.5, 0.7, 0.4, (0.0,))
    assert abs(complex(form.subs({q1: 1.5, q2: Rational(7, 10), c: Rational(2, 5)})) - expected) < 1e-10
    law = GaussianLaw((u, v, w), [[1, c, 0], [c, 1, 0], [0, 0, 2]])
    assert derive(GaussianMean(u * v * w**2, law)).form == 2 * c
    third = GaussianLaw((u, v, w), [[1, S.Half, S.Half], [S.Half, 1, S.Half], [S.Half, S.Half, 1]])
    assert derive(GaussianMean(Heaviside(u) * Heaviside(v) * Heaviside(w), third)).form == Rational(1, 4)


def test_isserlis_in_four_variables():
    names = z
    entries = [[Symbol(f"s{min(i, j)}{max(i, j)}", real=True) for j in range(4)] for i in range(4)]
    form = derive(GaussianMean(names[0] * names[1] * names[2] * names[3], GaussianLaw(names, entries))).form
    s = entries
    assert form.expand() == s[0][1] * s[2][3] + s[0][2] * s[1][3] + s[0][3] * s[1][2]


def test_rules_are_named_and_refusals_give_reasons():
    relu = derive(GaussianMean(Max(u, 0) * Max(v, 0), LAW))
    assert {"half-lines", "Price"} <= set(relu.rules)
    gelu = derive(GaussianMean(CLOSED["gelu"].subs(x, u) * CLOSED["gelu"].subs(x, v), LAW))
    assert {"linearity", "Stein", "error functions", "change of measure"} <= set(gelu.rules)
    unsolved = derive(GaussianMean(tanh(u) * tanh(v), LAW))
    assert not unsolved.solved
    assert unsolved.form == unsolved.mean
    reasons = {r.rule: r.reason for r in unsolved.refusals}
    assert reasons["Isserlis"] == "the integrand is not a polynomial"
    assert "unverified" in str(relu)
    assert GaussianMean(tanh(u) * tanh(v), LAW).doit() == GaussianMean(tanh(u) * tanh(v), LAW)
    assert (1 + GaussianMean(u**2, GaussianLaw(u, q1))).doit() == 1 + q1


def test_linearity_solves_what_it_can():
    form = derive(GaussianMean((tanh(u) + u) ** 2, GaussianLaw(u))).form
    assert form.has(Mean)
    assert form.subs(dict.fromkeys(form.atoms(Mean), 0)) == 1


def test_latex_of_a_derivation():
    text = derive(GaussianMean(Max(u, 0) * Max(v, 0), LAW)).latex()
    assert text.startswith("\\begin{align*}")
    assert text.endswith("\\end{align*}")
    assert "&& \\text{Price}" in text
    assert text.count("&=") == text.count("\\\\\n") + 1


def test_presentation():
    r = Symbol("r", real=True)
    relu = derive(GaussianMean(Max(u, 0) * Max(v, 0), GaussianLaw((u, v), [[1, r], [r, 1]]))).form
    assert str(relu) == "(r*(pi - acos(r)) + sqrt(1 - r**2))/(2*pi)"
    sphere = derive(SphereMean(Max(z[0], 0) * Max(z[1], 0), SphereLaw(z[:2], batch_size))).form
    assert str(sphere) == "(sqrt(n)*sqrt(n - 2) - acos(1/(n - 1)))/(2*pi*(n - 1))"
    assert r"\operatorname{acos}{\left(-" not in latex(sphere)
    m = Symbol(
        "m", integer=True, positive=True
    )  # any positive integer: no batch size, so (m - 2)^2 stays under the root
    spread = derive(GaussianMean(Abs(u), GaussianLaw(u, (m - 2) ** 2))).form
    assert abs((spread - sqrt(2 / S.Pi)).subs(m, 1).evalf()) < 1e-14


INFINITE = [
    (exp(u**2), GaussianLaw(u), "grows as fast as the density"),
    (exp(u**2 + v**2 - 2), GaussianLaw((u, v), [[1, S.Half], [S.Half, 1]]), "is infinite"),
    (exp(u**4), GaussianLaw(u), "faster than a square"),
    (exp(u**3), GaussianLaw(u), "faster than a square"),
    (1 / u, GaussianLaw(u), "pole at u = 0"),
    (1 / (u**2 - 2), GaussianLaw(u), "pole at u = -sqrt"),
]


@pytest.mark.parametrize(("body", "law", "message"), INFINITE)
def test_infinite_means_are_refused(body, law, message):
    with pytest.raises(NotIntegrableError, match=message):
        GaussianMean(body, law).doit()


def test_integrable_quadratic_exponentials():
    assert derive(GaussianMean(exp(u**2 / 4), GaussianLaw(u))).form == sqrt(2)
    b = Rational(1, 8)
    form = derive(GaussianMean(exp(b * u**2 + b * v**2), LAW)).form
    direct = 1 / sqrt((1 - 2 * b * q1) * (1 - 2 * b * q2) - 4 * b**2 * c**2)
    assert abs((form - direct).subs({q1: 1, q2: 2, c: S.Half}).evalf()) < 1e-14
    with pytest.raises(TypeError, match="derive takes"):
        derive(u)
    assert derive(SphereMean(exp(z[0] ** 2), SphereLaw(z[0], 5))).form.has(SphereMean)


SPHERE = [
    Max(x, 0),
    Abs(x),
    x**3 - x,
    x**2,
    sin(x),
    cos(2 * x),
    Heaviside(x, S.Half),
    Max(x, 0) ** 2,
    Abs(x) ** Rational(3, 2),
]


@pytest.mark.parametrize("f", SPHERE, ids=str)
def test_sphere_forms_with_symbolic_batch_size(f):
    pair = derive(SphereMean(f.subs(x, z[0]) * f.subs(x, z[1]), SphereLaw(z[:2], batch_size)))
    single = derive(SphereMean(f.subs(x, z[0]) ** 2, SphereLaw(z[0], batch_size)))
    assert pair.solved
    assert single.solved
    for n in (4, 5, 12):
        expected = sphere_pair(compiled(f, x), n, True)
        found = (float(single.form.subs(batch_size, n)), float(pair.form.subs(batch_size, n)))
        assert max(abs(a - b) for a, b in zip(found, expected)) < 1e-9, (n, found, expected)


def test_two_samples_are_a_random_sign():
    assert derive(SphereMean(exp(z[0]) * exp(2 * z[1]), SphereLaw(z[:2], 2))).form == exp(1) / 2 + exp(-1) / 2


@pytest.mark.parametrize(
    ("h", "k", "r"), [(S.Half, -S.One / 3, S(9) / 10), (-2, 1, -S(99) / 100), (3, S.Half, S.One / 7)]
)
def test_bivariate_normal_cdf_in_balls(h, k, r):
    ball = enclose(BivariateNormalCdf(h, k, r), 128).ball
    assert ball.rad() < 1e-28
    with mpmath.workdps(40):
        value = bivariate_normal_cdf(h, k, mpmath.mpmathify(r.evalf(40)))
        assert abs(mpmath.mpf(ball.mid().str(36, radius=False)) - value) < mpmath.mpf(10) ** -28


VERIFIED = ["relu", "gelu", "erf", "relu squared", "gabor", "elu", "sine", "hard tanh", "shifted relu", "x exp(-x^2)"]


@pytest.mark.parametrize("name", VERIFIED)
def test_closed_form_in_balls(name):
    """Enclosures of the form and of the mean, which share no code, overlap and are narrow."""
    for a, b, r in ((1, 1, Rational(99, 100)), (Rational(1, 2), 2, Rational(-3, 10))):
        body = CLOSED[name].subs(x, u) * CLOSED[name].subs(x, v)
        mean = GaussianMean(body, GaussianLaw((u, v), [[a, r], [r, b]]))
        left, right = enclose(derive(mean).form, 100).ball, enclose(mean, 100).ball
        assert left.overlaps(right)
        assert max(left.rad(), right.rad()) < 1e-20


def test_bivariate_normal_cdf():
    h, k, r = symbols("h k r", real=True)
    f = BivariateNormalCdf(h, k, r)
    point = {h: Rational(1, 3), k: Rational(-1, 2), r: Rational(9, 10)}
    eps = Rational(1, 10**4)
    for s in (h, k, r):
        ends = [f.subs({**point, s: point[s] + t * eps}).evalf(30) for t in (-2, -1, 1, 2)]
        numeric = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * eps)
        assert abs(numeric - f.diff(s).subs(point).evalf(30)) < 1e-12
    reference = gaussian_pair(lambda t: 1.0 * (t <= 1 / 3), lambda t: 1.0 * (t <= -0.5), 1, 1, 0.9, (1 / 3,), (-0.5,))
    assert abs(float(f.subs(point)) - reference) < 1e-12
    assert abs(float(BivariateNormalCdf(1, 1, 0.999999)) - 0.5 * math.erfc(-1 / math.sqrt(2))) < 1e-3
    assert BivariateNormalCdf(1, -2, Rational(1, 3)).is_positive
    assert f.is_positive is None  # r may be -1 or out of range
    assert f.is_finite
    assert bivariate_normal_cdf(1, 2, 1) == bivariate_normal_cdf(2, 1, 1)
    assert bivariate_normal_cdf(-1, 0.5, -1) == 0
    with pytest.raises(ValueError, match="correlation"):
        bivariate_normal_cdf(0, 0, 2)
