"""Pairs with kinks at 0 by polynomials on each side, against sectors in polar coordinates and closed forms."""

from __future__ import annotations

import pytest
from flint import arb
from sympy import Max, Piecewise, Rational, exp, symbols, tanh

from numerics.ball_means.half_moments import pair_of_halves, quadrant_moments
from numerics.ball_means.polar import sphere_sectors
from numerics.ball_means.two_sided import two_sided
from numerics.errors import UndecidedError
from numerics.precision import NO_DEADLINE, working_bits
from theory.activations import get

x = symbols("x", real=True)
elu = Piecewise((x, x > 0), (exp(x) - 1, True))
softsign = get("softsign").formula.xreplace({next(iter(get("softsign").formula.free_symbols)): x})


def test_moments_of_a_quadrant_have_their_closed_forms():
    """Arc-cosine kernels: E X_+ Y_+ and E X_+^2 Y_+^2; and a polynomial identity far up the table."""
    with working_bits(200):
        for c in (arb(-1) / 15, arb(1) / 3, arb(-3) / 4):
            angle, root = c.acos(), (1 - c * c).sqrt()
            table = quadrant_moments(c, 8)
            other = quadrant_moments(-c, 8)
            plane = 2 * arb.pi()
            assert table[1][1].overlaps((root + (arb.pi() - angle) * c) / plane)
            assert table[2][2].overlaps((3 * root * c + (arb.pi() - angle) * (1 + 2 * c * c)) / plane)
            # E X^8 Y^8 by Isserlis, sum_j (8!)^2/((2j)! (((8-2j)/2)! 2^{(8-2j)/2})^2) c^{2j}
            whole = 2 * (table[8][8] + other[8][8])
            exact = arb(0)
            for j in range(0, 9, 2):
                pairings = arb(8).fac() / arb((8 - j) // 2).fac() / 2 ** ((8 - j) // 2)
                exact += pairings * pairings / arb(j).fac() * c**j
            assert whole.overlaps(exact)
            assert whole.rad() < 1e-40


@pytest.mark.parametrize("dimension", [3, 15])
@pytest.mark.parametrize(("f", "g"), [(elu, elu), (softsign, x * elu**2), (tanh(x), elu)], ids=str)
def test_pairs_agree_with_sectors(f, g, dimension):
    c = Rational(-1, dimension)
    fast = pair_of_halves(f, g, x, dimension, c, 60)
    assert fast.overlaps(sphere_sectors(f, g, x, dimension, c, 50, NO_DEADLINE))
    assert fast.rad() < 1e-15


def test_more_bits_are_more_digits():
    coarse, fine = (pair_of_halves(softsign, softsign**3, x, 7, Rational(-1, 7), bits) for bits in (50, 200))
    assert coarse.overlaps(fine)
    assert fine.rad() < 1e-55


def test_what_pairs_of_halves_refuse():
    with pytest.raises(UndecidedError, match="kink away from 0"):
        pair_of_halves(Max(x - 1, 0), x, x, 5, Rational(-1, 5), 50)
    with pytest.raises(UndecidedError, match="near its kink"):
        pair_of_halves(Max(x, 0) ** Rational(3, 2), x, x, 5, Rational(-1, 5), 50)


def test_both_sides_of_an_analytic_function_keep_their_digits():
    """The side z < 0 is the side z > 0 with signs changed, at the working precision."""
    parts = two_sided(tanh(x), x, 5, 200, 60)
    assert max(c.rad() for c in parts.negative) < 1e-40
