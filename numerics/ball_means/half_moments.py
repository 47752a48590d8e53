r"""E f(z_1) g(z_2) on a sphere for functions with kinks at 0, as a ball: one quadratic form in polynomial coefficients.

On each side of 0, f is a polynomial up to a certified error, and E X_+^l Y_+^k of standard normals of correlation c obeys (Stein)

    H_{l,k} = (l-1) H_{l-2,k} + c k H_{l-1,k-1},   l >= 2,

with arc sine and Gamma functions at the start; homogeneity makes sphere means of them.  The table of H serves all pairs at one
batch size.
"""

from __future__ import annotations

from functools import lru_cache

from flint import arb, arb_mat
from sympy import Expr, Symbol

from numerics.ball_means.two_sided import TwoSided, ratios_of_degrees, two_sided
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import NO_DEADLINE, Deadline, paced, working_bits

LARGEST_DEGREE = 256
_STEP = 16
# working bits beyond those wanted, for what cancellation between the coefficients costs
_EXTRA = (128, 320, 800)


def half_line_moments(degree: int) -> list[arb]:
    """E g_+^l, l = 0 .. degree."""
    moments = [arb(1) / 2, (2 * arb.pi()).rsqrt()]
    for l in range(2, degree + 1):
        moments.append((l - 1) * moments[-2])
    return moments[: degree + 1]


def quadrant_moments(correlation: arb, degree: int) -> list[list[arb]]:
    """H_{l,k} = E X_+^l Y_+^k for l, k <= degree and a correlation certainly within (-1, 1)."""
    c, density = correlation, (2 * arb.pi()).rsqrt()
    root = (1 - c * c).sqrt()
    # E[delta(X) Y_+^k]
    edge, scale = [], density
    for moment in half_line_moments(degree + 1):
        edge.append(scale * moment)
        scale = scale * root
    rows = [[arb(0)] * (degree + 1) for _ in range(degree + 1)]
    rows[0][0] = arb(1) / 4 + c.asin() / (2 * arb.pi())
    for l in range(1, degree + 1):
        start = edge[0] if l == 1 else (l - 1) * rows[l - 2][0]
        rows[l][0] = rows[0][l] = start + c * edge[l - 1]
    for l in paced(range(1, degree + 1)):
        for k in range(l, degree + 1):
            start = edge[k] if l == 1 else (l - 1) * rows[l - 2][k]
            rows[l][k] = rows[k][l] = start + c * k * rows[l - 1][k - 1]
    return rows


@lru_cache(maxsize=32)
def _table(dimension: int, correlation: Expr, degree: int, bits: int) -> tuple[arb_mat, arb_mat]:
    """C_{l+k} H_{l,k} at the correlation, and at its negative (X and -Y)."""
    with working_bits(bits):
        ratios = ratios_of_degrees(dimension, dimension, 2 * degree)
        c = real_function(correlation, ())()
        same, mixed = (
            arb_mat(
                [[ratios[l + k] * h for k, h in enumerate(row)] for l, row in enumerate(quadrant_moments(at, degree))]
            )
            for at in (c, -c)
        )
        return same, mixed


def _row(coefficients: tuple[arb, ...], degree: int) -> arb_mat:
    return arb_mat([[*coefficients, *[arb(0)] * (degree + 1 - len(coefficients))]])


def pair_of_halves(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, bits: int, deadline: Deadline = NO_DEADLINE
) -> arb:
    """``E f(z_1) g(z_2)`` on the sphere of R^m, kinks at 0 only, to about 2^-bits of the product of the bounds of f and g.

    Args:
        dimension: m >= 2.
        correlation: an exact number within (-1, 1).

    Raises:
        UndecidedError: a kink elsewhere, f or g not certainly analytic up to 0, or too large a degree.
    """
    for extra in _EXTRA:
        deadline.check()
        inner = bits + extra
        first = two_sided(f, variable, dimension, inner, bits + 8)
        second = first if f == g else two_sided(g, variable, dimension, inner, bits + 8)
        longest = max(len(first.positive), len(second.positive))
        if longest > LARGEST_DEGREE:
            raise UndecidedError(
                f"polynomials of degree {longest} would be needed: ask for fewer bits or a smaller batch"
            )
        degree = _STEP * (longest // _STEP + 1) - 1
        total = _form(first, second, _table(dimension, correlation, degree, 64 * (inner // 64 + 2)), inner)
        with working_bits(64):
            size = first.bound * second.bound
            missed = first.bound * second.error + first.error * (second.bound + second.error)
            if total.rad() <= arb(2) ** -bits * size:
                break
    else:
        raise UndecidedError("the coefficients of the polynomials cancel: ask for fewer bits or a smaller batch")
    with working_bits(inner):
        return total + symmetric(missed.abs_upper())


def _form(first: TwoSided, second: TwoSided, table: tuple[arb_mat, arb_mat], bits: int) -> arb:
    same, mixed = table
    degree = same.ncols() - 1
    with working_bits(bits):
        p, q = (_row(c, degree) for c in (first.positive, first.negative))
        u, v = (_row(c, degree).transpose() for c in (second.positive, second.negative))
        return (p * (same * u) + q * (same * v) + p * (mixed * v) + q * (mixed * u))[0, 0]
