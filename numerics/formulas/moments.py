"""Exact means of polynomials under Gaussian and sphere laws."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, ImmutableDenseMatrix, Poly, PolynomialError, Rational, S, Symbol

MOST_MONOMIALS = 2000


def polynomial_product(factors: tuple[tuple[Symbol, Expr], ...]) -> Poly | None:
    """The product as a polynomial in its variables, or None where some factor is no polynomial of moderate size."""
    variables = [v for v, _ in factors]
    if not variables or not all(f.is_polynomial(v) for v, f in factors):
        return None
    product = Poly(S.One, *variables, domain="EX")
    for _, f in factors:
        try:
            product = product * Poly(f, *variables, domain="EX")
        except PolynomialError:
            return None
        if len(product.terms()) > MOST_MONOMIALS or product.total_degree() > 60:
            return None
    return product


def _wick(powers: tuple[int, ...], covariance: ImmutableDenseMatrix, known: dict[tuple[int, ...], Expr]) -> Expr:
    """E prod z_i^{p_i} by Stein's lemma: E z_i g = sum_j Sigma_ij E d_j g."""
    if sum(powers) % 2:
        return S.Zero
    if not any(powers):
        return S.One
    if powers not in known:
        i = next(j for j, p in enumerate(powers) if p)
        rest = list(powers)
        rest[i] -= 1
        total: Expr = S.Zero
        for j, p in enumerate(rest):
            if p and covariance[i, j] != 0:
                lower = list(rest)
                lower[j] -= 1
                total += covariance[i, j] * p * _wick(tuple(lower), covariance, known)
        known[powers] = total
    return known[powers]


def gaussian_moment(polynomial: Poly, covariance: ImmutableDenseMatrix) -> Expr:
    """The mean of a polynomial under N(0, covariance), in the order of its generators."""
    known: dict[tuple[int, ...], Expr] = {}
    return S.Zero + sum(c * _wick(powers, covariance, known) for powers, c in polynomial.terms())


@lru_cache(maxsize=64)
def _exchangeable(coordinates: int, batch_size: int, centered: bool) -> ImmutableDenseMatrix:
    c = Rational(-1, batch_size - 1) if centered else S.Zero
    return ImmutableDenseMatrix(coordinates, coordinates, lambda i, j: S.One if i == j else c)


def sphere_moment(polynomial: Poly, coordinates: int, batch_size: int, centered: bool) -> Expr:
    """The mean of a polynomial under the law of a normalised row: degree 2j is the Gaussian mean times prod_i<j
    m/(m+2i)."""
    covariance = _exchangeable(coordinates, batch_size, centered)
    m = batch_size - 1 if centered else batch_size
    known: dict[tuple[int, ...], Expr] = {}
    total: Expr = S.Zero
    for powers, c in polynomial.terms():
        ratio = S.One
        for i in range(sum(powers) // 2):
            ratio *= Rational(m, m + 2 * i)
        total += c * ratio * _wick(powers, covariance, known)
    return total
