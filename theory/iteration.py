r"""Iterating the normalised dual: the attracting correlation and the rate, by four cases.

The C-map ``kappa(r) = sum_k p_k r^k`` has nonnegative coefficients that sum to 1 (squared normalised Hermite coefficients),
so on [0, 1] it is increasing and convex, and on (-1, 0) it has no fixed point: with O, E the odd and even parts,
kappa(-s) = -s would need O(s) = s + E(s), but O(s) <= s.  Hence kappa(0), kappa'(0), kappa'(1) decide.
Derivation: docs/derivations/iteration.md.  Source: Joudaki and Hofmann, arXiv:2410.20107.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Expr, Rational, S, exp, pi, sqrt, sympify

from theory.activations.base import Activation, ActivationError, Parity
from theory.conventions import depth, rho, x, z
from theory.derivation import derive
from theory.dual import as_activation, c_map, moment, slope_at_one, slope_at_zero
from theory.expectation import GaussianLaw, GaussianMean, Mean
from theory.pieces import pieces


class IterationCase(enum.Enum):
    """Where correlations go under repeated application of the normalised dual."""

    DECORRELATES = "kappa(0) = 0: correlations go to 0 at the rate kappa'(0)"
    COLLAPSES = "kappa(0) > 0, kappa'(1) < 1: correlations go to 1 at the rate kappa'(1)"
    COLLAPSES_SLOWLY = "kappa(0) > 0, kappa'(1) = 1: correlations go to 1, slower than any geometric rate"
    INTERIOR = "kappa(0) > 0, kappa'(1) > 1: correlations go to the fixed point inside (0, 1) at the rate kappa' there"
    CONSTANT = "sigma is linear: every correlation is a fixed point"


@dataclass(frozen=True)
class Iteration:
    """The fate of correlations under the normalised dual.

    Args:
        case: which of the cases holds.
        fixed_point: the attracting correlation, or None where it is the root of `equation` inside (0, 1).
        rate: the geometric rate (0: faster than geometric; 1: slower), or None where it is ``kappa'`` at that root.
        equation: vanishes at the fixed point.
        gap: for the slow case, the leading form of 1 - r_l in the depth l.
    """

    case: IterationCase
    fixed_point: Expr | None
    rate: Expr | None
    equation: Expr
    gap: Expr | None = None


def sign_of(value: Expr) -> int:
    """Sign of an exact number, unevaluated means included.

    Raises:
        ActivationError: not decided (zero to 12 digits without being zero identically).
    """
    if value.is_zero or value.equals(0):
        return 0
    number = _numeric(value)
    if abs(number) < mpmath.mpf(10) ** -12:
        raise ActivationError(f"cannot tell the sign of {value}: it is below 1e-12")
    return 1 if number > 0 else -1


def _numeric(value: Expr) -> Any:
    from sympy import Float, lambdify

    with mpmath.workdps(20):
        known = {}
        for mean in value.atoms(Mean):
            if len(mean.law.variables) != 1 or not isinstance(mean, GaussianMean):
                raise ActivationError(f"{mean} is needed as a number: evaluate it with numerics")
            (v,) = mean.law.variables
            s = mpmath.sqrt(mpmath.mpmathify(mean.law.covariance[0, 0].evalf(20)))
            f = lambdify(v, mean.expression, "mpmath")
            cuts = sorted({-12, -4, 0, 4, 12, *(float(t) / float(s) for t in pieces(mean.expression, v).breaks)})
            known[mean] = Float(str(mpmath.quad(lambda t, f=f, s=s: f(s * t) * mpmath.npdf(t), cuts)), 20)
        return mpmath.mpmathify(value.xreplace(known).evalf(20))


def normalized_iteration(activation: Activation | str | Expr, q: Any = 1) -> Iteration:
    """Attracting correlation and rate of ``r -> kappa(r)``, the C-map at variance q.

    Raises:
        ActivationError: a zero activation, or a case that 12 digits do not decide.

    >>> normalized_iteration("relu").gap
    9*pi**2/(2*L**2)
    >>> normalized_iteration("tanh").case.name
    'DECORRELATES'
    """
    sigma, q = as_activation(activation), sympify(q)
    size = moment(sigma, 2, q)
    if size == 0:
        raise ActivationError(f"{sigma.name} is zero: it has no normalised dual")
    equation = c_map(sigma, rho, q) - rho
    mean = S.Zero if sigma.parity is Parity.ODD else moment(sigma, 1, q)
    if sign_of(mean) == 0:
        rate = slope_at_zero(sigma, q)
        if sign_of(rate - 1) == 0:
            return Iteration(IterationCase.CONSTANT, None, S.One, S.Zero)
        return Iteration(IterationCase.DECORRELATES, S.Zero, rate, equation)
    if sigma.kinks and sigma.smoothness == -1:
        return Iteration(IterationCase.INTERIOR, None, None, equation)
    slope = slope_at_one(sigma, q)
    side = sign_of(slope - 1)
    if side < 0:
        return Iteration(IterationCase.COLLAPSES, S.One, slope, equation)
    if side > 0:
        return Iteration(IterationCase.INTERIOR, None, None, equation)
    return Iteration(IterationCase.COLLAPSES_SLOWLY, S.One, S.One, equation, sub_geometric_gap(sigma, q))


def sub_geometric_gap(activation: Activation | str | Expr, q: Any = 1) -> Expr:
    r"""Leading form of 1 - r_l where kappa'(1) = 1.

    With t = 1 - r, kappa = 1 - t + A t^p: t_l ~ ((p-1) A l)^{-1/(p-1)}.  Kinks (jumps J of sigma' at t_k) give p = 3/2 by
    Price, E sigma'' sigma'' ~ sum J^2 e^{-t_k^2/(2q)}/(2 pi q sqrt(2 t)); without them p = 2, A = kappa''(1)/2.

    >>> sub_geometric_gap("abs")
    9*pi**2/(8*L**2)
    """
    sigma, q = as_activation(activation), sympify(q)
    size = moment(sigma, 2, q)
    weight: Expr = S.Zero
    for point, jump in pieces(sigma.formula, x).jumps():
        weight += jump.diff(x).xreplace({x: point}) ** 2 * exp(-(point**2) / (2 * q))
    if weight != 0:
        a = Rational(4, 3) * weight * q / (2 * pi * sqrt(2) * size)
        return 4 / (a * depth) ** 2
    second = sigma.derivative(2).xreplace({x: z[0]})
    curvature = q**2 * derive(GaussianMean(second**2, GaussianLaw(z[0], q))).guarded / size
    if curvature == 0:
        raise ActivationError(f"{sigma.name} is affine: correlations do not move")
    return 2 / (curvature * depth)
