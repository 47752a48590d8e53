r"""Means over the whole centred row at n = 4, the sphere of directions in a space of three dimensions.

The planes z_i = 0 cut the sphere into 14 cells, one for each pattern of signs (not all equal); their corners are the
directions with
two coordinates 0.  A cell with one sign against three is a triangle of corners, one with two against two a quadrangle,
two triangles.
On a triangle with corners a, b, c: v = a + s((b-a) + t(c-b)), surface element |det(a,b,c)| s/|v|^3 ds dt, 0 < s, t < 1.
"""

from __future__ import annotations

import itertools
from typing import Any

from flint import acb, arb
from sympy import Expr, Symbol, sqrt

from numerics.ball_means.polar import halves
from numerics.ball_means.tensor_quadrature import Interval, tensor_integral
from numerics.errors import UndecidedError
from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import complex_function
from numerics.precision import NO_DEADLINE, Deadline, working_bits

Corner = tuple[int, int, int, int]


def _corner(plus: int, minus: int) -> Corner:
    values = [0, 0, 0, 0]
    values[plus], values[minus] = 1, -1
    return tuple(values)  # type: ignore[return-value]


def triangles() -> list[tuple[tuple[bool, ...], tuple[Corner, Corner, Corner]]]:
    """The cells as triangles of corners, each with its pattern of signs (True for positive)."""
    found = []
    for pattern in itertools.product((True, False), repeat=4):
        up = [i for i in range(4) if pattern[i]]
        down = [i for i in range(4) if not pattern[i]]
        if not up or not down:
            continue
        corners = [[_corner(i, j) for j in down] for i in up]
        if len(up) == 1:
            found.append((pattern, tuple(corners[0])))
        elif len(down) == 1:
            found.append((pattern, tuple(row[0] for row in corners)))
        else:
            (a, b), (c, d) = corners
            found += [(pattern, (a, b, c)), (pattern, (b, c, d))]
    return found  # type: ignore[return-value]


def whole_row(functions: list[Expr], variable: Symbol, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """``E f_1(z_1) f_2(z_2) f_3(z_3) f_4(z_4)`` at n = 4 centred, kinks at 0 only.

    Raises:
        UndecidedError: a kink elsewhere.
    """
    edge = sqrt(3)
    sides = [halves(analytic_pieces(f, variable, -edge, edge)) for f in functions]
    if any(s is None for s in sides):
        raise UndecidedError("a kink away from 0 in a function of one of four coordinates: no enclosure yet")
    total = arb(0)
    with working_bits(bits + 32):
        unit = Interval(arb(0), arb(1))
        for pattern, (a, b, c) in triangles():
            branches = [s[1] if positive else s[0] for s, positive in zip(sides, pattern)]  # type: ignore[index]
            if any(f == 0 for f in branches):
                continue
            values = [complex_function(f, (variable,)) for f in branches]
            volume = _volume(a, b, c)

            def surface(s: acb, t: acb, values: Any = values, a: Corner = a, b: Corner = b, c: Corner = c) -> acb:
                place = [p + s * ((q - p) + t * (r - q)) for p, q, r in zip(a, b, c)]
                norm = sum((v * v for v in place), acb(0))
                if not norm.real > 0:
                    return acb(arb.nan())
                inverse = norm.rsqrt(analytic=True)
                product = s * inverse * inverse * inverse
                for f, v in zip(values, place):
                    product = product * f(2 * v * inverse)
                return product

            total += volume * tensor_integral(surface, unit, unit, bits + 6, deadline)
        return total / (4 * arb.pi())


def _volume(a: Corner, b: Corner, c: Corner) -> arb:
    """|det(a, b, c)| in the space of centred rows, from the Gram determinant."""
    dot = lambda u, v: sum(s * t for s, t in zip(u, v))
    (aa, ab, ac), (bb, bc, cc) = (dot(a, a), dot(a, b), dot(a, c)), (dot(b, b), dot(b, c), dot(c, c))
    return arb(aa * (bb * cc - bc * bc) - ab * (ab * cc - bc * ac) + ac * (ab * bc - bb * ac)).sqrt()
