"""Rigorous integrals of one-variable functions: adaptive integration on analytic pieces, nothing across a kink.

Up to a thousand bits by Arb's own routine.  Beyond, it computes thousands of nodes at a stretch, for half a minute that neither
an interrupt nor a time limit can break: there the same algorithm (Petras: Gauss-Legendre rules whose error is bounded on
Bernstein ellipses, or halves) runs here, a node at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from flint import acb, arb, ctx

from numerics.balls import symmetric
from numerics.precision import NO_DEADLINE, Deadline, paced, working_bits

MOST_EVALUATIONS = 200_000
MOST_BITS_AT_A_STRETCH = 1000
_BOUND_BITS = 64
# half the longer axis of the ellipses around (-1, 1), and the numbers of nodes to choose from
_AXES = (1.1, 1.4, 2.0, 3.0, 5.0, 9.0, 17.0, 33.0)
_ORDERS = (
    4,
    8,
    16,
    32,
    48,
    64,
    96,
    128,
    192,
    256,
    512,
    1024,
    2048,
    4096,
    8192,
    16384,
)  # few: nodes cost more than values

Integrand = Callable[[acb, bool], acb]


def integral(
    function: Integrand,
    lower: arb,
    upper: arb,
    deadline: Deadline = NO_DEADLINE,
    relative: bool = False,
) -> arb:
    """The integral of a real-analytic function over [lower, upper], at the working precision.

    Args:
        function: of a complex ball and a flag; where the flag is set, not finite unless analytic on the box
            (`walker.complex_function`).
        relative: an error relative to the value, however small that is.

    Returns:
        A ball; not finite where the integrand resists.
    """
    bits = ctx.prec
    if bits <= MOST_BITS_AT_A_STRETCH:
        return _at_a_stretch(function, lower, upper, deadline, relative)
    with working_bits(_BOUND_BITS):
        rough = abs(_at_a_stretch(function, lower, upper, deadline, relative))
        if not rough.is_finite():
            return rough
        size = rough.abs_lower() if relative and rough.abs_lower() > 0 else rough.abs_upper().max(arb(1))
        tolerance = size * arb(2) ** -bits
    return _by_halves(function, lower, upper, tolerance, deadline)


def _at_a_stretch(function: Integrand, lower: arb, upper: arb, deadline: Deadline, relative: bool) -> arb:
    failures: list[BaseException] = []

    def guarded(z: acb, analytic: bool) -> acb:
        # an exception must not unwind through Arb: answer 0, which ends the integration at once, and raise afterwards
        if failures:
            return acb(0)
        try:
            deadline.check()
            return function(z, analytic)
        except BaseException as failure:
            failures.append(failure)
            return acb(0)

    tolerance = arb(2) ** (-ctx.prec)
    value = acb.integral(guarded, acb(lower), acb(upper), rel_tol=tolerance, abs_tol=0 if relative else tolerance,
                         eval_limit=MOST_EVALUATIONS)  # fmt: skip
    if failures:
        raise failures[0]
    return value.real if value.imag.contains(0) else arb.nan()


def _by_halves(function: Integrand, lower: arb, upper: arb, tolerance: arb, deadline: Deadline) -> arb:
    """The integral with parts that miss at most about `tolerance` each."""
    pending, total, evaluations = [(lower, upper)], arb(0), 0
    while pending:
        deadline.check()
        low, high = pending.pop()
        rule = _cheapest_rule(function, low, high, tolerance)
        if rule is not None:
            nodes, error = rule
            total += _gauss_legendre(function, low, high, nodes) + symmetric(error)
            evaluations += nodes
            continue
        evaluations += 1
        plain = function(acb(low.union(high)), False).real * (high - low)
        if plain.is_finite() and plain.rad() < tolerance:
            total += plain
            continue
        if evaluations > MOST_EVALUATIONS or len(pending) > 2 * ctx.prec:
            return arb.nan()
        middle = ((low + high) / 2).mid()
        pending += [(middle, high), (low, middle)]
    return total


def _cheapest_rule(function: Integrand, low: arb, high: arb, tolerance: arb) -> tuple[int, arb] | None:
    """Number of nodes and error of the cheapest rule on an interval, None where none will do.

    With |g| <= M on the ellipse of half-axes X and Y around (-1, 1) and r = X + Y, the Chebyshev coefficients of g are at most
    2 M r^{-k}; the rule of N >= 2 nodes is exact below degree 2N and for odd degrees, and misses T_k by at most 2 + 2/(k^2-1):
    by 64/15 M/((r^2 - 1) r^{2N-2}) in all.
    """
    found: tuple[int, arb] | None = None
    most = ctx.prec // 2 + 60
    with working_bits(_BOUND_BITS):
        middle, half = (low + high) / 2, (high - low) / 2
        goal = -float((tolerance / half.abs_upper()).log().upper())
        for axis in _AXES:
            across = math.sqrt(axis * axis - 1)
            box = acb(middle + half * arb(0, axis), half * arb(0, across * (1 + 1e-12)))
            bound = abs(function(box, True)).abs_upper()
            if not bound.is_finite():
                break
            radius = arb(axis + across) * (1 - arb(2) ** -40)  # no larger than X + Y
            size = float(bound.log().upper()) if bound > 0 else 0.0
            need = (goal + size + 2) / (2 * math.log(axis + across)) + 2
            order = next((n for n in _ORDERS if n >= need), None)
            if order is None or order > most or (found is not None and order >= found[0]):
                continue
            error = 64 * bound * half * (-radius.log() * (2 * order - 2)).exp() / (15 * (radius * radius - 1))
            if error < tolerance:
                found = order, error.abs_upper()
    return found


def _gauss_legendre(function: Integrand, low: arb, high: arb, nodes: int) -> arb:
    middle, half = (low + high) / 2, (high - low) / 2
    total = arb(0)
    for place, weight in _right_nodes(nodes, 64 * math.ceil(ctx.prec / 64)):
        ends = (1, -1) if place != 0 else (1,)
        for side in ends:
            total += weight * function(acb(middle + side * half * place), False).real
    return total * half


@lru_cache(maxsize=32)
def _right_nodes(nodes: int, bits: int) -> tuple[tuple[arb, arb], ...]:
    """The nodes that are not negative, with their weights."""
    found = []
    with working_bits(bits):
        for k in paced(range((nodes + 1) // 2)):
            found.append(arb.legendre_p_root(nodes, k, weight=True))
    return tuple(found)
