"""Functions with a kink at 0 as one polynomial on each side, with a bound of what that misses."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb
from sympy import Expr, Integer, Rational, Symbol, sqrt

from numerics.ball_means.polynomial_approximation import Approximation, on_symmetric_interval, shifted
from numerics.errors import UndecidedError
from numerics.formulas.pieces import analytic_pieces, largest
from numerics.precision import working_bits


@dataclass(frozen=True)
class TwoSided:
    """f(z) is about sum p_l z^l for z > 0 and sum q_l |z|^l for z < 0."""

    positive: tuple[arb, ...]
    negative: tuple[arb, ...]
    error: arb
    bound: arb
    whole: bool

    @property
    def absolute(self) -> list[arb]:
        return [abs(p).max(abs(q)).abs_upper() for p, q in zip(self.positive, self.negative)]


def two_sided(f: Expr, variable: Symbol, dimension: int, bits: int, goal: int) -> TwoSided:
    """f on [-sqrt(m), sqrt(m)] to about 2^-goal, coefficients at `bits`.

    Raises:
        UndecidedError: a kink elsewhere than at 0, f not certainly analytic up to it, or too large a degree.
    """
    edge = sqrt(dimension)
    pieces = analytic_pieces(f, variable, -edge, edge)
    with working_bits(64):
        bound = largest(pieces, variable, arb(dimension).sqrt())
    if len(pieces) == 1:
        one = on_symmetric_interval(pieces[0].expression, variable, Integer(dimension), bits, goal)
        with working_bits(bits):  # flint rounds a change of sign too
            mirrored = tuple(-c if l % 2 else c for l, c in enumerate(one.coefficients))
        return TwoSided(one.coefficients, mirrored, one.error, bound, True)
    if len(pieces) != 2 or pieces[0].upper != 0:
        raise UndecidedError("a kink away from 0 in a function of one of several coordinates: no enclosure yet")
    sides = []
    for body in (pieces[1].expression, pieces[0].expression.xreplace({variable: -variable})):
        centred = body.xreplace({variable: variable + edge / 2})
        near = on_symmetric_interval(centred, variable, Rational(dimension, 4), bits + 3 * goal, goal)
        with working_bits(bits + 3 * goal):
            sides.append(Approximation(shifted(near.coefficients, arb(dimension).sqrt() / 2), near.error, near.bound))
    length = max(len(s.coefficients) for s in sides)
    padded = [s.coefficients + (arb(0),) * (length - len(s.coefficients)) for s in sides]
    return TwoSided(padded[0], padded[1], sides[0].error.max(sides[1].error), bound, False)


def ratios_of_degrees(square_radius: int, dimension: int, degree: int) -> list[arb]:
    """C_0 .. C_degree: sphere of squared radius r in R^m against standard normals, (r/2)^{L/2} Gamma(m/2)/Gamma((m+L)/2)."""
    half = arb(dimension) / 2
    ratios = [arb(1), (arb(square_radius) / 2).sqrt() * half.gamma() / (half + arb(1) / 2).gamma()]
    for total in range(2, degree + 1):
        ratios.append(ratios[-2] * square_radius / (dimension + total - 2))
    return ratios[: degree + 1]
