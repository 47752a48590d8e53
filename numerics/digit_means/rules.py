"""Quadrature with mpmath numbers where the place of every kink is known: each rule with an error estimate (not a
bound)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
from mpmath.calculus.quadrature import TanhSinh

from numerics.errors import EvaluationError
from numerics.precision import NO_DEADLINE, Deadline, pulse

ORDERS = (12, 17, 24, 34, 48, 68, 96, 136, 192, 272, 384, 544, 768, 1088, 1536)
Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Estimate:
    """A number with an estimate of its error."""

    value: Any
    error: Any

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.error + other.error)

    def times(self, factor: Any) -> Estimate:
        return Estimate(self.value * factor, self.error * abs(factor))


ZERO = Estimate(mpmath.mpf(0), mpmath.mpf(0))


def extrapolated(change: Any, scale: Any) -> Any:
    """Error of the finer of two exponentially convergent rules, orders in ratio sqrt 2, that differ by `change`."""
    if change == 0:
        return scale * mpmath.eps
    relative = min(change / scale, mpmath.mpf(1)) if scale else mpmath.mpf(1)
    return scale * relative ** mpmath.mpf("1.25") + scale * mpmath.eps


def converge(rule: Callable[[int], Any], tolerance: Any, deadline: Deadline = NO_DEADLINE, first: int = 2) -> Estimate:
    """Run a rule of growing order until two neighbours agree well enough."""
    before = None
    scale = mpmath.mpf(0)
    for order in ORDERS[first:]:
        deadline.check()
        value = rule(order)
        scale = max(scale, abs(value), tolerance)
        if before is not None:
            error = extrapolated(abs(value - before), scale)
            if error < tolerance:
                return Estimate(value, error + tolerance / 1000)
        before = value
    raise EvaluationError("the quadrature did not converge: a singularity lies on or near the domain")


def trapezoid_line(function: Function, reach: Any, tolerance: Any, deadline: Deadline = NO_DEADLINE) -> Estimate:
    """The integral over the line of a function analytic around it and negligible beyond `reach`, by halving the
    step."""
    step = mpmath.mpf(1) / 2
    count = int(reach / step) + 1
    size = mpmath.mpf(0)

    def both(t: Any) -> Any:
        nonlocal size
        pair = function(t), function(-t)
        size += abs(pair[0]) + abs(pair[1])
        return pair[0] + pair[1]

    total = both(mpmath.mpf(0)) / 2 + sum(both(j * step) for j in range(1, count + 1))
    value = total * step
    for _ in range(14):
        deadline.check()
        step /= 2
        count *= 2
        total += sum(both(j * step) for j in range(1, count + 1, 2))
        finer = total * step
        change = abs(finer - value)
        value = finer
        # the error is squared by halving the step; be content with the power 3/2
        if change ** mpmath.mpf("1.5") < tolerance or change < tolerance:
            return Estimate(value, change ** mpmath.mpf("1.5") + size * step * mpmath.eps * 4)
    raise EvaluationError("the trapezoid sum did not converge: the integrand is not analytic near the real line")


class _PacedTanhSinh(TanhSinh):  # type: ignore[misc]
    """mpmath's double-exponential rule, whose nodes heed the time limit: at thousands of digits they take minutes."""

    def calc_nodes(self, degree: int, prec: int, verbose: bool = False) -> list[tuple[Any, Any]]:
        """x = tanh(pi/2 sinh t) and dx/dt at t = k h that are new to this degree, h = 2^-degree."""
        del verbose
        nodes = [] if degree > 1 else [(mpmath.mpf(0), mpmath.pi / 2)]
        with mpmath.workprec(mpmath.mp.prec + 20):
            step = mpmath.ldexp(1, -degree)
            rise = mpmath.exp(step if degree == 1 else 2 * step)
            grown = mpmath.exp(step)
            nearest = mpmath.ldexp(1, -prec - 10)
            while True:
                pulse()
                inner = mpmath.pi / 4 * (grown - 1 / grown)
                growth = mpmath.exp(inner)
                cosh = (growth + 1 / growth) / 2
                x = (growth - 1 / growth) / 2 / cosh
                if 1 - x <= nearest:
                    return nodes
                weight = mpmath.pi / 4 * (grown + 1 / grown) / cosh**2
                nodes += [(x, weight), (-x, weight)]
                grown *= rise


_DOUBLE_EXPONENTIAL = _PacedTanhSinh(mpmath.mp)


def between_kinks(function: Function, points: list[Any], tolerance: Any, deadline: Deadline = NO_DEADLINE) -> Estimate:
    """The integral over [points[0], points[-1]], double-exponential between neighbouring points (singular ends are
    fine)."""
    total = ZERO
    for a, b in itertools.pairwise(points):
        deadline.check()
        if a == b:
            continue
        value, error = mpmath.quad(function, [a, b], error=True, maxdegree=10, method=lambda _: _DOUBLE_EXPONENTIAL)
        if not error < max(tolerance, abs(value) * tolerance) * 10**3 and not error < tolerance * 10**6:
            raise EvaluationError(f"the quadrature did not converge on [{mpmath.nstr(a, 5)}, {mpmath.nstr(b, 5)}]")
        total += Estimate(
            value, min(mpmath.mpf(error), mpmath.mpf(error) ** 2) + tolerance / 10 + abs(value) * mpmath.eps * 8
        )
    return total
