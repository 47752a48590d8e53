"""Means as sympy expressions: bound variables, substitution, printing, derivatives in the law's parameters."""

import itertools
import math

import mpmath
import pytest
from sympy import (
    DiracDelta,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Rational,
    S,
    Symbol,
    exp,
    eye,
    latex,
    sign,
    srepr,
    symbols,
    tanh,
)

import theory.expectation
from tests.theory.reference import compiled, gaussian_pair, gaussian_single
from theory.expectation import (
    BatchNormLaw,
    BatchNormMean,
    GaussianLaw,
    GaussianMean,
    SphereLaw,
    SphereMean,
    sphere_to_gaussian_ratio,
    weak_derivative,
)

u, v, c, q, a = symbols("u v c q a", real=True)
n = Symbol("n", integer=True, positive=True)
PAIR = GaussianLaw((u, v), [[1, c], [c, 1]])


def test_variables_of_the_law_are_bound():
    mean = GaussianMean(a * u * tanh(v), PAIR)
    assert mean.free_symbols == {a, c}
    assert mean.bound_symbols == [u, v]
    assert mean.subs(u, 3) == mean
    assert mean.subs(c, Rational(1, 2)).law == GaussianLaw((u, v), [[1, Rational(1, 2)], [Rational(1, 2), 1]])
    assert mean.subs(a, 2).expression == 2 * u * tanh(v)
    assert (1 + mean**2).subs(c, 0) == 1 + mean.subs(c, 0) ** 2


def test_substitution_does_not_capture():
    mean = GaussianMean(a * tanh(u), GaussianLaw(u, q))
    moved = mean.subs(a, u)
    assert moved.free_symbols == {q, u}
    assert moved.law.variables[0] != u
    back = moved.subs(u, 5)
    assert back.expression.coeff(tanh(back.law.variables[0])) == 5


def test_srepr_round_trip():
    space = {name: getattr(theory.expectation, name) for name in theory.expectation.__dict__}
    exec("from sympy import *", space)
    for mean in (GaussianMean(u * tanh(v), PAIR), SphereMean(tanh(u) ** 2, SphereLaw(u, n, False))):
        assert eval(srepr(mean), space) == mean


def test_latex():
    assert latex(GaussianMean(tanh(u), GaussianLaw(u))) == (
        r"\mathbb{E}_{u \sim \mathcal{N}\left(0, 1\right)}\left[\tanh{\left(u \right)}\right]"
    )
    assert r"\begin{smallmatrix} 1 & c \\ c & 1 \end{smallmatrix}" in latex(GaussianMean(u * v, PAIR))
    sphere = SphereMean(u * v, SphereLaw((u, v), n))
    assert r"(u, v) \sim \sqrt{n}\,\mathbb{S}^{n - 2}_{\perp \mathbf{1}}" in latex(sphere)
    assert r"\operatorname{BN}(x)_{1,3}" in latex(BatchNormMean(u * v, BatchNormLaw((u, v), (0, 2), eye(3))))


@pytest.mark.parametrize(("build", "message"), [
    (lambda: GaussianLaw((u, u)), "distinct"),
    (lambda: GaussianLaw(()), "one or more symbols"),
    (lambda: GaussianLaw((u, v), [[1, 0], [1, 1]]), "symmetric"),
    (lambda: GaussianLaw((u, v), [[1, 2], [2, 1]]), "exceeds what their variances allow"),
    (lambda: GaussianLaw(u, -1), "negative"),
    (lambda: GaussianLaw((u, v), [[1]]), "2 x 2 covariance"),
    (lambda: GaussianLaw((u, v, a), [[1, .9, .9], [.9, 1, -.9], [.9, -.9, 1]]), "positive semi-definite"),
    (lambda: SphereLaw((u, v), 1), "at least 2"),
    (lambda: SphereLaw((u, v, a), 2), "no 3 distinct coordinates"),
    (lambda: SphereLaw(u, Rational(5, 2)), "integer"),
    (lambda: BatchNormLaw((u, v), (0, 0), eye(3)), "distinct places"),
    (lambda: BatchNormLaw((u, v), (0, 3), eye(3)), "run from 0 to 2"),
    (lambda: GaussianMean(u, SphereLaw(u, 5)), "takes a GaussianLaw"),
    (lambda: GaussianMean(eye(2), GaussianLaw(u)), "scalar"),
])  # fmt: skip
def test_errors(build, message):
    with pytest.raises((ValueError, TypeError), match=message):
        build()


FACTORS = [(tanh(u), tanh(v)), (exp(u / 2), v**2), (Max(u, 0), Max(v, 0)), (u**2, v * tanh(v))]


@pytest.mark.parametrize(("left", "right"), FACTORS)
def test_price_derivative_against_a_numeric_derivative(left, right):
    law = GaussianLaw((u, v), [[1 + c, c / 2], [c / 2, 1]])
    price = GaussianMean(left * right, law).diff(c)
    at = 0.3

    def value(expression, t):
        f = Mul(*(e for e in Mul.make_args(expression) if e.has(u)))
        return gaussian_pair(compiled(f, u), compiled(expression / f, v), 1 + t, 1.0, t / 2, (0.0,))

    total = 0.0
    for term in price.as_ordered_terms():
        rate, mean = term.as_coeff_Mul()
        if mean.expression.has(DiracDelta):  # delta(u) f(v): density at 0 times the conditional mean
            body = mean.expression.xreplace({DiracDelta(u): S.One}).subs(u, 0)
            part = gaussian_single(compiled(body, v), 1 - (at / 2) ** 2 / (1 + at), (0.0,))
            total += float(rate) * part / math.sqrt(2 * math.pi * (1 + at))
        else:
            total += float(rate) * value(mean.expression, at)
    h = 1e-2
    d = [value(left * right, at + k * h) - value(left * right, at - k * h) for k in (1, 2, 3)]
    numeric = (45 * d[0] - 9 * d[1] + d[2]) / (60 * h)
    assert abs(total - numeric) < 1e-9


def test_price_derivative_of_kinks():
    assert GaussianMean(Max(u, 0) * Max(v, 0), PAIR).diff(c) == GaussianMean(Heaviside(u) * Heaviside(v), PAIR)
    assert GaussianMean(sign(u) * sign(v), PAIR).diff(c) == GaussianMean(4 * DiracDelta(u) * DiracDelta(v), PAIR)
    jump = Piecewise((0, u < 1), (u, True))
    assert weak_derivative(jump, u) == DiracDelta(u - 1) + Piecewise((0, u < 1), (1, True))
    clipped = weak_derivative(Max(Min(u, 1), -1), u, u)
    assert clipped == DiracDelta(u + 1) - DiracDelta(u - 1)
    with pytest.raises(NotImplementedError, match="one variable each"):
        GaussianMean(Piecewise((u, u > v), (v, True)), PAIR).diff(c)


def test_derivative_inside_and_of_other_symbols():
    mean = GaussianMean(a**2 * tanh(u), GaussianLaw(u, q))
    assert mean.diff(a) == GaussianMean(2 * a * tanh(u), GaussianLaw(u, q))
    assert mean.diff(Symbol("w")) == 0
    assert mean.diff(u) == 0
    with pytest.raises(NotImplementedError, match="n is an integer"):
        SphereMean(tanh(u), SphereLaw(u, n)).diff(n)


def test_sphere_ratio_against_direct_quadrature():
    for size, degree, centered in itertools.product((3, 7), (1, S(5) / 2, 4), (True, False)):
        law = SphereLaw(u, size, centered)
        m, k = int(law.dimension), mpmath.mpf(str(S(degree).evalf(20)))
        # s = sqrt(m) cos(t), density of t proportional to sin(t)^(m-2)
        weight = mpmath.quad(lambda t, m=m: mpmath.sin(t) ** (m - 2), [0, mpmath.pi])
        moment = mpmath.quad(
            lambda t, m=m, k=k: (mpmath.sqrt(m) * abs(mpmath.cos(t))) ** k * mpmath.sin(t) ** (m - 2),
            [0, mpmath.pi / 2, mpmath.pi],
        )
        gauss = 2 ** (k / 2) * mpmath.gamma((k + 1) / 2) / mpmath.sqrt(mpmath.pi)
        ratio = mpmath.mpf(str(sphere_to_gaussian_ratio(S(degree), law).evalf(20)))
        assert abs(moment / weight - ratio * gauss) < 1e-10


def test_means_print_their_law_as_derivations_read_it():
    from sympy import symbols

    from theory import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean, SphereLaw, SphereMean

    u, v, c = symbols("u v c", real=True)
    assert str(GaussianMean(u * v, GaussianLaw((u, v), [[1, c], [c, 2]]))) == "E[u*v; (u, v) ~ N(0, [[1, c], [c, 2]])]"
    assert str(SphereMean(u**2, SphereLaw(u, 5))) == "E[u**2; u ~ sphere(5)]"
    assert str(SphereMean(u * v, SphereLaw((u, v), 4, False))) == "E[u*v; (u, v) ~ sphere(4, uncentred)]"
    row = BatchNormLaw((u, v), (0, 2), [[2, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert (
        str(BatchNormMean(u * v, row)) == "E[u*v; (u, v) = phi(x)[1, 3], x ~ N(0, [[2, 0, 0], [0, 1, 0], [0, 0, 1]])]"
    )
