r"""Moments ``E prod sigma(z_i)^{p_i} w(z)`` of a normalised row, w a polynomial: closed where they close.

* sigma polynomial: Isserlis' theorem and the ratio of Gamma functions between sphere and Gauss;
* sigma positively homogeneous of degree 1, hence ``alpha x + beta |x|``: everything but ``E |z1 z2 z3 z4|`` closes;
* sigma homogeneous with a known dual: two-coordinate moments with a weight of degree 2, by differentiating the dual
  in the covariance, which needs no smoothness of sigma;
* anything else: an unevaluated `SphereMean`.

Derivation: docs/derivations/linearization.md, equations (M1) to (M4).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import comb
from typing import Any

from sympy import (
    Abs,
    Dummy,
    Expr,
    ImmutableMatrix,
    Poly,
    PolynomialError,
    S,
    asin,
    factor,
    gamma,
    pi,
    simplify,
    sqrt,
    sympify,
)

from theory.activations.base import Activation, Parity
from theory.conventions import rho, x, z
from theory.dual import dual_mean
from theory.expectation import Mean, SphereLaw, SphereMean, sphere_to_gaussian_ratio
from theory.rules.isserlis import moment as gaussian_monomial_mean


@cache
def _equicorrelated(variables: int) -> ImmutableMatrix:
    """Unit variances, all correlations rho."""
    return ImmutableMatrix(variables, variables, lambda i, j: S.One if i == j else rho)


def polynomial_mean(expression: Any, law: SphereLaw) -> Expr:
    """Exact mean of a polynomial in the coordinates of `law`.

    >>> from theory.conventions import batch_size
    >>> polynomial_mean(z[0]**4, SphereLaw(z[:1], batch_size))
    3*(n - 1)/(n + 1)
    """
    poly = Poly(expression, *law.variables)
    total: Expr = S.Zero
    for exponents, coefficient in poly.terms():
        moment = gaussian_monomial_mean(tuple(int(a) for a in exponents), _equicorrelated(len(exponents)))
        if moment != 0:
            total += coefficient * sphere_to_gaussian_ratio(sum(exponents), law) * moment.subs(rho, law.correlation)
    return total


def linear_pieces(activation: Activation) -> tuple[Expr, Expr] | None:
    """(alpha, beta) with sigma(x) = alpha x + beta |x|, for sigma positively homogeneous of degree 1; else None."""
    if activation.homogeneity != 1:
        return None
    right, left = activation(S.One), activation(S.NegativeOne)
    return (right - left) / 2, (right + left) / 2


# the dual and its derivative at the law's correlation, kept apart while coefficients are collected
_VALUE, _SLOPE, _PRODUCT = Dummy("dual"), Dummy("slope"), Dummy("product")


def _collected(total: Expr, dual: tuple[Expr, Expr], law: SphereLaw) -> Expr:
    """`total`, linear in the placeholders, with factored rational coefficients and the placeholders filled in."""
    fillings: dict[Expr, Expr] = {S.One: S.One}
    for placeholder, form in zip((_VALUE, _SLOPE), dual):
        fillings[placeholder] = form.subs(rho, law.correlation)
    total = total.expand()
    result: Expr = S.Zero
    for placeholder, value in fillings.items():
        part = total.coeff(placeholder) if placeholder != 1 else total.subs({_VALUE: 0, _SLOPE: 0, _PRODUCT: 0})
        if part != 0:
            result += (part if part.has(gamma) else factor(part)) * value
    part = total.coeff(_PRODUCT)
    return result if part == 0 else result + part * _absolute_product(law)


_Term = tuple[Expr, tuple[int, ...], tuple[int, ...]]

ABSOLUTE_DUAL = 2 * (sqrt(1 - rho**2) + rho * asin(rho)) / pi
ABSOLUTE_SLOPE = 2 * asin(rho) / pi


@cache
def homogeneous_dual(activation: Activation) -> tuple[Expr, Expr] | None:
    """The dual of a homogeneous activation and its derivative in the correlation, or None where none is known."""
    if activation.homogeneity is None:
        return None
    pieces = linear_pieces(activation)
    if pieces is not None:
        alpha, beta = pieces
        return alpha**2 * rho + beta**2 * ABSOLUTE_DUAL, alpha**2 + beta**2 * ABSOLUTE_SLOPE
    if activation.dual is not None:
        return activation.dual, simplify(activation.dual.diff(rho))
    derived = dual_mean(activation).doit()  # any real degree: hypergeometric functions
    return None if derived.has(Mean) else (derived, derived.diff(rho))


def _covariance(i: int, j: int, correlation: Expr) -> Expr:
    return S.One if i == j else correlation


def _weighted_pair(degree: Expr, exponents: tuple[int, ...], pair: tuple[int, int], law: SphereLaw) -> Expr | None:
    """``E z^exponents h(z_i, z_j)``, h of that degree in each argument, by its dual; weight degree 0 or 2."""
    order = sum(exponents)
    r = law.correlation
    value, slope = _VALUE, _SLOPE
    ratio = sphere_to_gaussian_ratio(2 * degree + order, law)
    if order == 0:
        return ratio * value
    if order != 2:
        return None
    left, right = [i for i, a in enumerate(exponents) for _ in range(a)]
    # gradient of (q1 q2)^{k/2} dual(c / sqrt(q1 q2)) in the covariance, at q1 = q2 = 1
    scale = degree / 2 * value - r / 2 * slope
    a = [_covariance(left, p, r) for p in pair]
    b = [_covariance(right, p, r) for p in pair]
    bend = 2 * scale * (a[0] * b[0] + a[1] * b[1]) + slope * (a[0] * b[1] + a[1] * b[0])
    return ratio * (_covariance(left, right, r) * value + bend)


def _absolute_product(law: SphereLaw) -> Expr:
    """``E |z1 z2 z3 z4|``; closed at n = 4, where four numbers of sum zero are never all positive."""
    if law.batch_size == 4 and law.centered:
        plain = polynomial_mean(z[0] * z[1] * z[2] * z[3], law)
        mixed = _weighted_pair(S.One, (1, 1, 0, 0), (2, 3), law)
        assert mixed is not None
        return -plain - 6 * _collected(mixed, (ABSOLUTE_DUAL, ABSOLUTE_SLOPE), law)
    body: Expr = S.One
    for v in law.variables:
        body *= Abs(v)
    return SphereMean(body, law)


def _linear_piece_terms(pieces: tuple[Expr, Expr], powers: tuple[int, ...]) -> Iterator[_Term]:
    """Expand ``prod (alpha x_i + beta |x_i|)^{p_i}`` into coefficient, exponents of x, places of a single |x|."""
    alpha, beta = pieces
    for taken in product(*(range(p + 1) for p in powers)):
        coefficient: Expr = S.One
        for p, k in zip(powers, taken):
            coefficient *= comb(p, k) * alpha ** (p - k) * beta**k
        if coefficient != 0:
            yield (
                coefficient,
                tuple(p - k % 2 for p, k in zip(powers, taken)),
                tuple(i for i, k in enumerate(taken) if k % 2),
            )


def _piecewise_linear_moment(
    pieces: tuple[Expr, Expr], powers: tuple[int, ...], weight: Poly, law: SphereLaw
) -> Expr | None:
    total: Expr = S.Zero
    for shift, coefficient in weight.terms():
        for multiple, exponents, absolute in _linear_piece_terms(pieces, powers):
            degrees = tuple(a + b for a, b in zip(exponents, shift))
            if sum(degrees) % 2:
                continue  # odd under z -> -z
            if len(absolute) == 0:
                body: Expr = S.One
                for v, a in zip(law.variables, degrees):
                    body *= v**a
                mean: Expr | None = polynomial_mean(body, law)
            elif len(absolute) == 2:
                mean = _weighted_pair(S.One, degrees, (absolute[0], absolute[1]), law)
            elif len(absolute) == 4 and sum(degrees) == 0:
                mean = _PRODUCT
            else:
                mean = None
            if mean is None:
                return None
            total += coefficient * multiple * mean
    return _collected(total, (ABSOLUTE_DUAL, ABSOLUTE_SLOPE), law)


def _single_homogeneous(activation: Activation, power: int, weight: Poly, law: SphereLaw) -> Expr:
    """``E sigma(z)^p w(z)`` for a homogeneous sigma: absolute Gaussian moments."""
    total: Expr = S.Zero
    right, left = activation(S.One) ** power, activation(S.NegativeOne) ** power
    for (shift,), coefficient in weight.terms():
        degree = sympify(activation.homogeneity) * power + shift
        half_line = 2 ** (degree / 2) * gamma((degree + 1) / 2) / sqrt(pi) / 2
        total += coefficient * sphere_to_gaussian_ratio(degree, law) * half_line * (right + (-1) ** shift * left)
    return total


def _surviving(activation: Activation, powers: tuple[int, ...], weight: Poly, law: SphereLaw) -> Expr:
    """The weight without the monomials whose mean vanishes by parity."""
    if activation.parity is Parity.NONE:
        return weight.as_expr()
    kept: Expr = S.Zero
    flip = 1 if activation.parity is Parity.ODD else 0
    for shift, coefficient in weight.terms():
        signs = [(flip * p + a) % 2 for p, a in zip(powers, shift)]
        if sum(signs) % 2 or (not law.centered and any(signs)):
            continue  # odd under z -> -z, or (uncentred) under the flip of one coordinate
        term = coefficient
        for v, a in zip(law.variables, shift):
            term *= v**a
        kept += term
    return kept


def moment(activation: Activation, law: SphereLaw, powers: tuple[int, ...], weight: Any = S.One) -> Expr:
    """``E prod_i sigma(z_i)^{powers_i} weight(z)`` for distinct coordinates of a normalised row.

    Args:
        activation: sigma.
        law: the law of the coordinates; its variables are the first of ``theory.conventions.z``, one for each power.
        powers: nonnegative integers.
        weight: polynomial in the variables of the law; its coefficients may contain the batch size.

    Returns:
        A closed form where one is derived, otherwise a `SphereMean`.

    >>> from theory.activations import relu
    >>> moment(relu, SphereLaw(z[:1], 7), (2,))
    1/2
    """
    if len(powers) != len(law.variables):
        raise ValueError(f"{len(law.variables)} variables need as many powers, not {powers}")
    poly = Poly(weight, *law.variables)
    body: Expr = S.One
    for v, p in zip(law.variables, powers):
        body *= activation(v) ** p
    if activation.formula.is_polynomial(x):
        return polynomial_mean((body * poly.as_expr()).expand(), law)
    pieces = linear_pieces(activation)
    if pieces is not None:
        closed = _piecewise_linear_moment(pieces, powers, poly, law)
        if closed is not None:
            return closed
    if activation.homogeneity is not None and len(powers) == 1:
        return _single_homogeneous(activation, powers[0], poly, law)
    dual = homogeneous_dual(activation)
    if dual is not None and powers == (1, 1) and poly.total_degree() <= 2:
        terms = [
            (c, _weighted_pair(sympify(activation.homogeneity), tuple(int(a) for a in e), (0, 1), law))
            for e, c in poly.terms()
        ]
        if all(value is not None or sum(e) % 2 for (_, value), (e, _) in zip(terms, poly.terms())):
            return _collected(sum((c * value for c, value in terms if value is not None), S.Zero), dual, law)
    kept = _surviving(activation, powers, poly, law)
    if kept == 0:
        return S.Zero
    mean = SphereMean(body * kept, law)
    if activation.homogeneity is not None and len(powers) == 2:
        closed = mean.doit()  # powers of sigma at a fractional degree: hypergeometric functions
        return mean if closed.has(Mean) else closed
    return mean


def tidy(expression: Expr) -> Expr:
    """A shorter equal form: factored where rational, otherwise left alone."""
    try:
        if expression.is_rational_function(*expression.free_symbols) and not expression.atoms(Mean):
            return expression.together().factor()
    except (PolynomialError, AttributeError):
        pass
    return expression
