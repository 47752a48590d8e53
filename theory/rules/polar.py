"""Polar coordinates: means of positively homogeneous factors, of any real degree."""

from __future__ import annotations

from sympy import Expr, S, gamma, hyper, pi, sqrt
from sympy.logic.boolalg import Boolean

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, covariance, one_variable_factors, variance
from theory.rules.homogeneous import half_line_powers


def absolute_moment(degree: Expr, q: Expr) -> Expr:
    """``E |x|^degree`` for x ~ N(0, q), degree > -1."""
    return (2 * q) ** (degree / 2) * gamma((degree + 1) / 2) / sqrt(pi)


def apply(mean: GaussianMean) -> Expr:
    factors = one_variable_factors(mean)
    powers = {v: half_line_powers(f, v) for v, f in factors.items()}
    for v, p in powers.items():
        if p.degree.is_number and not p.degree > -1:
            raise NotApplicable(f"|{v}|^({p.degree}) is not integrable at 0")
    if len(powers) == 1:
        ((v, p),) = powers.items()
        return p.even * absolute_moment(p.degree, variance(mean, v))
    if len(powers) != 2 or len(mean.law.variables) != 2:
        raise NotApplicable("more than two variables")
    (u, f), (v, g) = powers.items()
    if f.degree.is_integer and g.degree.is_integer:
        raise NotApplicable("integer degrees: Price's theorem gives elementary functions")
    a, b, q1, q2 = f.degree, g.degree, variance(mean, u), variance(mean, v)
    c = covariance(mean, u, v)
    r2 = c**2 / (q1 * q2)
    even = absolute_moment(a, q1) * absolute_moment(b, q2) * hyper([-a / 2, -b / 2], [S.Half], r2)
    odd = (
        2 * c / (pi * sqrt(q1 * q2)) * (2 * q1) ** (a / 2) * (2 * q2) ** (b / 2)
        * gamma(a / 2 + 1) * gamma(b / 2 + 1) * hyper([(1 - a) / 2, (1 - b) / 2], [S(3) / 2], r2)
    )  # fmt: skip
    return f.even * g.even * even + f.odd * g.odd * odd


def integrable_where(mean: GaussianMean) -> tuple[Boolean, ...]:
    """A power of symbolic degree is integrable at 0 above degree -1."""
    degrees = {half_line_powers(f, v).degree for v, f in one_variable_factors(mean).items()}
    return tuple(d > -1 for d in degrees if not d.is_nonnegative)


POLAR = Rule(
    "polar coordinates",
    r"\mathbb{E} |z|^a = (2q)^{a/2}\,\Gamma(\tfrac{a+1}{2})/\sqrt{\pi}",
    apply,
    conditions=integrable_where,
)
