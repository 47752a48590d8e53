"""What the float64 maps need to know about an activation: its values, its radial derivative, its kinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from sympy import DiracDelta, Expr, Poly, S

from numerics.lowering import lower_expression
from numerics.simulation.elementwise import Elementwise
from theory.activations.base import Activation, Parity
from theory.conventions import rho, x
from theory.pieces import pieces
from theory.ranges import PieceError

Function = Callable[[np.ndarray], np.ndarray]
Polynomial = tuple[float, ...]
# circle means over one period are computed with at most this many points
MAX_BAND = 4096
# one-sided values at +-1e-300 differ by less than this where the activation is continuous (|x|^(1/9) included)
CONTINUOUS = 1e-30
# of the pieces of a piecewise polynomial that is taken as one
MOST_DEGREE = 8
# rounding of a function's samples may reach this fraction of its largest coefficient
NOISE = 3e-13


class MapError(ValueError):
    """The Gram matrix or the network is outside what the float64 maps compute; the message says why."""


@dataclass(frozen=True)
class Branch:
    """sigma between two kinks, and x sigma'(x), continued beyond them."""

    value: Function
    radial: Function


@dataclass(frozen=True)
class PreparedActivation:
    """An activation as numpy functions.

    Args:
        name: for messages.
        value: sigma.
        radial: x sigma'(x), without the deltas of jumps.
        kinks: where sigma is not analytic, increasing.
        degree: of positive homogeneity, or None.
        dual: E sigma(u) sigma(v) as a function of the correlation, or None.
        parity: symmetry.
        at_zero: one-sided limits at zero, (sigma(0-), sigma(0+)).
        polynomials: coefficients, lowest first, on each interval between kinks, or None where sigma is no piecewise polynomial.
        branches: on each interval between kinks, or None where sigma has no kinks away from 0 or is a piecewise polynomial.
    """

    name: str
    value: Function
    radial: Function
    kinks: tuple[float, ...]
    degree: float | None
    dual: Function | None
    parity: Parity
    at_zero: tuple[float, float]
    polynomials: tuple[Polynomial, ...] | None = None
    branches: tuple[Branch, ...] | None = None

    @property
    def jumps_at_zero(self) -> bool:
        return self.at_zero[0] != self.at_zero[1]

    @cached_property
    def dual_at_one(self) -> float:
        """E sigma(u)^2, from the closed dual."""
        if self.dual is None:
            raise MapError(f"{self.name} has no known dual")
        return float(self.dual(np.ones(1))[0])


@lru_cache(maxsize=128)
def prepare(activation: Activation) -> PreparedActivation:
    """Lower an activation for the maps.

    Raises:
        MapError: a jump away from zero, or a value at zero that is not finite.
        LoweringError: the formula or its derivative cannot be lowered.
    """
    whole = _branch(activation.name, activation.formula)
    value = whole.value
    kinks = tuple(float(k.evalf(30)) for k in activation.kinks)
    for kink in kinks:
        # a jump shows as a difference that does not shrink with the step
        gaps = [abs(np.subtract(*value(np.array([kink + e, kink - e])))) for e in (1e-6, 1e-9)]
        if kink != 0 and gaps[1] > 0.5 * gaps[0] and gaps[1] > 1e-6:
            raise MapError(f"{activation.name} jumps at {kink:g}: the float64 maps take jumps at 0 only; use evaluate")
    tiny = 1e-300
    below, above = (float(v) for v in value(np.array([-tiny, tiny])))
    if not (np.isfinite(below) and np.isfinite(above)):
        raise MapError(f"{activation.name} is not finite at 0: the maps need a locally bounded activation")
    if abs(above - below) < CONTINUOUS:
        below = above = float(value(np.zeros(1))[0])
    dual: Function | None = None
    if activation.dual is not None:
        dual = Elementwise("dual", lower_expression(activation.dual.xreplace({rho: x})))
    parts = _pieces(activation, kinks)
    polynomials = None if parts is None else _polynomials(parts)
    branches = None
    if parts is not None and polynomials is None:
        branches = tuple(_branch(activation.name, part) for part in parts)
    degree = None if activation.homogeneity is None else float(activation.homogeneity)
    return PreparedActivation(
        name=activation.name,
        value=value,
        radial=whole.radial,
        kinks=kinks,
        degree=degree,
        dual=dual,
        parity=activation.parity,
        at_zero=(below, above) if 0.0 in kinks else (float(value(np.zeros(1))[0]),) * 2,
        polynomials=polynomials,
        branches=branches,
    )


def _branch(name: str, formula: Expr) -> Branch:
    slope = formula.diff(x).replace(DiracDelta, lambda *a: S.Zero)
    derivative = Elementwise(name, lower_expression(slope))
    return Branch(Elementwise(name, lower_expression(formula)), lambda points: points * derivative(points))


def _pieces(activation: Activation, kinks: tuple[float, ...]) -> list[Expr] | None:
    """What sigma is on each interval between its kinks, None where they cannot be told or all lie at 0."""
    if not any(kinks):
        return None
    try:
        cut = pieces(activation.formula, x)
    except PieceError:
        return None
    if tuple(float(point.evalf(30)) for point in cut.breaks) != kinks:
        return None
    return list(cut.parts)


def _polynomials(parts: list[Expr]) -> tuple[Polynomial, ...] | None:
    """The coefficients of a piecewise polynomial between its kinks, None for other activations."""
    if not all(part.is_polynomial(x) for part in parts):
        return None
    polynomials = [Poly(part, x) for part in parts]
    if max(p.degree() for p in polynomials) > MOST_DEGREE:
        return None
    return tuple(tuple(float(c) for c in reversed(p.all_coeffs())) for p in polynomials)


@lru_cache(maxsize=512)
def band_limit(sigma: PreparedActivation, radius: float, tolerance: float = 3e-16) -> int:
    """Number of Chebyshev coefficients of sigma and x sigma' on [-radius, radius] above `tolerance`, relatively.

    Raises:
        MapError: more than 4096 would be needed, or the activation is not finite on the interval.
    """
    points = 32
    while points <= 2 * MAX_BAND:
        angles = (np.arange(points) + 0.5) * np.pi / points
        count = 1
        for function in (sigma.value, sigma.radial):
            samples = function(radius * np.cos(angles))
            if not np.isfinite(samples).all():
                raise MapError(f"{sigma.name} is not finite on [-{radius:.4g}, {radius:.4g}]")
            coefficients = np.abs(np.fft.fft(np.concatenate([samples, samples[::-1]])))[:points] / points
            # the last quarter is rounding (of the function itself, too) once the series has converged
            floor = 3 * coefficients[-(points // 4) :].max()
            if floor > NOISE * coefficients.max():
                count = points
                break
            needed = np.flatnonzero(coefficients > max(tolerance * coefficients.max(), floor))
            count = max(count, int(needed[-1]) + 1) if needed.size else count
        if count <= points // 2:
            return count + 2
        points *= 2
    raise MapError(
        f"{sigma.name} varies too fast on [-{radius:.4g}, {radius:.4g}] for {MAX_BAND} coefficients: "
        "is there an undeclared kink?"
    )
