"""Hermite polynomials of a symbolic degree: the coefficient as a function of it, and orthogonality under any correlation (Mehler)."""

from __future__ import annotations

from sympy import Dummy, Eq, Expr, Mul, Piecewise, Pow, S, Symbol, factorial, sqrt
from sympy.logic.boolalg import Boolean

from theory.expectation import GaussianMean
from theory.orthogonal import HermitePolynomial
from theory.pieces import PieceError
from theory.rules.base import NotApplicable, Rule, affine, covariance, variance


def _degree(factor: Expr) -> Expr | None:
    """The degree of a Hermite polynomial that is no number, else None."""
    if not isinstance(factor, HermitePolynomial):
        return None
    k = factor.args[0]
    return k if k.is_integer and k.is_nonnegative and not k.is_number else None


def _coordinate(factor: Expr, mean: GaussianMean) -> Symbol:
    """The coordinate u with factor = He_k(u/sqrt(Var u))."""
    inside = [v for v in mean.law.variables if factor.args[1].has(v)]
    if len(inside) == 1:
        line = affine(factor.args[1], inside[0])
        if line is not None and line[1] == 0 and (line[0] * sqrt(variance(mean, inside[0])) - 1).equals(0):
            return inside[0]
    raise NotApplicable(f"{factor} is no Hermite polynomial of a coordinate over its standard deviation")


def _pair(first: Expr, second: Expr, mean: GaussianMean) -> Expr:
    """E He_j(u) He_k(v) = [j = k] k! (correlation)^k."""
    u, v = _coordinate(first, mean), _coordinate(second, mean)
    j, k = first.args[0], second.args[0]
    r = covariance(mean, u, v) / sqrt(variance(mean, u) * variance(mean, v))
    value = factorial(k) * r**k
    if j == k:
        return value
    if (j - k).is_nonzero:
        return S.Zero
    return Piecewise((value, Eq(j, k)), (S.Zero, True))


def _split(mean: GaussianMean) -> tuple[list[Expr], Expr]:
    """The Hermite polynomials of a symbolic degree among the factors, and the product of the others."""
    found: list[Expr] = []
    others: list[Expr] = []
    for factor in Mul.make_args(mean.expression):
        if isinstance(factor, Pow) and factor.exp == 2 and _degree(factor.base) is not None:
            found += [factor.base] * 2
        else:
            (others if _degree(factor) is None else found).append(factor)
    return found, Mul(*others)


def apply(mean: GaussianMean) -> Expr:
    from theory.hermite_coefficients import coefficient_by_degree

    found, rest = _split(mean)
    if len(found) == 2 and not rest.has(*mean.law.variables):
        return rest * _pair(found[0], found[1], mean)
    if len(found) != 1 or rest.has(HermitePolynomial):
        raise NotApplicable("the integrand has no single Hermite polynomial of a symbolic degree")
    variable = _coordinate(found[0], mean)
    if any(rest.has(v) for v in mean.law.variables if v != variable):
        raise NotApplicable(f"{rest} has other variables than the Hermite polynomial")
    z = Dummy("z", real=True)
    try:
        general, first = coefficient_by_degree(rest.xreplace({variable: sqrt(variance(mean, variable)) * z}), z)
    except PieceError as error:
        raise NotApplicable(str(error)) from None
    degree = found[0].args[0]
    if first and not (degree - first).is_nonnegative:
        raise NotApplicable(f"the coefficients follow one formula from degree {first} on only")
    return general(degree)


def conditions(mean: GaussianMean) -> tuple[Boolean, ...]:
    """Those of the mean without the polynomial."""
    from theory.derivation import derive

    return derive(mean.func(_split(mean)[1], mean.law)).conditions


HERMITE_DEGREE = Rule(
    "Hermite degree",
    r"\mathbb{E} g\,\mathrm{He}_k = \mathbb{E} g^{(k)},\ \mathbb{E} \mathrm{He}_j(u)\,\mathrm{He}_k(v) = [j = k]\,k!\,r^k",
    apply,
    conditions=conditions,
)
