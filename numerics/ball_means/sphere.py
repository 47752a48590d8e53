r"""Means of products of functions of one coordinate each under the law of a batch-normalised row, as balls.

The row is sqrt(m) times projections of a uniform point u of the unit sphere of R^m (m = n-1 centred, n otherwise): z_i
= sqrt(m) <u, e_i>
with unit vectors e_i of pairwise inner product c (-1/(n-1) or 0).  For m = 1 the law is a random sign, for m = 2 a
circle.
"""

from __future__ import annotations

import itertools
from typing import Any

from flint import acb, arb
from sympy import Expr, S, Symbol, acos, cos, pi, sqrt

from numerics.ball_means.circle_pairs import circle_pair
from numerics.ball_means.gegenbauer import ellipses, gegenbauer_series, recurrence_square
from numerics.ball_means.quadrature import integral
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.analyticity import BOUND_BITS
from numerics.formulas.integrands import parity_of
from numerics.formulas.pieces import Piece, analytic_pieces, certainly_less, order_points
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import NO_DEADLINE, Deadline, working_bits

LARGEST_DEGREE = 1000
_DEGREES = (16, 24, 32, 48, 64, 96, 128, 192, 256)


def one_coordinate(f: Expr, variable: Symbol, dimension: int, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """``E f(sqrt(m) u_1)``, m >= 2."""
    edge = sqrt(dimension)
    pieces = analytic_pieces(f, variable, -edge, edge)
    if len(pieces) == 1:
        body = pieces[0].expression
        try:
            return gegenbauer_series(body, variable, dimension, 0, bits, parity_of(body, variable)).coefficients[0]
        except UndecidedError:
            pass
    with working_bits(bits + 20):
        total = arb(0)
        root = arb(dimension).sqrt()
        half_beta = arb.pi().sqrt() * (arb(dimension - 1) / 2).gamma() / (arb(dimension) / 2).gamma()
        for piece in pieces:
            if piece.expression == 0:
                continue
            value = complex_function(piece.expression, (variable,))

            def integrand(theta: acb, sure: bool, value: Any = value) -> acb:
                return value(root * theta.cos(), sure) * theta.sin() ** (dimension - 2)

            ends = [_angle(p, edge) for p in (piece.upper, piece.lower)]
            total += integral(integrand, ends[0], ends[1], deadline)
        return total / half_beta


def two_coordinates(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, bits: int, deadline: Deadline = NO_DEADLINE
) -> arb:
    """``E f(z_1) g(z_2)``, m >= 3."""
    edge = sqrt(dimension)
    first, second = (analytic_pieces(e, variable, -edge, edge) for e in (f, g))
    if len(first) == len(second) == 1:
        with working_bits(2 * bits + 64):
            c = real_function(correlation, ())()
        return gegenbauer(first[0].expression, second[0].expression, variable, dimension, c, bits, deadline)
    try:
        polynomial = circle_pair(f, g, variable, dimension, correlation, bits, deadline)
        if polynomial is not None:
            return polynomial
    except UndecidedError:
        deadline.check()
    from numerics.ball_means.polar import sphere_polar

    return sphere_polar(f, g, variable, dimension, correlation, bits, deadline)


def _angle(point: Expr, edge: Expr) -> arb:
    angle = S.Zero if point == edge else pi if point == -edge else acos(point / edge)
    return real_function(angle, ())()


def degree_bound(dimension: int, correlation: arb, degree: int) -> arb:
    """sup over k >= degree of |P_k(c)|, P_k(1) = 1, from Laplace's integral P_k(c) = E (c + i sqrt(1-c^2) t)^k.

    t is a coordinate of the unit sphere of R^{m-1}; the modulus is at most 1, so its largest even power below k bounds
    it:
    sum_i binom(j, i) c^{2(j-i)} (1-c^2)^i E t^{2i}.
    """
    if dimension == 2:
        return arb(1)
    j = degree // 2
    c2 = correlation * correlation
    total = arb(0)
    moment, binomial = arb(1), arb(1)
    powers = [arb(1)]
    for _ in range(j):
        powers.append(powers[-1] * c2)
    rest = arb(1)
    for i in range(j + 1):
        total += binomial * powers[j - i] * rest * moment
        binomial = binomial * (j - i) / (i + 1)
        moment = moment * (2 * i + 1) / (dimension - 1 + 2 * i)
        rest = rest * (1 - c2)
    return total.abs_upper().min(arb(1))


def gegenbauer(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: arb, bits: int, deadline: Deadline
) -> arb:
    """``E f(z_1) g(z_2)``, f and g analytic: sum a_k b_k P_k(c) with its tail, |P_k(c)| times the remaining norms."""
    parities = parity_of(f, variable), parity_of(g, variable)
    goal = arb(2) ** -bits
    degree = _first_degree((f, g), parities, variable, dimension, correlation, goal)
    while True:
        deadline.check()
        first = gegenbauer_series(f, variable, dimension, degree, bits + 16, parities[0])
        second = first if f == g else gegenbauer_series(g, variable, dimension, degree, bits + 16, parities[1])
        with working_bits(bits + 32 + 2 * degree):
            rest = (first.remainder.abs_upper() * second.remainder.abs_upper()).sqrt()
            tail = (rest * degree_bound(dimension, correlation, degree + 1)).abs_upper()
            if tail < goal or degree >= LARGEST_DEGREE:
                return symmetric(tail) + _paired(first.coefficients, second.coefficients, dimension, correlation)
        degree *= 2


def _first_degree(
    functions: tuple[Expr, Expr],
    parities: tuple[int, int],
    variable: Symbol,
    dimension: int,
    correlation: arb,
    goal: arb,
) -> int:
    """Where the tail is about the goal, by how well polynomials approximate f and g; to start from, no bound."""
    found = [ellipses(e, variable, dimension, parity != 0) for e, parity in zip(functions, parities)]
    degree = _DEGREES[0]
    with working_bits(BOUND_BITS):
        for degree in _DEGREES:
            rest = degree_bound(dimension, correlation, degree + 1)
            for around in found:
                rest *= min((e.distance(degree) for e in around), key=lambda b: float(b.log().mid()), default=arb(1))
            if rest < goal:
                break
    return degree


def _paired(a: tuple[arb, ...], b: tuple[arb, ...], dimension: int, correlation: arb) -> arb:
    """sum a_k b_k P_k(c)/P_k(1), both orthonormal polynomials by the recurrence."""
    total = a[0] * b[0]
    here, here_one, before, before_one, last = arb(1), arb(1), arb(0), arb(0), arb(0)
    for k in range(1, len(a)):
        p, q = recurrence_square(dimension, k)
        alpha = (arb(p) / q).sqrt()
        here, before = (correlation * here - last * before) / alpha, here
        here_one, before_one = (here_one - last * before_one) / alpha, here_one
        last = alpha
        total += a[k] * b[k] * here / here_one
    return total


def circle(terms: list[tuple[Expr, Expr]], variable: Symbol, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """The mean over a uniform angle t of ``prod_i f_i(sqrt(2) cos(t - t_i))`` for pairs (f_i, t_i), t_i exact."""
    edge = sqrt(2)
    cuts = {-pi, pi}
    split = []
    for f, shift in terms:
        pieces = analytic_pieces(f, variable, -edge, edge)
        split.append((pieces, shift))
        for piece in pieces[1:]:
            for angle in (shift + acos(piece.lower / edge), shift - acos(piece.lower / edge)):
                cuts.add(_wrapped(angle))
    points = order_points(cuts)
    with working_bits(bits + 20):
        total, root = arb(0), arb(2).sqrt()
        for left, right in itertools.pairwise(points):
            middle = (left + right) / 2
            functions = []
            for pieces, shift in split:
                at = real_function(edge * cos(middle - shift), ())()
                functions.append((complex_function(_piece_at(pieces, at), (variable,)), real_function(shift, ())()))

            def integrand(t: acb, sure: bool, functions: Any = functions) -> acb:
                product = acb(1)
                for value, shift in functions:
                    product = product * value(root * (t - shift).cos(), sure)
                return product

            total += integral(integrand, real_function(left, ())(), real_function(right, ())(), deadline)
        return total / (2 * arb.pi())


def _wrapped(angle: Expr) -> Expr:
    """The same angle in (-pi, pi]."""
    while certainly_less(pi, angle) if angle != pi else False:
        angle -= 2 * pi
    while certainly_less(angle, -pi) if angle != -pi else False:
        angle += 2 * pi
    return angle


def _piece_at(pieces: tuple[Piece, ...], at: arb) -> Expr:
    """The piece in which a point of the support lies; the first and the last reach to its ends."""
    for piece in pieces:
        above = piece is pieces[0] or real_function(piece.lower, ())() < at
        below = piece is pieces[-1] or at < real_function(piece.upper, ())()
        if above and below:
            return piece.expression
    raise UndecidedError("cannot decide on which side of a kink an arc of the circle lies")
