"""Sines and cosines on a half-line: the characteristic function of a Gaussian vector cut at a threshold."""

from __future__ import annotations

from sympy import Expr, Matrix, Mul, Poly, PolynomialError, cos, exp, expand, sin, sqrt

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule
from theory.rules.orthant import events_of
from theory.rules.tidy import tidy_rational
from theory.special import ErfImaginaryPart, ErfRealPart


def apply(mean: GaussianMean) -> Expr:
    """E e^{i w.z} 1_{Y > t}: under the tilted law Y has the imaginary mean i Cov(w.z, Y)."""
    names, sigma = mean.law.variables, Matrix(mean.law.covariance)
    waves = [f for f in Mul.make_args(mean.expression) if isinstance(f, (sin, cos))]
    if len(waves) != 1:
        raise NotApplicable("the integrand has no single sine or cosine")
    (wave,) = waves
    rest = Mul(*(f for f in Mul.make_args(mean.expression) if f is not wave))
    certain, probable = events_of(GaussianMean(rest, mean.law), with_erf=True)
    if len(certain) + len(probable) != 1:
        raise NotApplicable(f"{wave} times {len(certain) + len(probable)} indicators or error functions")
    try:
        poly = Poly(wave.args[0], *names)
    except PolynomialError:
        raise NotApplicable(f"{wave.args[0]} is not linear") from None
    if poly.total_degree() > 1:
        raise NotApplicable(f"{wave.args[0]} is not linear")
    w, phase = Matrix([poly.coeff_monomial(v) for v in names]), poly.coeff_monomial(1)
    ((weights, threshold, extra),) = certain or probable
    y = Matrix(weights)
    scale = sqrt(2 * tidy_rational(expand((y.T * sigma * y)[0, 0] + extra)))
    a, b = threshold / scale, tidy_rational(expand((w.T * sigma * y)[0, 0])) / scale
    damping = exp(-expand((w.T * sigma * w)[0, 0]) / 2)
    if certain:
        even, odd = (1 - ErfRealPart(a, b)) / 2, ErfImaginaryPart(a, b) / 2
    else:  # erf(y) = 2 P(W < sqrt2 y) - 1
        even, odd = -ErfRealPart(a, b), ErfImaginaryPart(a, b)
    if isinstance(wave, cos):
        return damping * (cos(phase) * even - sin(phase) * odd)
    return damping * (sin(phase) * even + cos(phase) * odd)


HALF_LINE_WAVES = Rule(
    "characteristic function on a half-line",
    r"\mathbb{E} e^{i w \cdot z} \mathbf{1}_{Y > t} = \tfrac12 e^{-w^T \Sigma w/2}"
    r"\operatorname{erfc}\bigl((t - i \operatorname{Cov}(w \cdot z, Y))/\sqrt{2 \operatorname{Var} Y}\bigr)",
    apply,
)
