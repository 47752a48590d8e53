"""Polynomials that are certainly close to a function on an interval: Chebyshev interpolation with a bound of the error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flint import arb, arb_mat, arb_poly
from sympy import Expr, Symbol

from numerics.ball_means.gegenbauer import degree_needed, ellipses
from numerics.errors import UndecidedError
from numerics.formulas.integrands import parity_of
from numerics.formulas.walker import real_function
from numerics.precision import paced, working_bits

LARGEST_DEGREE = 1200


@dataclass(frozen=True)
class Approximation:
    """``|f(z) - sum c_l z^l| <= error`` and ``|f(z)| <= bound`` on an interval."""

    coefficients: tuple[arb, ...]
    error: arb
    bound: arb


@lru_cache(maxsize=64)
def on_symmetric_interval(
    expression: Expr, variable: Symbol, square_radius: object, bits: int, goal: int
) -> Approximation:
    """f on [-R, R], R^2 = `square_radius` (an exact sympy number), to about 2^-goal, coefficients at `bits`.

    Raises:
        UndecidedError: f is not certainly analytic around the interval, or the degree is too large.
    """
    size = float(real_function(square_radius, ())().abs_upper().mid()) * (1 + 1e-14)  # type: ignore[arg-type]
    found = ellipses(expression, variable, size, False)
    if not found:
        raise UndecidedError(f"{expression} is not certainly analytic around the support of the law")
    ellipse = min(found, key=lambda e: degree_needed(e, goal))
    degree = degree_needed(ellipse, goal)
    parity = parity_of(expression, variable)
    if degree > LARGEST_DEGREE:
        raise UndecidedError(f"a polynomial of degree {degree} would be needed: ask for fewer bits or a smaller batch")
    count = degree + 1
    # conversion from Chebyshev to powers cancels about 1.3 bits a degree
    with working_bits(bits + 2 * degree):
        radius = real_function(square_radius, ())().sqrt()  # type: ignore[arg-type]
        function = real_function(expression, (variable,))
        cosines = [(arb(j) / (2 * count)).cos_pi() for j in paced(range(4 * count))]
        values = [function(radius * cosines[2 * i + 1]) for i in range(count)]
        if not all(v.is_finite() for v in values):
            raise UndecidedError(f"{expression} has no finite value at a node")
        chebyshev = _chebyshev_coefficients(values, cosines, parity)
        # sum_j c_j T_j by Clenshaw's recurrence on polynomials in s
        ahead, ahead2, s = arb_poly(), arb_poly(), arb_poly([0, 1])
        for c in paced(list(reversed(chebyshev[1:]))):
            ahead, ahead2 = arb_poly([c]) + 2 * s * ahead - ahead2, ahead
        poly = arb_poly([chebyshev[0] / 2]) + s * ahead - ahead2
        scale = arb(1)
        coefficients = []
        for l in range(count):
            coefficients.append(poly[l] * scale)
            scale = scale / radius
    with working_bits(64):
        # interpolation in Chebyshev points is within twice the distance 2 M r^{-N}/(r-1)
        return Approximation(tuple(coefficients), (2 * ellipse.distance(degree)).abs_upper(), ellipse.bound)


def _chebyshev_coefficients(values: list[arb], cosines: list[arb], parity: int) -> list[arb]:
    """2/N sum_i v_i cos(j (2i+1) pi/(2N)), j < N; T_j is even or odd, so that half the points do."""
    count, half = len(values), (len(values) + 1) // 2
    middle = count % 2  # the middle point, its own mirror image, is counted once
    found = [arb(0)] * count
    for side in (1, -1):
        if parity == -side:
            continue
        folded = [v + side * w for v, w in zip(values[:half], values[::-1])]
        if middle:
            folded[-1] = values[half - 1] if side > 0 else arb(0)
        orders = range(0 if side > 0 else 1, count, 2)
        rows = [[cosines[j * (2 * i + 1) % (4 * count)] for i in range(half)] for j in paced(orders)]
        if rows:
            column = arb_mat(rows) * arb_mat([[v] for v in folded])
            for place, j in enumerate(orders):
                found[j] = column[place, 0] * 2 / count
    return found


def shifted(coefficients: tuple[arb, ...], shift: arb) -> tuple[arb, ...]:
    """Coefficients of p(z - shift)."""
    poly = arb_poly(list(coefficients))(arb_poly([-shift, 1]))
    return tuple(poly[l] for l in range(len(coefficients)))
