"""The inner loops of `corners`, compiled; needs numba.

Numba's cache on disk looks at the file of the function it keeps: everything that runs is in this file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz", "reassoc"}}


@njit(**OPTIONS)
def _block(t, twice, squares_i, squares_j, apart):
    """ii, jj, ii + jj - 2 ij of the ellipse at t, and the determinant of I + 2 t S."""
    ii, jj, difference, determinant = 0.0, 0.0, 0.0, 1.0
    for a in range(len(twice)):
        grown = t * twice[a]
        shrink = grown / (1 + grown)
        ii += shrink * squares_i[a]
        jj += shrink * squares_j[a]
        difference += shrink * apart[a]
        determinant *= 1 + grown
    return ii, jj, difference, determinant


@njit(**OPTIONS)
def _completed(ii, jj, difference):
    """ij and the root of the determinant; see `corners._completed`."""
    lengths = np.sqrt(ii * jj)
    if lengths == 0:
        return 0.0, 0.0
    gap = difference - (ii - jj) ** 2 / (ii + jj + 2 * lengths)
    versed = min(max(gap / (2 * lengths), 0.0), 2.0)
    return lengths * (1 - versed), lengths * np.sqrt(versed * (2 - versed))


@njit(**OPTIONS)
def _excess(t, twice, squares_i, squares_j, apart, level, other):
    """Positive where the ellipse contains the corner."""
    ii, jj, difference, _ = _block(t, twice, squares_i, squares_j, apart)
    _, root = _completed(ii, jj, difference)
    return root * root - level * other * difference - (level - other) * (level * jj - other * ii)


@njit(**OPTIONS)
def _first_time(low, high, steps, twice, squares_i, squares_j, apart, level, other):
    """log t at which the ellipse meets the corner, between two values, `high` where it does not: halving, then Illinois."""
    at_high = _excess(np.exp(high), twice, squares_i, squares_j, apart, level, other)
    if not at_high > 0:
        return high
    at_low = _excess(np.exp(low), twice, squares_i, squares_j, apart, level, other)
    if at_low > 0:
        return low
    middle, last = low, 0
    for step in range(steps):
        if step < 5:
            middle = (low + high) / 2
        elif at_high > at_low:
            middle = (low * at_high - high * at_low) / (at_high - at_low)
        value = _excess(np.exp(middle), twice, squares_i, squares_j, apart, level, other)
        if value > 0:
            high, at_high = middle, value
            if last == 1:
                at_low /= 2
            last = 1
        else:
            low, at_low = middle, value
            if last == -1:
                at_high /= 2
            last = -1
    return middle


@njit(**OPTIONS)
def _variance(t, twice, squares):
    total = 0.0
    for a in range(len(twice)):
        grown = t * twice[a]
        total += squares[a] * grown / (1 + grown)
    return total


@njit(**OPTIONS)
def line_times(twice, squares, goal, low, high, steps, times):
    """log t at which each sample's variance reaches a goal, `high` where it does not: halving, then Illinois.

    Args:
        squares: (rows, rank); times: (rows,), overwritten.
    """
    for row in range(len(squares)):
        times[row] = high
        a, b, middle, last = low, high, low, 0
        below, above = (
            _variance(np.exp(a), twice, squares[row]) - goal,
            _variance(np.exp(b), twice, squares[row]) - goal,
        )
        if not above > 0:
            continue
        for step in range(steps):
            if step < 4:
                middle = (a + b) / 2
            elif above > below:
                middle = (a * above - b * below) / (above - below)
            value = _variance(np.exp(middle), twice, squares[row]) - goal
            if value > 0:
                b, above = middle, value
                if last == 1:
                    below /= 2
                last = 1
            else:
                a, below = middle, value
                if last == -1:
                    above /= 2
                last = -1
        times[row] = middle


@njit(**OPTIONS)
def _radial(radial, plain, ii, jj, ij, length, low, high):
    """(k + l) int p^k q^l over an arc into radial[k, l]; see `corners._arc_sum`.

    Args:
        radial, plain: (k, l); overwritten.
        low, high: (p, q, sine_p, sine_q) at the ends.
    """
    size_k, size_l = radial.shape
    radial[0, 0], plain[0, 0] = 0.0, length
    # high and low times the powers of q, then of p too
    high_q, low_q = high[3], low[3]
    for l in range(1, size_l):
        value = high_q - low_q
        if l > 1:
            value += (l - 1) * jj * plain[0, l - 2]
        radial[0, l], plain[0, l] = value, value / l
        high_q *= high[1]
        low_q *= low[1]
    high_p, low_p = high[2], low[2]
    for k in range(1, size_k):
        high_q, low_q = high_p, low_p
        for l in range(size_l):
            value = high_q - low_q
            if k > 1:
                value += (k - 1) * ii * plain[k - 2, l]
            if l > 0:
                value += l * ij * plain[k - 1, l - 1]
            radial[k, l], plain[k, l] = value, value / (k + l)
            high_q *= high[1]
            low_q *= low[1]
        high_p *= high[0]
        low_p *= low[0]


@njit(**OPTIONS)
def line_means(twice, scaled, met, t, weights, level, polynomial, result):
    """`corners._Rows.line_means`: result (l, rows, rows) is added to.

    Args:
        met: samples that reach the level; t, weights (met, nodes) their nodes.
    """
    degrees, rows, _ = result.shape
    rank = len(twice)
    radial = np.empty((len(polynomial), degrees))
    plain = np.empty_like(radial)
    shrink, weighted = np.empty(rank), np.empty(rank)
    for place in range(len(met)):
        j = met[place]
        for node in range(t.shape[1]):
            determinant, ii = 1.0, 0.0
            for a in range(rank):
                grown = t[place, node] * twice[a]
                shrink[a] = grown / (1 + grown)
                determinant *= 1 + grown
                weighted[a] = shrink[a] * scaled[j, a]
                ii += weighted[a] * scaled[j, a]
            weight = weights[place, node] / (4 * np.pi * t[place, node] * np.sqrt(determinant))
            reach = np.sqrt(max(ii - level * level, 0.0))
            length = 2 * np.arctan2(reach, level)
            for i in range(rows):
                ij, jj = 0.0, 0.0
                for a in range(rank):
                    ij += weighted[a] * scaled[i, a]
                    jj += shrink[a] * scaled[i, a] * scaled[i, a]
                side = np.sqrt(max(ii * jj - ij * ij, 0.0))
                low = (level, (ij * level - side * reach) / ii, -reach, (-reach * ij - level * side) / ii)
                high = (level, (ij * level + side * reach) / ii, reach, (reach * ij - level * side) / ii)
                _radial(radial, plain, ii, jj, ij, length, low, high)
                for l in range(degrees):
                    total = 0.0
                    for k in range(len(polynomial)):
                        total += polynomial[k] * radial[k, l]
                    result[l, j, i] += weight * total


@njit(**OPTIONS)
def corner_times(twice, squares, apart, first, second, level, other, starts, end, steps, tie, times, sides):
    """When each pair's ellipse meets the corner, and which line is met inside the other's half-plane.

    Args:
        starts: (rows, 2) log t when each sample meets `level` and `other`, `end` where it does not.
        times: (pairs,) log t, `end` where never; sides: (pairs,) 1 for the line of i, 2 for that of j, 0; overwritten.
    """
    for pair in range(len(first)):
        i, j = first[pair], second[pair]
        low = max(starts[i, 0], starts[j, 1])
        times[pair] = end
        if low < end:
            times[pair] = _first_time(low, end, steps, twice, squares[i], squares[j], apart[pair], level, other)
        ii, jj, difference, _ = _block(np.exp(times[pair]), twice, squares[i], squares[j], apart[pair])
        ij, _ = _completed(ii, jj, difference)
        near = tie * (level + other) * max(ii, jj)
        sides[pair] = 1 if other * ii - level * ij < near else 2 if level * jj - other * ij < near else 0


@njit(**OPTIONS)
def corner_sums(twice, squares, apart, first, second, level, other, met, sides, t, weights, coefficients, total):
    """`corners._Rows.corner_sums`: the integrals of the pairs `met` at their nodes, into total (pairs,)."""
    radial = np.empty(coefficients.shape)
    plain = np.empty_like(radial)
    for place in range(len(met)):
        pair = met[place]
        i, j = first[pair], second[pair]
        side_i, side_j = -1.0 if sides[pair] == 1 else 1.0, 1.0 if sides[pair] == 2 else -1.0
        for node in range(t.shape[1]):
            time = t[place, node]
            ii, jj, difference, determinant = _block(time, twice, squares[i], squares[j], apart[pair])
            ij, root = _completed(ii, jj, difference)
            sine_i = side_i * np.sqrt(max(ii - level * level, 0.0))
            sine_j = side_j * np.sqrt(max(jj - other * other, 0.0))
            high = (level, (ij * level + root * sine_i) / ii, sine_i, (sine_i * ij - level * root) / ii)
            low = ((ij * other - root * sine_j) / jj, other, (sine_j * ij + other * root) / jj, sine_j)
            # the argument of (level + i sine_i)(other - i sine_j)(ij - i root)
            real, imaginary = level * other + sine_i * sine_j, sine_i * other - level * sine_j
            length = np.arctan2(imaginary * ij - real * root, real * ij + imaginary * root)
            _radial(radial, plain, ii, jj, ij, length, low, high)
            value = 0.0
            for k in range(coefficients.shape[0]):
                for l in range(coefficients.shape[1]):
                    value += coefficients[k, l] * radial[k, l]
            total[pair] += weights[place, node] / (4 * np.pi * time * np.sqrt(determinant)) * value
