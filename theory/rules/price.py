r"""Price's theorem for half-line powers: differentiate in c until the integrand is a delta function, integrate back.

E u_+^i v_+^j with i >= j: after j + 1 derivatives in c the second factor is delta(v) and the mean is algebraic in c; each
integration from c = 0 starts at the product of one-dimensional means.  Everything stays in the ring
P(c) + Q(c) sqrt(q1 q2 - c^2) + R(c) arcsin(c/sqrt(q1 q2)), in which antiderivatives are found by recursion.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Heaviside, Mul, Poly, Pow, S, Symbol, acos, factorial, ff, gamma, pi, sqrt

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, covariance, variance

_C = Symbol("c")


@dataclass(frozen=True)
class _Ring:
    """P + Q D + R theta, D = sqrt(p - c^2), theta = arcsin(c/sqrt p); coefficients are tuples by power of c."""

    p: Expr
    plain: Poly
    root: Poly
    angle: Poly

    def integral(self) -> _Ring:
        """The antiderivative that vanishes at c = 0."""
        total = _ring(self.p, self.plain.integrate(_C))
        for (k,), a in self.root.terms():
            total = total.plus(_power_times_root(self.p, k).times(a))
        for (k,), a in self.angle.terms():  # by parts
            part = _Ring(self.p, _poly(0), _poly(0), _poly(_C ** (k + 1)))
            total = total.plus(part.plus(_power_over_root(self.p, k + 1).times(-1)).times(a / S(k + 1)))
        return total

    def plus(self, other: _Ring) -> _Ring:
        return _Ring(self.p, self.plain + other.plain, self.root + other.root, self.angle + other.angle)

    def times(self, factor: Expr) -> _Ring:
        return _Ring(self.p, self.plain * factor, self.root * factor, self.angle * factor)

    def value(self, c: Expr) -> Expr:
        plain, root, angle = (e.as_expr().xreplace({_C: c}) for e in (self.plain, self.root, self.angle))
        theta = pi / 2 - acos(c / sqrt(self.p)) if angle != 0 else S.Zero
        return plain + root * sqrt(self.p - c**2) + angle * theta


def _poly(expression: Expr | int) -> Poly:
    return Poly(expression, _C, domain="EX") if not isinstance(expression, Poly) else expression


def _ring(p: Expr, plain: Poly) -> _Ring:
    return _Ring(p, plain, _poly(0), _poly(0))


def _power_over_root(p: Expr, k: int) -> _Ring:
    """Integral of c^k/D from 0."""
    if k == 0:
        return _Ring(p, _poly(0), _poly(0), _poly(1))
    if k == 1:
        return _Ring(p, _poly(sqrt(p)), _poly(-1), _poly(0))
    lower = _power_over_root(p, k - 2).times(p * (k - 1) / S(k))
    return lower.plus(_Ring(p, _poly(0), _poly(-(_C ** (k - 1)) / S(k)), _poly(0)))


def _power_times_root(p: Expr, k: int) -> _Ring:
    return _power_over_root(p, k).times(p).plus(_power_over_root(p, k + 2).times(-1))


def _half_moment(k: int) -> Expr:
    """``E z_+^k`` for standard normal z."""
    return S(2) ** (S(k) / 2 - 1) * gamma(S(k + 1) / 2) / sqrt(pi)


def half_line_moment(i: int, j: int, q1: Expr, q2: Expr, c: Expr) -> Expr:
    """``E u_+^i v_+^j`` (degree 0: the indicator) for variances q1, q2 and covariance c."""
    if i < j:
        i, j, q1, q2 = j, i, q2, q1
    p = q1 * q2
    constant = factorial(i) / factorial(i - j) * factorial(j)
    if i == j:  # E delta(u) delta(v) = 1/(2 pi D)
        current = _power_over_root(p, 0).times(constant / (2 * pi))
    else:  # E (i-j) u_+^{i-j-1} delta(v), with s^2 = (p - c^2)/q2
        k = i - j - 1
        scale = constant * (i - j) * _half_moment(k) / (sqrt(2 * pi) * q2 ** (S(k + 1) / 2))
        even = _poly((p - _C**2) ** (k // 2)) * scale
        start = _ring(p, even) if k % 2 == 0 else _Ring(p, _poly(0), even, _poly(0))
        current = start.integral()
    for order in range(j, -1, -1):
        falling = ff(i, order) * ff(j, order)
        boundary = falling * _half_moment(i - order) * _half_moment(j - order)
        boundary *= q1 ** (S(i - order) / 2) * q2 ** (S(j - order) / 2)
        current = current.plus(_ring(p, _poly(boundary)))
        if order:
            current = current.integral()
    return current.value(c)


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
