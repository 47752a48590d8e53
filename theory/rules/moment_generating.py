"""Exponentials: change of measure, E e^{a.z + z^T B z} g(z) = factor times a mean of g under another Gaussian law."""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import (
    Add,
    Dummy,
    Expr,
    ImmutableDenseMatrix,
    Matrix,
    Mul,
    Poly,
    PolynomialError,
    S,
    cos,
    exp,
    expand,
    eye,
    factor_terms,
    sin,
    sqrt,
)
from sympy.logic.boolalg import Boolean

from theory.expectation import GaussianLaw, GaussianMean
from theory.rules.base import NotApplicable, Rule
from theory.rules.tidy import tidy_rational


def split_exponent(expression: Expr) -> tuple[Expr, Expr]:
    """(sum of the exponents of exponential factors, product of the other factors)."""
    exponent, rest = [], []
    for factor in Mul.make_args(expression):
        if isinstance(factor, exp):
            exponent.append(factor.args[0])
        else:
            rest.append(factor)
    return expand(Add(*exponent)), Mul(*rest)


def quadratic_form(exponent: Expr, names: tuple) -> tuple[Matrix, Matrix, Expr]:
    """(B, a, constant) of ``z^T B z + a.z + constant``."""
    try:
        poly = Poly(exponent, *names)
    except PolynomialError:
        raise NotApplicable(f"the exponent {exponent} is not a polynomial") from None
    if poly.total_degree() > 2:
        raise NotApplicable(f"the exponent {exponent} has degree {poly.total_degree()} > 2")
    k = len(names)
    b, a, constant = Matrix.zeros(k, k), Matrix.zeros(k, 1), S.Zero
    for powers, coefficient in poly.terms():
        at = [i for i, p in enumerate(powers) for _ in range(p)]
        if not at:
            constant = coefficient
        elif len(at) == 1:
            a[at[0]] += coefficient
        else:
            b[at[0], at[1]] += coefficient / 2
            b[at[1], at[0]] += coefficient / 2
    return b, a, constant


def tilted_is_finite(sigma: Any, b: Matrix) -> bool | None:
    """Whether ``Sigma^{-1} - 2B`` is positive definite; None if that depends on symbols."""
    if all(e.is_zero for e in b):
        return True
    k = sigma.rows
    if b.is_diagonal() and all(e.is_nonpositive for e in b.diagonal()):
        return True
    if sigma.free_symbols or b.free_symbols:
        return None
    with mpmath.workdps(30):
        s = mpmath.matrix([[mpmath.mpmathify(sigma[i, j].evalf(30)) for j in range(k)] for i in range(k)])
        m = mpmath.matrix([[mpmath.mpmathify(b[i, j].evalf(30)) for j in range(k)] for i in range(k)])
        values, vectors = mpmath.eigsy(s)
        root = vectors * mpmath.diag([mpmath.sqrt(max(v, 0)) for v in values]) * vectors.T
        return bool(min(mpmath.eigsy(mpmath.eye(k) - 2 * root * m * root, eigvals_only=True)) > 0)


def apply(mean: GaussianMean) -> Expr:
    exponent, rest = split_exponent(mean.expression)
    if exponent == 0:
        raise NotApplicable("the integrand has no exponential factor")
    names, sigma = mean.law.variables, Matrix(mean.law.covariance)
    b, a, constant = quadratic_form(exponent, names)
    k = len(names)
    factor: Expr = exp(constant)
    new_sigma = sigma
    if any(e != 0 for e in b):
        finite = tilted_is_finite(mean.law.covariance, b)
        if finite is False:
            raise NotApplicable(
                f"exp({exponent}) is not integrable under this law: I - 2 Sigma B is not positive definite"
            )
        precision = (eye(k) - 2 * sigma * b).applyfunc(tidy_rational)
        determinant = tidy_rational(precision.det())
        new_sigma = (precision.adjugate() * sigma / determinant).applyfunc(tidy_rational)
        factor /= sqrt(determinant)
    shift = (new_sigma * a).applyfunc(tidy_rational)
    factor *= exp(tidy_rational((a.T * shift)[0, 0] / 2))
    moved = rest.xreplace({v: v + shift[i] for i, v in enumerate(names)})
    if not moved.has(*names):
        return factor * moved
    return factor * GaussianMean(expand_arguments(moved), GaussianLaw(names, ImmutableDenseMatrix(new_sigma)))


def finite_where(mean: GaussianMean) -> tuple[Boolean, ...]:
    """``I - 2 Sigma B`` positive definite: its eigenvalues are real, so its elementary symmetric functions decide."""
    names, sigma = mean.law.variables, mean.law.covariance
    b, _, _ = quadratic_form(split_exponent(mean.expression)[0], names)
    if tilted_is_finite(sigma, b):
        return ()
    t = Dummy("t")
    coefficients = (eye(len(names)) - 2 * Matrix(sigma) * b).charpoly(t).all_coeffs()
    return tuple(factor_terms(k * (-1) ** i) > 0 for i, k in enumerate(coefficients) if i)


def expand_arguments(expression: Expr) -> Expr:
    return expression.replace(lambda e: e.is_Function, lambda e: e.func(*(expand(a) for a in e.args)))


def trigonometric(mean: GaussianMean) -> Expr:
    """E cos(w.z + p) = cos(p) exp(-w^T Sigma w/2), products of sines and cosines turned into sums first."""
    body, names = mean.expression, mean.law.variables
    if not body.has(sin, cos):
        raise NotApplicable("the integrand has no sine or cosine")
    trig, rest = S.One, S.One
    for factor in Mul.make_args(body):
        if isinstance(factor, (sin, cos)) or (factor.is_Pow and isinstance(factor.base, (sin, cos))):
            trig *= factor
        else:
            rest *= factor
    if isinstance(trig, (sin, cos)):
        if rest != 1:
            raise NotApplicable(f"the factor {rest} is still there")
        w, phase = [], trig.args[0]
        try:
            poly = Poly(phase, *names)
        except PolynomialError:
            raise NotApplicable(f"{phase} is not linear") from None
        if poly.total_degree() > 1:
            raise NotApplicable(f"{phase} is not linear")
        w = Matrix([poly.coeff_monomial(v) for v in names])
        spread = expand((w.T * Matrix(mean.law.covariance) * w)[0, 0])
        return trig.func(poly.coeff_monomial(1)) * exp(-spread / 2)
    from sympy.simplify.fu import TR8

    wide = TR8(trig).expand()
    if wide == trig or wide.has(*names) is False:
        raise NotApplicable(f"{trig} is no product of sines and cosines of linear arguments")
    return GaussianMean(expand(wide * rest), mean.law)


CHANGE_OF_MEASURE = Rule(
    "change of measure",
    r"\mathbb{E} e^{a \cdot z} g(z) = e^{a^T \Sigma a/2}\,\mathbb{E} g(z + \Sigma a)",
    apply,
    conditions=finite_where,
)
MOMENT_GENERATING = Rule(
    "moment generating function", r"\mathbb{E} e^{i w \cdot z} = e^{-w^T \Sigma w/2}", trigonometric
)
