r"""Price's theorem for half-line powers: differentiate in c until the integrand is a delta function, integrate back.

E u_+^i v_+^j with i >= j: after j + 1 derivatives in c the second factor is delta(v) and the mean is algebraic in c; each
integration from c = 0 starts at the product of one-dimensional means.  By homogeneity it is enough to do so at unit
variances, where everything stays in the ring P(r) + Q(r) sqrt(1 - r^2) + R(r) arcsin(r) with coefficients in QQ[1/pi]
(times 1/sqrt(2 pi) where i + j is odd), and antiderivatives are found by recursion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import QQ, Expr, Heaviside, Mul, Pow, S, Symbol, acos, factorial, factorial2, ff, pi, ring, sqrt

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, covariance, variance

_POLYNOMIALS, _R, _OVER_PI = ring("r,w", QQ)


@dataclass(frozen=True)
class _Ring:
    """``plain + root sqrt(1 - r^2) + angle arcsin(r)``, polynomials in r and w = 1/pi."""

    plain: Any
    root: Any
    angle: Any

    def integral(self) -> _Ring:
        """The antiderivative that vanishes at r = 0."""
        total = _ring(_integrated(self.plain))
        for k, a in _by_power(self.root):
            total = total.plus(_power_times_root(k).times(a))
        for k, a in _by_power(self.angle):  # by parts
            part = _Ring(_POLYNOMIALS(0), _POLYNOMIALS(0), _R ** (k + 1))
            total = total.plus(part.plus(_power_over_root(k + 1).times(-1)).times(a * QQ(1, k + 1)))
        return total

    def plus(self, other: _Ring) -> _Ring:
        return _Ring(self.plain + other.plain, self.root + other.root, self.angle + other.angle)

    def times(self, factor: Any) -> _Ring:
        return _Ring(self.plain * factor, self.root * factor, self.angle * factor)


def _ring(plain: Any) -> _Ring:
    return _Ring(plain * _POLYNOMIALS(1), _POLYNOMIALS(0), _POLYNOMIALS(0))


def _by_power(poly: Any) -> list[tuple[int, Any]]:
    """(k, coefficient of r^k in QQ[w]), a term each."""
    return [(k, _OVER_PI**m * a) for (k, m), a in poly.terms()]


def _integrated(poly: Any) -> Any:
    return sum((_R ** (k + 1) * a * QQ(1, k + 1) for k, a in _by_power(poly)), _POLYNOMIALS(0))


def _power_over_root(k: int) -> _Ring:
    """Integral of r^k/sqrt(1 - r^2) from 0."""
    if k == 0:
        return _Ring(_POLYNOMIALS(0), _POLYNOMIALS(0), _POLYNOMIALS(1))
    if k == 1:
        return _Ring(_POLYNOMIALS(1), _POLYNOMIALS(-1), _POLYNOMIALS(0))
    lower = _power_over_root(k - 2).times(QQ(k - 1, k))
    return lower.plus(_Ring(_POLYNOMIALS(0), -(_R ** (k - 1)) * QQ(1, k), _POLYNOMIALS(0)))


def _power_times_root(k: int) -> _Ring:
    return _power_over_root(k).plus(_power_over_root(k + 2).times(-1))


def _half_moment(k: int) -> Any:
    """``E z_+^k`` for standard normal z; for odd k without its factor 1/sqrt(2 pi)."""
    return QQ(int(factorial2(k - 1)), 2) if k % 2 == 0 else QQ(2 ** (k // 2) * int(factorial(k // 2)))


@lru_cache(maxsize=512)
def _unit_moment(i: int, j: int) -> _Ring:
    """``E u_+^i v_+^j`` at unit variances, i >= j; without the factor 1/sqrt(2 pi) where i + j is odd."""
    half = _OVER_PI * QQ(1, 2)
    constant = QQ(int(factorial(i) / factorial(i - j) * factorial(j)))
    if i == j:  # E delta(u) delta(v) = 1/(2 pi sqrt(1 - r^2))
        current = _power_over_root(0).times(half * constant)
    else:  # E (i-j) u_+^{i-j-1} delta(v), with Var(u | v) = 1 - r^2
        k = i - j - 1
        even = (1 - _R**2) ** (k // 2) * constant * (i - j) * _half_moment(k)
        nothing = _POLYNOMIALS(0)
        start = _ring(even) if k % 2 == 0 else _Ring(nothing, even * half, nothing)
        current = start.integral()
    for order in range(j, -1, -1):
        boundary = QQ(int(ff(i, order) * ff(j, order))) * _half_moment(i - order) * _half_moment(j - order)
        both_odd = (i - order) % 2 == 1 and (j - order) % 2 == 1
        current = current.plus(_ring(boundary * half if both_odd else boundary))
        if order:
            current = current.integral()
    return current


def half_line_moment(i: int, j: int, q1: Expr, q2: Expr, c: Expr) -> Expr:
    """``E u_+^i v_+^j`` (degree 0: the indicator) for variances q1, q2 and covariance c."""
    if i < j:
        i, j, q1, q2 = j, i, q2, q1
    unit, p = _unit_moment(i, j), q1 * q2

    def scaled(poly: Any, extra: int = 0) -> Expr:
        total: Expr = S.Zero
        for (k, m), a in poly.terms():
            size = q1 ** (S(i - k - extra) / 2) * q2 ** (S(j - k - extra) / 2)
            total += S(a.numerator) / S(a.denominator) * c**k * size / pi**m
        return total

    total = scaled(unit.plain)
    if unit.root != 0:
        total += scaled(unit.root, 1) * sqrt(p - c**2)
    if unit.angle != 0:
        total += scaled(unit.angle) * (pi / 2 - acos(c / sqrt(p)))
    return total / sqrt(2 * pi) if (i + j) % 2 else total


def _half_line_power(factor: Expr, variable: Symbol) -> int:
    """k where the factor is variable^k Heaviside(variable)."""
    k, indicators = 0, 0
    for part in Mul.make_args(factor):
        if part == variable:
            k += 1
        elif isinstance(part, Pow) and part.base == variable and part.exp.is_Integer and part.exp > 0:
            k += int(part.exp)
        elif isinstance(part, Heaviside) and part.args[0] == variable:
            indicators += 1
        else:
            raise NotApplicable(f"{factor} is no power on the half-line {variable} > 0")
    if indicators != 1:
        raise NotApplicable(f"{factor} is no power on the half-line {variable} > 0")
    return k


def apply(mean: GaussianMean) -> Expr:
    names = mean.law.variables
    if len(names) != 2:
        raise NotApplicable("Price's theorem is used for two variables")
    u, v = names
    own = {w: Mul(*(f for f in Mul.make_args(mean.expression) if f.has(w))) for w in names}
    if own[u] * own[v] != mean.expression:
        raise NotApplicable("a factor has both variables")
    i, j = _half_line_power(own[u], u), _half_line_power(own[v], v)
    if i + j > 40:
        raise NotApplicable(f"degree {i + j} is beyond 40")
    return half_line_moment(i, j, variance(mean, u), variance(mean, v), covariance(mean, u, v))


PRICE = Rule("Price", r"\partial_c\,\mathbb{E} f(u) g(v) = \mathbb{E} f'(u) g'(v)", apply)
