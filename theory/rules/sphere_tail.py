r"""One coordinate of the sphere beyond a threshold: incomplete beta functions by one recursion.

In m dimensions the scaled coordinate ``t = z/sqrt(m)`` has density ``(1 - t^2)^{(m-3)/2}/B(1/2, (m-1)/2)`` on (-1, 1).  With
``U_p = E t^p 1_{t > a}``, ``|a| < 1``, an integration by parts gives

    (m + p - 2) U_p = a^{p-1} (1 - a^2)^{(m-1)/2}/B + (p - 1) U_{p-2},      U_1 without its last term,

and ``U_0 = 1/2 - (a/B) 2F1(1/2, (3-m)/2; 3/2; a^2)``, elementary for an integer m (a polynomial, or an arcsine and a root).
"""

from __future__ import annotations

from sympy import Expr, Mul, Poly, Rational, S, asin, gamma, hyper, pi, sqrt
from sympy.logic.boolalg import Boolean

from theory.expectation import SphereMean
from theory.rules.base import NotApplicable, Rule
from theory.rules.branches import half_line


def _central_mass(a: Expr, m: Expr) -> Expr:
    """``int_0^a (1 - t^2)^{(m-3)/2} dt``."""
    if not m.is_Integer:
        return a * hyper([S.Half, (3 - m) / 2], [Rational(3, 2)], a**2)
    power, total = (S.Zero, a) if m % 2 else (-S.Half, asin(a))
    while power < (m - 3) / 2:
        power += 1
        total = (a * (1 - a**2) ** power + 2 * power * total) / (2 * power + 1)
    return total


def tail_moment(p: int, a: Expr, m: Expr) -> Expr:
    """``E t^p 1_{t > a}`` for the scaled coordinate in m >= 2 dimensions, ``|a| < 1``."""
    mass = sqrt(pi) * gamma((m - 1) / 2) / gamma(m / 2)
    edge = (1 - a**2) ** ((m - 1) / 2) / mass
    if p == 0:
        return S.Half - _central_mass(a, m) / mass
    if p == 1:
        return edge / (m - 1)
    return (a ** (p - 1) * edge + (p - 1) * tail_moment(p - 2, a, m)) / (m + p - 2)


def _parts(mean: SphereMean) -> tuple[Poly, Expr]:
    """(P, s) where the integrand is ``P(z) 1_{z > s}``."""
    names = mean.law.variables
    if len(names) != 1:
        raise NotApplicable("a threshold away from 0 in two coordinates: the sphere's corner has no closed form here")
    factors = Mul.make_args(mean.expression)
    ends = [e for f in factors if (e := half_line(f, names[0])) is not None]
    body = Mul(*(f for f in factors if half_line(f, names[0]) is None))
    if len(ends) != 1 or not body.is_polynomial(names[0]):
        raise NotApplicable("the integrand is no polynomial on a half-line")
    return Poly(body, names[0]), ends[0]


def apply(mean: SphereMean) -> Expr:
    poly, s = _parts(mean)
    m = mean.law.dimension
    if m == 1:
        raise NotApplicable("one dimension: the coordinate takes two values")
    radius = sqrt(m)
    if (s - radius).is_nonnegative:
        return S.Zero
    if (s + radius).is_nonpositive:
        return SphereMean(poly.as_expr(), mean.law)
    return sum((c * radius**p * tail_moment(p, s / radius, m) for (p,), c in poly.terms()), S.Zero)


def inside_the_sphere(mean: SphereMean) -> tuple[Boolean, ...]:
    """The threshold meets the sphere, which has more than one dimension; what a batch of at least 2 settles is left out."""
    _, s = _parts(mean)
    m, least = mean.law.dimension, 1 if mean.law.centered else 2
    if m.is_number:
        return (s**2 < m,) if s.free_symbols else ()
    bounds = [s**2, S.One] if s.free_symbols else [max(s**2, S.One)]
    return tuple(b < m for b in bounds if b.free_symbols or b >= least)


SPHERE_TAIL = Rule(
    "incomplete beta",
    r"(m+p-2)\,\mathbb{E} t^p \mathbf{1}_{t>a} = a^{p-1} (1-a^2)^{(m-1)/2}/B + (p-1)\,\mathbb{E} t^{p-2} \mathbf{1}_{t>a}",
    apply,
    partial=True,
    conditions=inside_the_sphere,
)
