r"""Two-coordinate means by nested Gauss-Legendre rules between kinks: no bound, an estimate of the error from two
orders.

The sums run in flint arithmetic for its speed; the balls' radii are not used as bounds here.  The rules differ on
purpose from those
of `ball_means.polar` and `ball_means.gegenbauer`, so that each can be held against the other:

* Gaussian: (u, v) with z1 = u, z2 = c u + sqrt(1-c^2) v, the inner interval cut where z2 meets a kink;
* sphere of R^m: z1 = sqrt(m) cos p, z2 = sqrt(m)(c cos p + sqrt(1-c^2) sin p cos q), weight sin^{m-2} p sin^{m-3} q.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
from flint import arb
from sympy import Expr, Symbol

from numerics.ball_means.tensor_quadrature import gauss_legendre
from numerics.digit_means.rules import ORDERS, Estimate, extrapolated
from numerics.errors import EvaluationError, UndecidedError
from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import real_function
from numerics.precision import Deadline, working_bits


def to_mp(ball: arb) -> Any:
    """The midpoint as an exact mpmath number."""
    mantissa, exponent = ball.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def _converged(rule: Callable[[int], arb], digits: int, deadline: Deadline, first: int) -> Estimate:
    tolerance = mpmath.mpf(10) ** -digits
    before, scale = None, tolerance
    bits = 64 * math.ceil((digits * 3.33 + 40) / 64)
    for order in ORDERS[first:-2]:
        deadline.check()
        with working_bits(bits):
            ball = rule(order)
        if not ball.is_finite():
            raise EvaluationError("the integrand has no finite value inside its domain")
        value = to_mp(ball)
        scale = max(scale, abs(value))
        if before is not None:
            error = extrapolated(abs(value - before), scale)
            if error < tolerance * scale:
                return Estimate(value, error + to_mp(ball.rad()) + tolerance * scale / 100)
        before = value
    raise EvaluationError("the quadrature did not converge: ask for fewer digits")


def _panel_sum(function: Callable[[arb], arb], lower: arb, upper: arb, order: int, bits: int) -> arb:
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    total = arb(0)
    for t, w in gauss_legendre(order, bits):
        total += function(middle + half * t) * w
    return total * half


def _branches(f: Expr, variable: Symbol) -> tuple[list[arb], list[Callable[[arb], arb] | None]]:
    """Kinks, and the function on each piece (None where it vanishes)."""
    pieces = analytic_pieces(f, variable)
    kinks = [real_function(p.lower, ())() for p in pieces[1:]]
    return kinks, [None if p.expression == 0 else real_function(p.expression, (variable,)) for p in pieces]


def _cut(points: list[arb], lower: arb, upper: arb, width: float) -> list[tuple[arb, arb, int]]:
    """Panels of at most `width` on [lower, upper] between the points, each with the number of points below it."""
    inside: list[tuple[arb, int]] = [(lower, sum(1 for p in points if p <= lower))]
    for i, p in enumerate(points):
        if p > inside[-1][0] and p < upper:
            inside.append((p, i + 1))
    ends = [*(p for p, _ in inside[1:]), upper]
    panels = []
    for (a, index), b in zip(inside, ends):
        parts = max(1, math.ceil(float((b - a).mid()) / width))
        panels += [(a + (b - a) * i / parts, a + (b - a) * (i + 1) / parts, index) for i in range(parts)]
    return panels


def gaussian_nested(
    f: Expr, g: Expr, variable: Symbol, correlation: Expr, digits: int, reach_of_squares: int, deadline: Deadline
) -> Estimate:
    """``E f(X) g(Y)`` for standard normal X, Y of correlation strictly between -1 and 1; f^2 and g^2 times the normal density
    are negligible from `reach_of_squares` on."""
    bits = 64 * math.ceil((digits * 3.33 + 40) / 64)
    reach = math.ceil(reach_of_squares / math.sqrt(2)) + 1  # there f and g times the density are negligible

    def rule(order: int) -> arb:
        c = real_function(correlation, ())()
        s = (1 - c * c).sqrt()
        (outer_kinks, outer), (inner_kinks, inner) = _branches(f, variable), _branches(g, variable)
        density = lambda v: (-v * v / 2).exp()
        size = abs(float(c.mid()))
        bends = []
        if size > 0.7:  # the inner mean bends on the scale s/|c| around a kink of g
            bends = [k / c + s / c * d for k in inner_kinks for d in (-6, -2, 0, 2, 6)]
        marks = sorted([*outer_kinks, *bends], key=lambda p: float(p.mid()))
        total = arb(0)
        for a, b, _ in _cut(marks, arb(-reach), arb(reach), 4.0):
            which = sum(1 for k in outer_kinks if not k > (a + b) / 2)
            branch = outer[which]
            if branch is None:
                continue

            def at(u: arb, branch: Any = branch) -> arb:
                value = arb(0)
                for p, q, index in _cut([(k - c * u) / s for k in inner_kinks], arb(-reach), arb(reach), 4.0):
                    body = inner[index]
                    if body is not None:
                        value += _panel_sum(lambda v: body(c * u + s * v) * density(v), p, q, order, bits)  # noqa: B023
                return branch(u) * value * density(u)

            total += _panel_sum(at, a, b, order, bits)
        return total / (2 * arb.pi())

    return _guarded(rule, digits, deadline)


def sphere_nested(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, digits: int, deadline: Deadline
) -> Estimate:
    """``E f(z1) g(z2)`` on the sphere of R^m, m >= 3."""
    bits = 64 * math.ceil((digits * 3.33 + 40) / 64)
    m = dimension
    # the weights sin^{m-2} and sin^{m-3} are negligible farther than this from pi/2
    spread = lambda power: (
        math.pi / 2 if power < 12 else min(math.pi / 2, math.acos(math.exp(-(digits + 4) * 2.31 / power)))
    )
    widths = spread(m - 2), spread(m - 3)

    def rule(order: int) -> arb:
        c = real_function(correlation, ())()
        s, root, half = (1 - c * c).sqrt(), arb(m).sqrt(), arb.pi() / 2
        (outer_kinks, outer), (inner_kinks, inner) = _branches(f, variable), _branches(g, variable)
        turn = c.acos()
        angles = lambda kinks: [(k / root).acos() for k in kinks if abs(k) < root]
        # the inner interval gains or loses a kink where the circle of latitude touches it
        touching = [t for a in angles(inner_kinks) for t in (a + turn, a - turn, turn - a, 2 * arb.pi() - a - turn)]
        marks = sorted([*angles(outer_kinks), *touching], key=lambda p: float(p.mid()))
        edges = [half if w >= math.pi / 2 else arb(w) for w in widths]
        total = arb(0)
        for a, b, _ in _cut(marks, half - edges[0], half + edges[0], 0.8):
            level = root * ((a + b) / 2).cos()
            branch = outer[sum(1 for k in outer_kinks if k < level)]
            if branch is None:
                continue

            def at(p: arb, branch: Any = branch) -> arb:
                here, across = root * c * p.cos(), root * s * p.sin()
                cosines = [(k - here) / across for k in inner_kinks]
                cuts = sorted((t.acos() for t in cosines if abs(t) < 1), key=lambda t: float(t.mid()))
                value = arb(0)
                for low, high, _ in _cut(cuts, half - edges[1], half + edges[1], 1.6):
                    middle = here + across * ((low + high) / 2).cos()
                    body = inner[sum(1 for k in inner_kinks if k < middle)]
                    if body is not None:
                        value += _panel_sum(
                            lambda q: body(here + across * q.cos()) * q.sin() ** (m - 3),  # noqa: B023
                            low,
                            high,
                            order,
                            bits,
                        )
                return branch(root * p.cos()) * value * p.sin() ** (m - 2)

            # a substitution with zero slope at both ends calms the roots that the touching points leave
            def calmed(t: arb, a: arb = a, b: arb = b, at: Any = at) -> arb:
                middle, reach = (a + b) / 2, (b - a) / 2
                return at(middle + reach * t * (3 - t * t) / 2) * reach * (1 - t * t) * 3 / 2

            total += _panel_sum(calmed if touching else at, *((arb(-1), arb(1)) if touching else (a, b)), order, bits)
        beta = lambda power: arb.pi().sqrt() * (arb(power + 1) / 2).gamma() / (arb(power) / 2 + 1).gamma()
        return total / (beta(m - 2) * beta(m - 3))

    return _guarded(rule, digits, deadline)


def _guarded(rule: Callable[[int], arb], digits: int, deadline: Deadline) -> Estimate:
    try:
        return _converged(rule, digits, deadline, 0 if digits < 20 else 1 if digits < 30 else 2)
    except UndecidedError as failure:
        raise EvaluationError(failure.advice) from failure
