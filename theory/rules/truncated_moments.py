r"""Powers on two half-lines with any thresholds: Stein's recursion in a ring with four basis elements.

``E u^i v^j 1_{u>s} 1_{v>t}`` is ``P p + A a + B b + C d`` with coefficients rational in the variances, the covariance and
the thresholds, where

    p = P(u > s, v > t),  a = phi_{q1}(s) P(v > t | u = s),  b = phi_{q2}(t) P(u > s | v = t),  d = density of (u, v) at (s, t).

Stein's identity with distributional derivatives lowers the powers: ``E u g = q1 E d_u g + c E d_v g``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import QQ, Add, Expr, Mul, Poly, Symbol, exp, factor_terms, field, pi, sqrt

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, covariance, variance
from theory.rules.branches import half_line
from theory.special import BivariateNormalCdf, normal_cdf, normal_density

MAX_DEGREE = 40
_FIELD, _Q1, _Q2, _C, _S, _T = field("q1,q2,c,s,t", QQ)

Vector = tuple[Any, Any, Any, Any]
"""Coefficients of p, a, b, d."""


def _add(left: Vector, right: Vector, factor: Any) -> Vector:
    return tuple(x + factor * y for x, y in zip(left, right))  # type: ignore[return-value]


_ZERO: Vector = (_FIELD(0),) * 4  # type: ignore[assignment]


@lru_cache(maxsize=1024)
def _edge(side: int, k: int) -> Vector:
    """Side 0: ``phi_{q1}(s) E[v^k 1_{v>t} | u = s]``; side 1 the same with u and v exchanged."""
    q, other, at, end = (_Q1, _Q2, _S, _T) if side == 0 else (_Q2, _Q1, _T, _S)
    if k == 0:
        return tuple(_FIELD(int(n == 1 + side)) for n in range(4))  # type: ignore[return-value]
    spread = (q * other - _C**2) / q
    total = _add(_ZERO, _edge(side, k - 1), _C * at / q)
    if k > 1:
        total = _add(total, _edge(side, k - 2), spread * (k - 1))
    return _add(total, (_FIELD(0), _FIELD(0), _FIELD(0), _FIELD(1)), spread * end ** (k - 1))


@lru_cache(maxsize=1024)
def moment_vector(i: int, j: int) -> Vector:
    """Coefficients of ``E u^i v^j 1_{u>s} 1_{v>t}``."""
    if i == j == 0:
        return _FIELD(1), _FIELD(0), _FIELD(0), _FIELD(0)
    if i >= j:
        q, low = _Q1, (i - 1, j)
        total = _add(_ZERO, _edge(0, j), q * _S ** low[0])
        total = _add(total, moment_vector(i - 2, j), q * (i - 1)) if i > 1 else total
        total = _add(total, moment_vector(i - 1, j - 1), _C * j) if j else total
        return _add(total, _edge(1, i - 1), _C * _T**j)
    total = _add(_ZERO, _edge(1, i), _Q2 * _T ** (j - 1))
    total = _add(total, moment_vector(i, j - 2), _Q2 * (j - 1)) if j > 1 else total
    total = _add(total, moment_vector(i - 1, j - 1), _C * i) if i else total
    return _add(total, _edge(0, j - 1), _C * _S**i)


def basis(q1: Expr, q2: Expr, c: Expr, s: Expr, t: Expr) -> tuple[Expr, Expr, Expr, Expr]:
    """p, a, b, d as expressions."""
    gap = q1 * q2 - c**2
    both = BivariateNormalCdf(-s / sqrt(q1), -t / sqrt(q2), c / sqrt(q1 * q2))
    left = normal_density(s, q1) * normal_cdf((c * s - q1 * t) / sqrt(q1 * gap))
    right = normal_density(t, q2) * normal_cdf((c * t - q2 * s) / sqrt(q2 * gap))
    density = exp(-(q2 * s**2 - 2 * c * s * t + q1 * t**2) / (2 * gap)) / (2 * pi * sqrt(gap))
    return both, left, right, density


def _polynomial_on_half_line(factor: Expr, variable: Symbol) -> tuple[Poly, Expr]:
    """(P, t) where the factor is ``P(variable) Heaviside(variable - t)``."""
    threshold, rest = None, []
    for part in Mul.make_args(factor):
        end = half_line(part, variable)
        if end is not None and threshold is None and not end.has(variable):
            threshold = end
        else:
            rest.append(part)
    poly = Mul(*rest)
    if threshold is None or not poly.is_polynomial(variable):
        raise NotApplicable(f"{factor} is no polynomial on a half-line")
    return Poly(poly, variable), threshold


def _combined(left: Poly, right: Poly) -> list[Expr]:
    """Coefficients of p, a, b, d of the mean of two polynomials, in the symbols of the field."""
    pairs = [(i, j, a * b) for (i,), a in left.terms() for (j,), b in right.terms()]
    if all(k.is_Rational for _, _, k in pairs):
        total = _ZERO
        for i, j, k in pairs:
            total = _add(total, moment_vector(i, j), QQ(k.p, k.q))
        return [e.as_expr() for e in total]
    return [Add(*(k * moment_vector(i, j)[n].as_expr() for i, j, k in pairs)) for n in range(4)]


def apply(mean: GaussianMean) -> Expr:
    names = mean.law.variables
    if len(names) != 2:
        raise NotApplicable("the recursion is used for two variables")
    own = {w: Mul(*(f for f in Mul.make_args(mean.expression) if f.has(w))) for w in names}
    if Mul(*own.values()) != mean.expression:
        raise NotApplicable("a factor has both variables, or a constant is still inside")
    (u, v) = names
    (left, s), (right, t) = (_polynomial_on_half_line(own[w], w) for w in names)
    if s == t == 0:
        raise NotApplicable("both thresholds are zero: Price's theorem gives elementary functions")
    if left.degree() + right.degree() > MAX_DEGREE:
        raise NotApplicable(f"degree {left.degree() + right.degree()} is beyond {MAX_DEGREE}")
    q1, q2, c = variance(mean, u), variance(mean, v), covariance(mean, u, v)
    if c == 0:
        raise NotApplicable("the variables are independent")
    values = dict(zip(map(Symbol, ("q1", "q2", "c", "s", "t")), (q1, q2, c, s, t)))
    coefficients = (factor_terms(e.xreplace(values)) for e in _combined(left, right))
    return Add(*(k * element for k, element in zip(coefficients, basis(q1, q2, c, s, t)) if k != 0))


TRUNCATED_MOMENTS = Rule(
    "truncated moments (Stein)",
    r"\mathbb{E} u\,g = q_1\,\mathbb{E}\,\partial_u g + c\,\mathbb{E}\,\partial_v g,\ g = u^{i-1} v^j \mathbf{1}_{u>s} \mathbf{1}_{v>t}",
    apply,
)
