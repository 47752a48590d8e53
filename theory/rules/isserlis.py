"""Isserlis' theorem: Gaussian means of polynomials, by E z_i g = sum_j Sigma_ij E d_j g on exponents."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Expr, Poly, PolynomialError, S

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule

MAX_DEGREE = 80


@lru_cache(maxsize=4096)
def moment(exponents: tuple[int, ...], sigma: Any) -> Expr:
    """``E prod z_i^{a_i}`` for covariance `sigma` (an immutable matrix).

    >>> from sympy import ImmutableMatrix, Symbol
    >>> moment((4,), ImmutableMatrix([[Symbol("q")]]))
    3*q**2
    """
    if sum(exponents) % 2:
        return S.Zero
    if not any(exponents):
        return S.One
    i = next(k for k, a in enumerate(exponents) if a)
    rest = list(exponents)
    rest[i] -= 1
    total: Expr = S.Zero
    for j, a in enumerate(rest):
        if a:
            left = rest.copy()
            left[j] -= 1
            total += a * sigma[i, j] * moment(tuple(left), sigma)
    return total.expand()


def apply(mean: GaussianMean) -> Expr:
    names = mean.law.variables
    if not mean.expression.is_polynomial(*names):
        raise NotApplicable("the integrand is not a polynomial")
    try:
        poly = Poly(mean.expression, *names)
    except PolynomialError as error:
        raise NotApplicable(f"the integrand is not a polynomial: {error}") from None
    if poly.total_degree() > MAX_DEGREE:
        raise NotApplicable(f"degree {poly.total_degree()} is beyond {MAX_DEGREE}")
    sigma = mean.law.covariance
    total: Expr = S.Zero
    for exponents, coefficient in poly.terms():
        total += coefficient * moment(tuple(int(a) for a in exponents), sigma)
    return total


ISSERLIS = Rule("Isserlis", r"\mathbb{E} z_1 \cdots z_{2k} = \sum_{\text{pairings}} \prod \Sigma_{ij}", apply)
