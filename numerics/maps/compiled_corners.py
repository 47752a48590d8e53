"""The inner loops of `corners`, compiled; needs numba.

Numba's cache on disk looks at the file of the function it keeps: everything that runs is in this file.  The innermost loops
run over pairs or nodes and have no branches, so that they become vector instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz", "reassoc"}}
# times are halved this often, in log t, before regula falsi
HALVINGS = 5


@njit(**OPTIONS)
def _completed(ii, jj, difference):
    """ij and the root of the determinant; see `corners._completed`."""
    lengths = np.sqrt(ii * jj)
    gap = difference - (ii - jj) ** 2 / (ii + jj + 2 * lengths)
    versed = min(max(gap / (2 * lengths), 0.0), 2.0) if lengths > 0 else 0.0
    return lengths * (1 - versed), lengths * np.sqrt(versed * (2 - versed))


@njit(**OPTIONS)
def _shrunk(one, two):
    """x/(1+x) of two numbers, by one division, and the product of the denominators."""
    below, beside = 1 + one, 1 + two
    above = below * beside
    inverse = 1 / above
    return one * beside * inverse, two * below * inverse, above


@njit(**OPTIONS)
def _variances(t, twice, squares, result):
    """The variance of each sample at its own t; squares (rank, rows), result (rows,) is overwritten."""
    result[:] = 0.0
    for a in range(len(twice)):
        for row in range(len(t)):
            grown = t[row] * twice[a]
            result[row] += squares[a, row] * grown / (1 + grown)


@njit(**OPTIONS)
def _excesses(t, twice, squares_i, squares_j, apart, level, other, blocks, result):
    """Positive where the ellipse of a pair at its own t contains the corner.

    Args:
        twice, squares_i, squares_j, apart: (rank,) and (rank, pairs), the rank even.
        blocks, result: ii, jj and ii + jj - 2 ij, (3, pairs), and (pairs,); overwritten.
    """
    blocks[:] = 0.0
    for a in range(0, len(twice), 2):
        for pair in range(len(t)):
            one, two, _ = _shrunk(t[pair] * twice[a], t[pair] * twice[a + 1])
            blocks[0, pair] += one * squares_i[a, pair] + two * squares_i[a + 1, pair]
            blocks[1, pair] += one * squares_j[a, pair] + two * squares_j[a + 1, pair]
            blocks[2, pair] += one * apart[a, pair] + two * apart[a + 1, pair]
    for pair in range(len(t)):
        ii, jj, difference = blocks[0, pair], blocks[1, pair], blocks[2, pair]
        _, root = _completed(ii, jj, difference)
        result[pair] = root * root - level * other * difference - (level - other) * (level * jj - other * ii)


@njit(**OPTIONS)
def _next_times(step, low, high, below, above, middle):
    """Times between `low` and `high` by halving, later by regula falsi from the values there; middle is overwritten."""
    for place in range(len(middle)):
        if step < HALVINGS:
            middle[place] = np.sqrt(low[place] * high[place])
        else:
            span = (high[place] - low[place]) / (above[place] - below[place])
            middle[place] = low[place] - below[place] * span


@njit(**OPTIONS)
def _narrowed(value, middle, low, high, below, above, last):
    """The bracket after the value in the middle; Illinois: the value at an end that stays for the second time is halved."""
    for place in range(len(value)):
        up = value[place] > 0
        side = 1.0 if up else -1.0
        kept = 0.5 if side == last[place] else 1.0
        low[place], high[place] = low[place] if up else middle[place], middle[place] if up else high[place]
        below[place] = below[place] * kept if up else value[place]
        above[place] = value[place] if up else above[place] * kept
        last[place] = side


@njit(**OPTIONS)
def line_times(twice, squares, goal, low, high, steps, times):
    """When each sample's variance reaches a goal, between two times, `high` where it does not.

    Args:
        squares: (rank, rows); times: (rows,), overwritten.
    """
    a, b, last = np.full_like(times, low), np.full_like(times, high), np.zeros_like(times)
    below, above, value = np.empty_like(times), np.empty_like(times), np.empty_like(times)
    _variances(a, twice, squares, below)
    _variances(b, twice, squares, above)
    below -= goal
    above -= goal
    never = ~(above > 0)
    for step in range(steps):
        _next_times(step, a, b, below, above, times)
        _variances(times, twice, squares, value)
        value -= goal
        _narrowed(value, times, a, b, below, above, last)
    times[never] = high


@njit(**OPTIONS)
def corner_times(twice, squares_i, squares_j, apart, level, other, low, end, steps, tie, times, sides):
    """When each pair's ellipse meets the corner, and which line is met inside the other's half-plane.

    Args:
        squares_i, squares_j, apart: (rank, pairs).
        low: (pairs,) the time at which both lines have been met, `end` where they are not; overwritten.
        times: (pairs,) `end` where never; sides: (pairs,) 1 for the line of i, 2 for that of j, 0; overwritten.
    """
    a, b, last = low.copy(), np.full_like(low, end), np.zeros_like(low)
    below, above, value = np.empty_like(low), np.empty_like(low), np.empty_like(low)
    blocks = np.empty((3, len(low)))
    _excesses(a, twice, squares_i, squares_j, apart, level, other, blocks, below)
    _excesses(b, twice, squares_i, squares_j, apart, level, other, blocks, above)
    never = ~((above > 0) & (low < end))
    at_once = below > 0
    for step in range(steps):
        _next_times(step, a, b, below, above, times)
        _excesses(times, twice, squares_i, squares_j, apart, level, other, blocks, value)
        _narrowed(value, times, a, b, below, above, last)
    for pair in range(len(times)):
        times[pair] = end if never[pair] else low[pair] if at_once[pair] else times[pair]
    _excesses(times, twice, squares_i, squares_j, apart, level, other, blocks, value)
    for pair in range(len(times)):
        ii, jj, difference = blocks[0, pair], blocks[1, pair], blocks[2, pair]
        ij, _ = _completed(ii, jj, difference)
        near = tie * (level + other) * max(ii, jj)
        sides[pair] = 1 if other * ii - level * ij < near else 2 if level * jj - other * ij < near else 0


@njit(**OPTIONS)
def _between(result, low, high):
    """The difference of the ends' terms, which are then multiplied by q; result is overwritten."""
    for arc in range(len(result)):
        result[arc] = high[3, arc] - low[3, arc]
        high[3, arc] *= high[1, arc]
        low[3, arc] *= low[1, arc]


@njit(**OPTIONS)
def _add(result, factor, x, y):
    for place in range(len(result)):
        result[place] += factor * x[place] * y[place]


@njit(**OPTIONS)
def _radial(radial, ii, jj, ij, length, low, high):
    """(k + l) int p^k q^l over arcs into radial[k, l], and the length into radial[0, 0]; see `corners._arc_sum`.

    Args:
        radial: (k, l, arcs), overwritten.
        ii, jj, ij, length: (arcs,).
        low, high: (4, arcs) p, q, sine_p, sine_q at the ends; overwritten.
    """
    size_k, size_l, count = radial.shape
    radial[0, 0] = length
    # the sines take up the powers of q, then those of p
    for l in range(1, size_l):
        _between(radial[0, l], low, high)
        if l > 1:
            _add(radial[0, l], (l - 1) / max(l - 2, 1), jj, radial[0, l - 2])
    for k in range(1, size_k):
        for arc in range(count):
            high[3, arc], low[3, arc] = high[2, arc], low[2, arc]
        for l in range(size_l):
            _between(radial[k, l], low, high)
            if k > 1:
                _add(radial[k, l], (k - 1) / max(k - 2 + l, 1), ii, radial[k - 2, l])
            if l > 0:
                _add(radial[k, l], l / max(k + l - 2, 1), ij, radial[k - 1, l - 1])
        for arc in range(count):
            high[2, arc] *= high[0, arc]
            low[2, arc] *= low[0, arc]


@njit(**OPTIONS)
def _slopes(slopes, ii, jj, ij):
    """The factor of the length in `_radial`, for even k + l; it has none in the others."""
    size_k, size_l, _ = slopes.shape
    slopes[0, 0] = 1.0
    for k in range(size_k):
        for l in range(k % 2, size_l, 2):
            if k + l > 0:
                slopes[k, l] = 0.0
            if k == 0 and l > 1:
                _add(slopes[k, l], (l - 1) / max(l - 2, 1), jj, slopes[k, l - 2])
            if k > 1:
                _add(slopes[k, l], (k - 1) / max(k - 2 + l, 1), ii, slopes[k - 2, l])
            if k > 0 and l > 0:
                _add(slopes[k, l], l / max(k + l - 2, 1), ij, slopes[k - 1, l - 1])
    slopes[0, 0] = 0.0


@njit(**OPTIONS)
def line_means(met, ii, jj, ij, weights, level, polynomial, result):
    """`corners._Rows.line_means`: result (l, rows, rows) is overwritten in the rows `met`.

    Args:
        met: samples that reach the level.
        ii, weights: (met, nodes); jj, ij: (met, nodes, rows) the ellipses with all samples.
    """
    degrees, rows, _ = result.shape
    nodes = ii.shape[1]
    radial = np.empty((len(polynomial), degrees, nodes * rows))
    low, high = np.empty((4, nodes * rows)), np.empty((4, nodes * rows))
    arcs = np.empty((3, nodes, rows))
    for place in range(len(met)):
        for node in range(nodes):
            reach = np.sqrt(max(ii[place, node] - level * level, 0.0))
            arcs[0, node], arcs[1, node], arcs[2, node] = ii[place, node], reach, 2 * np.arctan2(reach, level)
        every_ii, every_reach, length = arcs[0].reshape(-1), arcs[1].reshape(-1), arcs[2].reshape(-1)
        all_jj, all_ij = jj[place].reshape(-1), ij[place].reshape(-1)
        for arc in range(nodes * rows):
            variance, reach = every_ii[arc], every_reach[arc]
            along = all_ij[arc] / variance
            across = np.sqrt(max(variance * all_jj[arc] - all_ij[arc] ** 2, 0.0)) / variance
            low[0, arc], low[1, arc] = level, along * level - across * reach
            low[2, arc], low[3, arc] = -reach, -reach * along - level * across
            high[0, arc], high[1, arc] = level, along * level + across * reach
            high[2, arc], high[3, arc] = reach, reach * along - level * across
        _radial(radial, every_ii, all_jj, all_ij, length, low, high)
        radial[0, 0] = 0.0
        for l in range(degrees):
            result[l, met[place]] = 0.0
            for k in range(len(polynomial)):
                for node in range(nodes):
                    factor = weights[place, node] * polynomial[k]
                    for i in range(rows):
                        result[l, met[place], i] += factor * radial[k, l, node * rows + i]


@njit(**OPTIONS)
def corner_arcs(
    twice,
    squares_i,
    squares_j,
    apart,
    level,
    other,
    met,
    sides,
    times,
    since,
    weights,
    coefficients,
    total,
    slope,
    turn,
):
    """`corners._Rows.corner_sums`: the integrals of the pairs `met` but for the terms with the length of the arc.

    Args:
        squares_i, squares_j, apart: (rank, pairs); sides, times: (pairs,), of `corner_times`.
        since, weights: (nodes,) t over the time at which the corner is met, and weights of int dt/(4 pi t).
        total: (pairs,) overwritten at `met`.
        slope: (met, nodes) the factor of the length; turn: (2, met, nodes) real and imaginary part of a number whose
            argument is the length; overwritten.
    """
    nodes = len(since)
    size_k, size_l = coefficients.shape
    radial = np.empty((size_k, size_l, nodes))
    low, high = np.empty((4, nodes)), np.empty((4, nodes))
    block = np.empty((5, nodes))
    ii, jj, difference, ij, determinant = block[0], block[1], block[2], block[3], block[4]
    for place in range(len(met)):
        pair = met[place]
        ii[:], jj[:], difference[:], determinant[:] = 0.0, 0.0, 0.0, 1.0
        for a in range(0, len(twice), 2):
            rate, beside = times[pair] * twice[a], times[pair] * twice[a + 1]
            for node in range(nodes):
                one, two, above = _shrunk(since[node] * rate, since[node] * beside)
                ii[node] += one * squares_i[a, pair] + two * squares_i[a + 1, pair]
                jj[node] += one * squares_j[a, pair] + two * squares_j[a + 1, pair]
                difference[node] += one * apart[a, pair] + two * apart[a + 1, pair]
                determinant[node] *= above
        side_i, side_j = -1.0 if sides[pair] == 1 else 1.0, 1.0 if sides[pair] == 2 else -1.0
        for node in range(nodes):
            inner, root = _completed(ii[node], jj[node], difference[node])
            sine_i = side_i * np.sqrt(max(ii[node] - level * level, 0.0))
            sine_j = side_j * np.sqrt(max(jj[node] - other * other, 0.0))
            ij[node] = inner
            determinant[node] = weights[node] / np.sqrt(determinant[node])
            along, across = 1 / ii[node], 1 / jj[node]
            high[0, node], high[1, node] = level, (inner * level + root * sine_i) * along
            high[2, node], high[3, node] = sine_i, (sine_i * inner - level * root) * along
            low[0, node], low[1, node] = (inner * other - root * sine_j) * across, other
            low[2, node], low[3, node] = (sine_j * inner + other * root) * across, sine_j
            # (level + i sine_i)(other - i sine_j)(ij - i root)
            real, imaginary = level * other + sine_i * sine_j, sine_i * other - level * sine_j
            turn[0, place, node] = real * inner + imaginary * root
            turn[1, place, node] = imaginary * inner - real * root
        difference[:] = 0.0
        _radial(radial, ii, jj, ij, difference, low, high)
        total[pair] = 0.0
        for k in range(size_k):
            for l in range(size_l):
                value = 0.0
                for node in range(nodes):
                    value += determinant[node] * radial[k, l, node]
                total[pair] += coefficients[k, l] * value
        _slopes(radial, ii, jj, ij)
        slope[place] = 0.0
        for k in range(size_k):
            for l in range(k % 2, size_l, 2):
                _add(slope[place], coefficients[k, l], determinant, radial[k, l])
