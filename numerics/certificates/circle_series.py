r"""Fourier coefficients of sigma(sqrt(2) cos psi) for an analytic activation, in balls, with a bound on all the others.

If sigma(sqrt(2) cos psi) is analytic and at most `size` on the strip |Im psi| <= eta, its complex Fourier coefficients obey
|c_k| <= size e^{-eta |k|}, and the N-point trapezoid rule returns c_k + sum_{j != 0} c_{k + jN}
(docs/derivations/three_samples.md, (5)).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb
from sympy import Expr

from numerics.balls import rational_ball, symmetric
from numerics.errors import UndecidedError
from numerics.formulas.walker import complex_function, real_function
from theory.conventions import x

# strips to try, widest first
HALF_WIDTHS = tuple(Fraction(k, 10) for k in (20, 15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2))
LARGEST_SIZE = 10**4
MESH = 96


@dataclass(frozen=True)
class CircleSeries:
    """Enclosed coefficients c_0 .. c_{K-1} (real, c_{-k} = c_k) and the bound |c_k| <= size q^|k| for every k.

    Attributes:
        coefficients: balls.
        half_width: eta, exactly.
        size: bound of |sigma| on the strip, a ball taken at its upper end.
        decay: ball around q = e^-eta.
    """

    coefficients: tuple[arb, ...]
    half_width: Fraction
    size: arb
    decay: arb


def strip_size(formula: Expr, half_width: Fraction) -> arb | None:
    """An upper bound of |sigma(sqrt(2) cos psi)| on the strip, or None where analyticity or boundedness is not certain.

    The closed rectangle [0, 2 pi] x [-eta, eta] is covered by balls, on each of which the ball function vouches for
    analyticity; sigma is real on the real line, so the upper half is enough.
    """
    try:
        function = complex_function(formula, (x,))
    except UndecidedError:
        return None
    root, step = arb(2).sqrt(), 2 * arb.pi() / MESH
    rows = max(4, int(half_width * 20))
    largest = arb(0)
    for row in range(rows):
        low, high = (rational_ball(half_width * r / rows) for r in (row, row + 1))
        for column in range(MESH):
            psi = acb((step * column).union(step * (column + 1)), low.union(high))
            value = function(psi.cos() * root)
            if not value.is_finite():
                return None
            largest = largest.max(value.abs_upper())
    return largest if largest < LARGEST_SIZE else None


def circle_series(formula: Expr, bits: int) -> CircleSeries:
    """The series at the current working precision, with about `bits` bits in the coefficients.

    Raises:
        UndecidedError: the activation is not certainly analytic on any of the strips tried.
    """
    for half_width in HALF_WIDTHS:
        size = strip_size(formula, half_width)
        if size is not None:
            break
    else:
        raise UndecidedError("the activation is not certainly analytic around [-sqrt 2, sqrt 2]")
    decay = (-rational_ball(half_width)).exp()
    # products of two coefficients are cut where size^2 q^count is below the rounding
    count = int(((bits + 10) * 0.6932 + 2 * max(0.0, float(size.log()))) / float(half_width)) + 6
    nodes = 2 * count + 16
    function = real_function(formula, (x,))
    root = arb(2).sqrt()
    samples = [function(root * _cosine(j, nodes)) for j in range(nodes)]
    alias = symmetric(2 * size * decay ** (nodes - count) / (1 - decay**nodes))
    coefficients = tuple(
        sum((samples[j] * _cosine(j * k, nodes) for j in range(nodes)), arb(0)) / nodes + alias for k in range(count)
    )
    return CircleSeries(coefficients, half_width, size, decay)


def _cosine(j: int, nodes: int) -> arb:
    """cos(2 pi j / nodes)."""
    return (2 * arb.pi() * (j % nodes) / nodes).cos()
