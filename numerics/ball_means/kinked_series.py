r"""E f(z_1) g(z_2) on a sphere by a Gegenbauer series that Parseval's remainder closes: kinks and jumps anywhere.

With N_k the dimension of the harmonics of degree k and P_k(1) = 1,

    E f(z_1) g(z_2) = sum_k N_k (E f P_k)(E g P_k) P_k(c),    sum_k N_k (E f P_k)^2 = E f^2,

so that what is left after degree K is at most sup_{k > K} |P_k(c)| times the geometric mean of the two remainders.  The
E f P_k come from power means E f(z) z^j: rigorous integrals of one coordinate between the kinks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import arb
from sympy import Expr, Symbol

from numerics.ball_means.piecewise_harmonics import harmonic_values, piecewise_harmonics
from numerics.ball_means.sphere import degree_bound, one_coordinate
from numerics.balls import rational_ball, symmetric
from numerics.formulas.integrands import parity_of
from numerics.precision import Deadline, paced, working_bits

# orders at which the tail is looked at: past the last the cells between the kinks take over
ORDERS = (6, 12, 18, 26, 36)
# where the pieces are polynomials all coefficients come from one recurrence
LONG_ORDERS = (64, 256, 1024, 3072)
# radii of balls in a three-term recurrence grow by at most 1 + sqrt 2 a step
ROUNDING_BITS_AN_ORDER = 2
# the coefficients of P_k grow like (1 + sqrt 2)^k
BITS_AN_ORDER = 3


@lru_cache(maxsize=64)
def harmonics(dimension: int, order: int) -> tuple[tuple[int, tuple[Fraction, ...]], ...]:
    """N_k and the coefficients of P_k, lowest first, k = 0 .. order, on the sphere of R^m, m >= 3.

    >>> harmonics(3, 2)[2]
    (5, (Fraction(-1, 2), Fraction(0, 1), Fraction(3, 2)))
    """
    m = dimension
    polynomials = [(Fraction(1),), (Fraction(0), Fraction(1))]
    sizes = [1, m]
    for k in paced(range(1, order)):
        # (k + m - 2) P_{k+1} = (2 k + m - 2) t P_k - k P_{k-1}
        raised = [Fraction(0), *((2 * k + m - 2) * a for a in polynomials[k])]
        for place, a in enumerate(polynomials[k - 1]):
            raised[place] -= k * a
        polynomials.append(tuple(a / (k + m - 2) for a in raised))
        sizes.append(sizes[k] * (2 * k + m) * (k + m - 2) // ((2 * k + m - 2) * (k + 1)))
    return tuple(zip(sizes, polynomials))


def _combined(coefficients: Sequence[Fraction], powers: Sequence[arb]) -> arb:
    return sum((rational_ball(a) * p for a, p in zip(coefficients, powers) if a), arb(0))


class _Coefficients:
    """E f P_k, k = 0, 1, ..., as they are asked for, and what they leave of E f^2."""

    def __init__(self, f: Expr, variable: Symbol, dimension: int, bits: int, deadline: Deadline) -> None:
        self._law = (variable, dimension, bits, deadline)
        self._function, self._parity = f, parity_of(f, variable)
        self._scale = 1 / arb(dimension).sqrt()
        self._powers: list[arb] = []
        with working_bits(bits + ROUNDING_BITS_AN_ORDER * LONG_ORDERS[0]):
            self._exact = piecewise_harmonics(f, variable, dimension, LONG_ORDERS[0])
        square = None if self._exact is None else piecewise_harmonics(f * f, variable, dimension, 0)
        self._square = square[0] if square else one_coordinate(f * f, *self._law)

    @property
    def long(self) -> bool:
        """Whether all coefficients come from the recurrence of `piecewise_harmonics`."""
        return self._exact is not None

    def upto(self, order: int) -> tuple[list[arb], arb]:
        """The coefficients and the remainder E f^2 - sum N_k (E f P_k)^2, from above."""
        variable = self._law[0]
        if self._exact is not None:
            return self._long(order)
        for k in range(len(self._powers), order + 1):
            self._law[-1].check()
            vanishes = self._parity == (-1 if k % 2 == 0 else 1)
            mean = arb(0) if vanishes else one_coordinate(self._function * variable**k, *self._law)
            self._powers.append(mean * self._scale**k)
        table = harmonics(self._law[1], order)
        found = [_combined(p, self._powers) for _, p in table]
        rest = self._square - sum((size * c * c for (size, _), c in zip(table, found)), arb(0))
        return found, rest.abs_upper()

    def _long(self, order: int) -> tuple[list[arb], arb]:
        variable, dimension, bits, _ = self._law
        with working_bits(bits + ROUNDING_BITS_AN_ORDER * order):
            assert self._exact is not None
            if len(self._exact) <= order:
                self._exact = piecewise_harmonics(self._function, variable, dimension, order)
                assert self._exact is not None
            found = self._exact[: order + 1]
            rest = self._square - sum((size * c * c for size, c in zip(_sizes(dimension, order), found)), arb(0))
        return found, rest.abs_upper()


def _sizes(dimension: int, order: int) -> list[int]:
    m, sizes = dimension, [1, dimension]
    for k in range(1, order):
        sizes.append(sizes[k] * (2 * k + m) * (k + m - 2) // ((2 * k + m - 2) * (k + 1)))
    return sizes


def kinked_series(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: arb, bits: int, deadline: Deadline
) -> arb | None:
    """A ball of ``E f(z_1) g(z_2)``, m >= 3, of radius about 2^-bits, or None where the series converges too slowly.

    Raises:
        UndecidedError: a mean of one coordinate has no enclosure, or the time is over.
    """
    inner = bits + 40 + BITS_AN_ORDER * ORDERS[-1]
    with working_bits(inner):
        first = _Coefficients(f, variable, dimension, inner, deadline)
        second = first if f == g else _Coefficients(g, variable, dimension, inner, deadline)
        long = first.long and second.long  # both by recurrences: thousands of degrees at little cost
        for order in LONG_ORDERS if long else ORDERS:
            deadline.check()
            (a, rest), (b, other) = first.upto(order), second.upto(order)
            tail = (degree_bound(dimension, correlation, order + 1) * (rest * other).sqrt()).abs_upper()
            if tail < arb(2) ** -bits:
                with working_bits(inner + ROUNDING_BITS_AN_ORDER * order):
                    values = harmonic_values(dimension, order, correlation)
                    sizes = _sizes(dimension, order)
                    total = sum((n * u * v * p for n, u, v, p in zip(sizes, a, b, values)), arb(0))
                return total + symmetric(tail)
    return None
