r"""Hermite and Gegenbauer expansions: coefficients, and series of a mean with a bound of the tail as a formula.

Conventions: normalised probabilists' Hermite polynomials, ``E he_j he_k = delta_jk`` under N(0, 1); on a sphere of dimension
m, ``P_k`` is the Gegenbauer (Legendre) polynomial with ``P_k(1) = 1``, of the scaled coordinate ``z/sqrt(m)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, S, Symbol, binomial, cancel, factorial, hermite_prob, sqrt, sympify

from theory.activations.base import Activation, Parity
from theory.conventions import z
from theory.derivation import derive
from theory.expectation import GaussianLaw, GaussianMean, SphereLaw, SphereMean


def hermite_polynomial(degree: int, argument: Any) -> Expr:
    """Normalised probabilists' Hermite polynomial ``He_k/sqrt(k!)``.

    >>> from theory.conventions import x
    >>> hermite_polynomial(2, x)
    sqrt(2)*(x**2 - 1)/2
    """
    k = _degree(degree)
    t = Symbol("t", real=True)
    return (hermite_prob(Integer(k), t) / sqrt(factorial(k))).subs(t, sympify(argument))


HermitePolynomial = hermite_prob
"""The class of He_k(x) as an expression, unevaluated where the degree is a symbol."""


def hermite_mean(activation: Activation | str | Expr, degree: int | Symbol, q: Any = 1) -> GaussianMean:
    """``E sigma(z) he_k(z/sqrt(q))`` as an unevaluated mean over N(0, q); the degree an integer or an integer symbol."""
    from theory.dual import as_activation

    sigma, q = as_activation(activation), sympify(q)
    if isinstance(degree, Symbol):
        k = _symbolic_degree(degree)
        polynomial = hermite_prob(k, z[0] / sqrt(q)) / sqrt(factorial(k))
    else:
        polynomial = hermite_polynomial(degree, z[0] / sqrt(q))
    return GaussianMean(sigma(z[0]) * polynomial, GaussianLaw(z[0], q))


def hermite_coefficient(activation: Activation | str | Expr, degree: int | Symbol, q: Any = 1) -> Expr:
    """The k-th normalised Hermite coefficient, in closed form where the rules give one.

    Args:
        activation: a value, a name, a text or an expression in x.
        degree: k, a nonnegative integer, or an integer symbol for the coefficient as a function of k.
        q: the variance of the argument.

    Returns:
        The closed form (unverified).  For an integer k that no rule solves, an expression that contains the mean.

    Raises:
        NoGeneralCoefficientError: k is a symbol and no closed form in k is reached; the message says why.
        ValueError: the degree is neither.

    >>> [hermite_coefficient("relu", k) for k in range(4)]
    [sqrt(2)/(2*sqrt(pi)), 1/2, 1/(2*sqrt(pi)), 0]
    >>> hermite_coefficient("exp", Symbol("k", integer=True, nonnegative=True))
    exp(1/2)/sqrt(factorial(k))
    """
    if isinstance(degree, Symbol):
        from theory.dual import as_activation
        from theory.hermite_coefficients import general_coefficient

        return general_coefficient(as_activation(activation), _symbolic_degree(degree), sympify(q))
    if _vanishes(activation, degree):
        return S.Zero
    return derive(hermite_mean(activation, degree, q)).guarded


def _vanishes(activation: Activation | str | Expr, degree: int) -> bool:
    """Whether symmetry alone makes a coefficient 0; linear growth makes the mean exist."""
    from theory.dual import as_activation

    sigma = as_activation(activation)
    against = Parity.EVEN if _degree(degree) % 2 else Parity.ODD
    return sigma.parity is against and sigma.growth is not None


def gegenbauer_polynomial(degree: int, argument: Any, dimension: Any) -> Expr:
    """``P_k`` of a sphere in R^m, ``P_k(1) = 1``, by the recursion in k; m = 2 is Chebyshev's limit.

    >>> from theory.conventions import x
    >>> gegenbauer_polynomial(2, x, 3)
    3*x**2/2 - 1/2
    """
    k, t, m = _degree(degree), sympify(argument), sympify(dimension)
    before, current = S.One, t
    if k == 0:
        return before
    for j in range(1, k):
        before, current = current, ((2 * j + m - 2) * t * current - j * before) / (j + m - 2)
    return cancel(current).expand() if m.is_number else cancel(current)


def harmonic_dimension(degree: int, dimension: Any) -> Expr:
    """Number of independent spherical harmonics of degree k in R^m."""
    k, m = _degree(degree), sympify(dimension)
    if k == 0:
        return S.One
    total = binomial(m + k - 1, k) - (binomial(m + k - 3, k - 2) if k >= 2 else 0)
    return total.expand(func=True)


def gegenbauer_coefficient(activation: Activation | str | Expr, degree: int, law: SphereLaw) -> Expr:
    """``a_k = sqrt(N_k) E sigma(z) P_k(z/sqrt m)``: then ``E sigma(z_1) sigma(z_2) = sum a_k^2 P_k(correlation)``.

    >>> gegenbauer_coefficient("identity", 1, SphereLaw(z[0], 5))
    1
    """
    from theory.dual import as_activation

    sigma, m = as_activation(activation), law.dimension
    if _vanishes(sigma, degree):
        return S.Zero
    single = SphereLaw(z[0], law.batch_size, law.centered)
    body = sigma(z[0]) * gegenbauer_polynomial(degree, z[0] / sqrt(m), m)
    return sqrt(harmonic_dimension(degree, m)) * derive(SphereMean(body, single)).guarded


@dataclass(frozen=True)
class Series:
    """A truncated series of a mean: ``|mean - partial_sum| <= tail``.

    Args:
        partial_sum: the terms up to `order`.
        tail: bound of the rest, a formula.
        order: the last degree kept.
    """

    partial_sum: Expr
    tail: Expr
    order: int


def mehler_series(activation: Activation | str | Expr, order: int, q1: Any = 1, q2: Any = 1, c: Any = None) -> Series:
    r"""Mehler's series of the dual: ``sum a_k(q1) a_k(q2) r^k`` with ``r = c/sqrt(q1 q2)``.

    The tail is bounded by ``|r|^(N+1)`` times the geometric mean of the two remainders ``E sigma^2 - sum a_k^2``.

    >>> mehler_series("relu", 1).partial_sum
    rho/4 + 1/(2*pi)
    """
    from theory.conventions import rho
    from theory.dual import moment

    q1, q2 = sympify(q1), sympify(q2)
    r = (rho if c is None else sympify(c)) / sqrt(q1 * q2)
    left = [hermite_coefficient(activation, k, q1) for k in range(order + 1)]
    right = left if q1 == q2 else [hermite_coefficient(activation, k, q2) for k in range(order + 1)]
    rest = [moment(activation, 2, q) - sum(a**2 for a in side) for q, side in ((q1, left), (q2, right))]
    size = rest[0] if q1 == q2 else sqrt(rest[0] * rest[1])
    total = sum((a * b * r**k for k, (a, b) in enumerate(zip(left, right))), S.Zero)
    return Series(total, abs(r) ** (order + 1) * size, order)


def gegenbauer_series(activation: Activation | str | Expr, order: int, law: SphereLaw) -> Series:
    r"""``E sigma(z_1) sigma(z_2) = sum a_k^2 P_k(r)``; ``|P_k| <= 1`` bounds the tail by ``E sigma^2 - sum a_k^2``."""
    from theory.dual import as_activation

    sigma = as_activation(activation)
    single = SphereLaw(z[0], law.batch_size, law.centered)
    squares = [gegenbauer_coefficient(sigma, k, law) ** 2 for k in range(order + 1)]
    values = [gegenbauer_polynomial(k, law.correlation, law.dimension) for k in range(order + 1)]
    rest = derive(SphereMean(sigma(z[0]) ** 2, single)).guarded - sum(squares)
    return Series(sum((a * p for a, p in zip(squares, values)), S.Zero), rest, order)


def _symbolic_degree(degree: Symbol) -> Symbol:
    if not degree.is_integer or degree.is_negative:
        raise ValueError(
            f"a degree is a nonnegative integer: declare it as Symbol({degree.name!r}, integer=True, nonnegative=True)"
        )
    return degree


def _degree(degree: Any) -> int:
    if isinstance(degree, bool) or int(degree) != degree or degree < 0:
        raise ValueError(f"a degree is a nonnegative integer, not {degree!r}")
    return int(degree)
