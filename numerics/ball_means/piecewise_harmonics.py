r"""E f(z) P_k(s) for all degrees k at once, f piecewise polynomial, z = sqrt(m) s a coordinate of a normalised row, m >= 3.

P_k is the Gegenbauer polynomial of the sphere of R^m with P_k(1) = 1 and w the density of s.  Rodrigues' formula gives

    int_a^1 P_k w ds = (1-a^2) w(a) Q_{k-1}(a)/(m-1)   (k >= 1),   Q of the sphere of R^{m+2},

and (2k+m-2) s P_k = (k+m-2) P_{k+1} + k P_{k-1} the powers of s: no quadrature, and no digits are lost on the way.
"""

from __future__ import annotations

from flint import arb
from sympy import Expr, Poly, PolynomialError, Symbol, sqrt

from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import real_function

MOST_DEGREE = 60


def harmonic_values(dimension: int, order: int, at: arb) -> list[arb]:
    """P_0(at) .. P_order(at) on the sphere of R^m, m >= 3."""
    m, values = dimension, [arb(1), at]
    for k in range(1, order):
        values.append(((2 * k + m - 2) * at * values[k] - k * values[k - 1]) / (k + m - 2))
    return values[: order + 1]


def tail_harmonics(cut: arb, dimension: int, order: int) -> list[arb]:
    """``int_cut^1 P_k w ds`` for k = 0 .. order, -1 < cut < 1."""
    m = dimension
    half = arb(m - 1) / 2
    beta = arb.pi().sqrt() * half.gamma() / (arb(m) / 2).gamma()
    inside = 1 - cut * cut
    beyond = inside.beta_lower(half, arb(1) / 2, regularized=1) / 2
    if not cut >= 0:
        beyond = 1 - beyond if cut <= 0 else arb(1) / 2 + arb(0, 1) * (arb(1) / 2)
    edge = inside**half / beta / (m - 1)
    return [beyond, *(edge * q for q in harmonic_values(m + 2, order - 1, cut))]


def _coefficients(body: Expr, variable: Symbol, root: arb) -> list[arb] | None:
    """Those of body(sqrt(m) s) in s, lowest first, or None where it is no polynomial of moderate degree."""
    if not body.is_polynomial(variable):
        return None
    try:
        poly = Poly(body, variable)
    except PolynomialError:
        return None
    if poly.degree() > MOST_DEGREE:
        return None
    return [real_function(c, ())() * root**k for k, c in enumerate(reversed(poly.all_coeffs()))]


def piecewise_harmonics(f: Expr, variable: Symbol, dimension: int, order: int) -> list[arb] | None:
    """Balls of ``E f(sqrt(m) s) P_k(s)``, k = 0 .. order, at the working precision; None where a piece is no polynomial."""
    m, edge, root = dimension, sqrt(dimension), arb(dimension).sqrt()
    pieces = analytic_pieces(f, variable, -edge, edge)
    bodies = [_coefficients(piece.expression, variable, root) for piece in pieces]
    if any(body is None for body in bodies):
        return None
    most = order + max(len(body or ()) for body in bodies)
    # int_{-1}^1 P_k w ds and 0 beyond the ends of the support
    tails = [[arb(1)] + [arb(0)] * most]
    for piece in pieces[1:]:
        tails.append(tail_harmonics(real_function(piece.lower / edge, ())(), m, most))
    tails.append([arb(0)] * (most + 1))
    totals = [arb(0)] * (order + 1)
    for place, body in enumerate(bodies):
        assert body is not None
        means = [low - high for low, high in zip(tails[place], tails[place + 1])]
        for c in body:
            totals = [t + c * v for t, v in zip(totals, means)]
            # means of s times the body so far, one degree fewer
            means = [
                ((k + m - 2) * means[k + 1] + k * (means[k - 1] if k else arb(0))) / (2 * k + m - 2)
                for k in range(len(means) - 1)
            ]
    return totals
