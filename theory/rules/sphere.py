"""Rules of the sphere: homogeneous integrands are Gaussian means times a ratio; exponentials are Bessel functions."""

from __future__ import annotations

from sympy import (
    Expr,
    I,
    ImmutableDenseMatrix,
    Matrix,
    Mul,
    Poly,
    PolynomialError,
    S,
    cos,
    exp,
    expand,
    hyper,
    sin,
)

from theory.expectation import GaussianLaw, GaussianMean, SphereLaw, SphereMean, sphere_to_gaussian_ratio
from theory.rules.base import NotApplicable, Rule, factors_by_variables
from theory.rules.homogeneous import half_line_powers
from theory.rules.tidy import tidy_rational


def gaussian_twin(law: SphereLaw) -> GaussianLaw:
    """The centred Gaussian law with the second moments of `law`."""
    k = len(law.variables)
    entries = ImmutableDenseMatrix(k, k, lambda i, j: S.One if i == j else law.correlation)
    return GaussianLaw(law.variables, entries)


def total_degree(mean: SphereMean) -> Expr:
    """Degree of a positively homogeneous integrand, or NotApplicable."""
    names = mean.law.variables
    degree: Expr = S.Zero
    for key, factor in factors_by_variables(mean).items():
        if not key:
            continue
        if len(key) == 1:
            degree += half_line_powers(factor, next(iter(key))).degree
            continue
        if not factor.is_polynomial(*names):
            raise NotApplicable(f"{factor} has several variables and is no polynomial")
        poly = Poly(factor, *names)
        if not poly.is_homogeneous:
            raise NotApplicable(f"{factor} is not homogeneous")
        degree += poly.total_degree()
    return degree


def homogeneous(mean: SphereMean) -> Expr:
    degree = total_degree(mean)
    if not degree.is_nonnegative:
        raise NotApplicable(f"the degree {degree} is not known to be nonnegative")
    return sphere_to_gaussian_ratio(degree, mean.law) * GaussianMean(mean.expression, gaussian_twin(mean.law))


def characteristic(mean: SphereMean) -> Expr:
    """E e^{w.z} = 0F1(; m/2; m Var(w.z)/4) in m dimensions, a Bessel function; cosine alike with the other sign."""
    names, m = mean.law.variables, mean.law.dimension
    body = mean.expression
    if not isinstance(body, (sin, cos, exp)):
        trig = Mul(*(f for f in Mul.make_args(body) if f.has(sin, cos)))
        if trig == body and body.has(sin, cos):
            from sympy.simplify.fu import TR8

            wide = expand(TR8(body))
            if wide != body:
                return SphereMean(wide, mean.law)
        raise NotApplicable("the integrand is no exponential, sine or cosine")
    try:
        poly = Poly(body.args[0], *names)
    except PolynomialError:
        raise NotApplicable(f"{body.args[0]} is not linear") from None
    if poly.total_degree() > 1:
        raise NotApplicable(f"{body.args[0]} is not linear")
    w = Matrix([poly.coeff_monomial(v) for v in names])
    phase = poly.coeff_monomial(1)
    if phase.has(I) or any(e.has(I) for e in w):
        raise NotApplicable("a complex argument")
    spread = tidy_rational(expand(m * (w.T * Matrix(gaussian_twin(mean.law).covariance) * w)[0, 0]))
    return body.func(phase) * hyper([], [m / 2], (spread if isinstance(body, exp) else -spread) / 4)


HOMOGENEOUS = Rule(
    "homogeneity",
    r"\mathbb{E} f(z) = (m/2)^{k/2}\,\frac{\Gamma(m/2)}{\Gamma((m+k)/2)}\,\mathbb{E} f(g)",
    homogeneous,
    partial=True,
)
CHARACTERISTIC = Rule(
    "characteristic function of the sphere",
    r"\mathbb{E} e^{i w \cdot z} = {}_0F_1(; \tfrac m2; -\tfrac m4 \operatorname{Var}(w \cdot z))",
    characteristic,
)
