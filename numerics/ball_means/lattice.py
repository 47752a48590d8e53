r"""E f(X) g(Y) for analytic f and g by a midpoint sum over the plane whose errors are all bounded: one polynomial product.

With c > 0 (g is mirrored otherwise) the density splits,

    -(x^2 - 2 c x y + y^2)/(2(1-c^2)) = -(x^2 + y^2)/(2(1+c)) - c (x-y)^2/(2(1-c^2)),

so that over nodes (j+1/2)h the double sum is sum_d t_d (P Q)_d with the coefficients f(x_j) e^{-x_j^2/(2(1+c))} and the
like: O(N) function values, and no series in c that slows down near |c| = 1.

Errors (docs/derivations/lattice_sums.md): one coordinate after the other goes from integral to sum.  With f analytic for
|Im z| <= a the density grows by e^{a^2/(2(1-c^2))} off the line, and by Cauchy-Schwarz the step costs

    2/(e^{2 pi a/h} - 1) e^{a^2/(2(1-c^2))} |f(.+ia)| |g| (1 + h/sqrt(2 pi (1-c^2))),

norms in the standard normal law, taken over sums and integrals alike; the ends +-L add (2 h/pi) times the largest values there.
Beyond L Hoelder's inequality bounds what is left of the mean.
"""

from __future__ import annotations

import itertools
import math
import operator
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, ctx, fmpz, fmpz_poly
from sympy import Expr, Symbol

from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.analyticity import Strip, strips
from numerics.formulas.integrands import parity_of
from numerics.formulas.tails import gaussian_tail
from numerics.formulas.walker import real_function
from numerics.precision import NO_DEADLINE, Deadline, paced, working_bits

LONGEST_REACH = 160
LARGEST_BITS = 6000
MOST_NODES = 40_000
BOUND_BITS = 53
HUGE = 1e150
# exponents p of E[|f|^p; |X| > L], with their partners q
_HOELDER = ((1.25, 5), (2.0, 2))


@lru_cache(maxsize=64)
def _tiles(edges: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Width, and distance from 0, of each tile."""
    return tuple(
        (high - low, 0.0 if low <= 0 <= high else min(abs(low), abs(high))) for low, high in itertools.pairwise(edges)
    )


@lru_cache(maxsize=64)
def _rough_weights(edges: tuple[float, ...]) -> tuple[float, ...]:
    """About the normal mass of each tile."""
    return tuple(math.exp(-near * near / 2) * (width + 0.1) for width, near in _tiles(edges))


def _norm(strip: Strip, step: float, power: int = 2) -> arb:
    """At least E[|f(X + iy)|^power; |X| <= L]^(1/power) for |y| <= height, and the same for the sum over nodes."""
    total = arb(0)
    for bound, (width, near) in zip(strip.bounds, _tiles(strip.edges), strict=True):
        total += bound**power * ((-arb(near) * near / 2).exp() * (width + step))
    return ((total / (2 * arb.pi()).sqrt()) ** (arb(1) / power)).abs_upper()


def _log_norm(strip: Strip) -> float:
    """log of `_norm` in floats, to choose by."""
    values = [float(b) for b in strip.bounds]
    if 0 < max(values) < HUGE:
        total = sum(v * v * w for v, w in zip(values, _rough_weights(strip.edges), strict=True))
        if total > 0:
            return (math.log(total) - 0.92) / 2
    logs = [
        2 * float(bound.log().mid()) - near * near / 2 + math.log(width + 0.1)
        for bound, (width, near) in zip(strip.bounds, _tiles(strip.edges), strict=True)
        if bound > 0
    ]
    top = max(logs, default=-700.0)
    return (top + math.log(sum(math.exp(v - top) for v in logs) or 1.0) - 0.92) / 2


@dataclass(frozen=True)
class Factor:
    """One of the two functions: on [-reach, reach], strips of analyticity; beyond it, the tails of its powers."""

    expression: Expr
    variable: Symbol
    strips: tuple[Strip, ...]
    log_norms: tuple[float, ...]

    @property
    def on_line(self) -> Strip:
        return self.strips[0]

    def largest(self) -> arb:
        return max(self.on_line.bounds, key=lambda b: float(b.mid()))

    def full_norm(self, reach: int, power: int) -> arb:
        """At least (E|f|^power)^(1/power) over the whole line."""
        inside = _norm(self.on_line, 0.0, power) ** power
        return (inside + gaussian_tail(self.expression, self.variable, reach, power)) ** (arb(1) / power)

    def best_strip(self, curvature: float, bits: int, other: float) -> tuple[float, Strip]:
        """The widest step some strip allows, about, and that strip."""
        return max(
            (
                (
                    2 * math.pi * s.height
                    / (bits * math.log(2) + max(size + other, 0.0) + s.height**2 * curvature / 2 + 3),
                    s,
                )
                for s, size in zip(self.strips, self.log_norms, strict=True)
            ),
            key=lambda pair: pair[0],
        )  # fmt: skip


@lru_cache(maxsize=64)
def _factor(expression: Expr, variable: Symbol, reach: int) -> Factor:
    found = strips(expression, variable, reach, parity_of(expression, variable) != 0)
    if not found:
        raise UndecidedError(f"{expression} is not certainly analytic around the real line")
    return Factor(expression, variable, found, tuple(map(_log_norm, found)))


def _tails(f: Expr, g: Expr, variable: Symbol, reach: int, p: float) -> tuple[arb, ...] | None:
    tails = tuple(gaussian_tail(e, variable, reach, p) ** (1 / arb(p)) for e in ((f,) if f == g else (f, g)))
    return tails if all(t.is_finite() for t in tails) else None


def _beyond(first: Factor, second: Factor, reach: int, exponents: tuple[float, int]) -> arb:
    """A bound of |E[f g; |X| > L or |Y| > L]|, by Hoelder's inequality."""
    p, q = exponents
    tails = _tails(first.expression, second.expression, first.variable, reach, p)
    if tails is None:
        return arb.pos_inf()
    return (tails[0] * second.full_norm(reach, q) + tails[-1] * first.full_norm(reach, q)).abs_upper()


@dataclass(frozen=True)
class _Plan:
    reach: int
    nodes: int  # on each side of 0
    error: arb


def _line_error(one: Strip, other: Factor, step: float, curvature: arb) -> arb:
    """What replacing one coordinate's integral by the sum costs."""
    h, a, edge = arb(step), arb(one.height), arb(one.reach)
    growth = (a * a * curvature / 2).exp()
    top = 2 * growth * _norm(one, step) * _norm(other.on_line, step) / ((2 * arb.pi() * a / h).exp() - 1)
    ends = one.bounds[0].max(one.bounds[-1]) * other.largest() * (-edge * edge / 2).exp() / (2 * arb.pi()).sqrt()
    crowding = 1 + h * (curvature / (2 * arb.pi())).sqrt()
    return ((top + 2 * h / arb.pi() * growth * ends) * crowding).abs_upper()


def _plan(f: Expr, g: Expr, variable: Symbol, c: arb, bits: int) -> _Plan:
    with working_bits(BOUND_BITS):
        goal = arb(2) ** -bits
        curvature = 1 / (1 - c * c)
        if not curvature.is_finite():
            raise UndecidedError("the correlation is not certainly below 1 in size: ask for more bits")
        reach = max(4, int(math.sqrt(2 * _HOELDER[0][0] * bits * math.log(2))))
        while reach <= LONGEST_REACH:
            for exponents in _HOELDER:
                tails = _tails(f, g, variable, reach, exponents[0])
                # a quick look before the strips are laid
                if tails is None or not all(t < goal for t in tails):
                    continue
                plan = _plan_within(f, g, variable, curvature, bits, reach, exponents)
                if plan is not None:
                    return plan
            reach += max(1, reach // 16)
    if bits > LARGEST_BITS:
        raise UndecidedError(f"{bits} bits are too many for a pair: ask for fewer")
    raise UndecidedError(f"no small bound of {f} and {g} far out: the mean may diverge")


def _plan_within(
    f: Expr, g: Expr, variable: Symbol, curvature: arb, bits: int, reach: int, exponents: tuple[float, int]
) -> _Plan | None:
    first, second = _factor(f, variable, reach), _factor(g, variable, reach)
    beyond = _beyond(first, second, reach, exponents)
    if not beyond < arb(2) ** -bits:
        return None
    bend = float(curvature.mid())
    step_f, strip_f = first.best_strip(bend, bits, second.log_norms[0])
    step_g, strip_g = second.best_strip(bend, bits, first.log_norms[0])
    nodes = math.ceil(reach / min(step_f, step_g))
    if nodes > MOST_NODES:
        raise UndecidedError(f"the sum over the plane needs {2 * nodes} nodes a side: ask for fewer bits")
    step = reach / nodes * (1 + 1e-12)
    lines = _line_error(strip_f, second, step, curvature)
    lines += lines if f == g else _line_error(strip_g, first, step, curvature)
    return _Plan(reach, nodes, (lines + beyond).abs_upper()) if lines < arb(2) ** (8 - bits) else None


def _gaussian_ladder(rate: arb, first: arb, step: arb, count: int) -> list[arb]:
    """exp(-rate (first + j step)^2), j < count, by two products each."""
    value = (-rate * first * first).exp()
    ratio, shrink = (-rate * step * (2 * first + step)).exp(), (-2 * rate * step * step).exp()
    values = []
    for _ in paced(range(count)):
        values.append(value)
        value, ratio = value * ratio, ratio * shrink
    return values


def _coefficients(f: Expr, variable: Symbol, points: list[arb], weights: list[arb]) -> tuple[list[fmpz], arb]:
    """f(x_j) w_j from the left end to the right in fixed point."""
    function = real_function(f, (variable,))
    right, error = _fixed_point([function(x) * w for x, w in zip(points, weights, strict=True)], ctx.prec)
    parity = parity_of(f, variable)
    if parity:
        left = [v * parity for v in reversed(right)]
    else:
        left, other = _fixed_point([function(-x) * w for x, w in zip(points, weights, strict=True)][::-1], ctx.prec)
        error = error.max(other)
    return left + right, error


def _fixed_point(values: list[arb], places: int) -> tuple[list[fmpz], arb]:
    """Integers m_j with |v_j - m_j 2^-places| at most the given error for every j."""
    integers, widest = [], arb(0)
    for v in values:
        mantissa, exponent = v.mid().man_exp()
        shift = int(exponent) + places
        integers.append(mantissa << shift if shift >= 0 else mantissa >> -shift)
        widest = widest.max(v.rad())
    return integers, (widest + arb(2) ** -places).abs_upper()


def _double_sum(first: tuple[list[fmpz], arb], second: tuple[list[fmpz], arb], kernel: list[arb]) -> arb:
    """sum_{j,k} p_j q_k t_{|j-k|}, 0 <= t <= 1, at the working precision: one product of integer polynomials.

    The tails of p and q are tiny: in fixed point they are short, and the product costs less than one of balls.

    Args:
        first, second: integers p_j 2^prec and q_k 2^prec, and what they may be off by, in p and q.
        kernel: t_0, t_1, ..., falling; what is left out counts as at most the last.
    """
    places = ctx.prec
    (p, error_p), (q, error_q) = first, second
    coefficients = (fmpz_poly(p) * fmpz_poly(q[::-1])).coeffs()
    middle, count = len(p) - 1, len(p)
    coefficients += [fmpz(0)] * (2 * count - 1 - len(coefficients))
    reach = min(count, len(kernel))
    right = coefficients[middle : middle + reach]
    if second is first:  # the product is the same from either end
        total = 2 * sum(map(operator.mul, kernel[1:], right[1:]), arb(0)) + right[0]
    else:
        left = coefficients[middle - reach + 1 : middle][::-1]
        total = sum((t * (a + b) for t, a, b in zip(kernel[1:], left, right[1:])), arb(right[0]))
    total = total * arb(2) ** (-2 * places)
    # what the integers leave out is one error each
    sizes = [arb(sum(map(abs, m))) * arb(2) ** -places + count * e for m, e in ((p, error_p), (q, error_q))]
    error = count * (error_p * sizes[1] + error_q * sizes[0] + count * error_p * error_q)
    if reach < count:
        error += kernel[-1] * sizes[0] * sizes[1]
    return total + symmetric(error)


def lattice_pair(
    f: Expr, g: Expr, variable: Symbol, correlation: arb, bits: int, deadline: Deadline = NO_DEADLINE
) -> arb:
    """``E f(X) g(Y)`` for standard normal X, Y of a correlation certainly within (-1, 1) and not 0.

    Args:
        f, g: real-analytic on the line, in the same variable.
        correlation: a ball, at a few more bits than `bits`.

    Raises:
        UndecidedError: no strip of analyticity, no bound far out, or too many nodes.
    """
    if correlation < 0:
        g, correlation = g.xreplace({variable: -variable}), -correlation
    if not (correlation > 0 and correlation < 1):
        raise UndecidedError("the correlation is not certainly between -1 and 1, or not certainly nonzero")
    plan = _plan(f, g, variable, correlation, bits)
    deadline.check()
    count = plan.nodes
    with working_bits(bits + 30 + 3 * count.bit_length()):
        h = arb(plan.reach) / count
        points = [h * (2 * j + 1) / 2 for j in range(count)]
        weights = _gaussian_ladder(1 / (2 * (1 + correlation)), h / 2, h, count)
        first = _coefficients(f, variable, points, weights)
        deadline.check()
        second = first if f == g else _coefficients(g, variable, points, weights)
        deadline.check()
        rate = correlation / (2 * (1 - correlation * correlation))
        # beyond this e^{-rate (h d)^2} is below 2^-prec
        far = (arb(ctx.prec) / (rate * h * h)).sqrt().upper() + 1
        kernel = _gaussian_ladder(rate, arb(0), h, 2 * count if not far < 2 * count else math.ceil(float(far)))
        total = _double_sum(first, second, kernel)
        scale = h * h / (2 * arb.pi() * (1 - correlation * correlation).sqrt())
        return total * scale + symmetric(plan.error)
