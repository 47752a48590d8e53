"""The inner loops of `branches`, compiled; needs numba.

Numba's cache on disk looks at the file of the function it keeps: everything that runs is in this file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz", "reassoc"}}
# of cos and sin on [-pi/2, pi/2], by their series: 1/(2k (2k -+ 1))
COSINES = np.array([1.0 / (2 * k * (2 * k - 1)) for k in range(11, 0, -1)])
SINES = np.array([1.0 / (2 * k * (2 * k + 1)) for k in range(11, 0, -1)])


@njit(**OPTIONS)
def _turned(angle):
    """cos and sin of an angle of at most pi/2."""
    square = angle * angle
    cosine, sine = 1.0, 1.0
    for k in range(11):
        cosine = 1 - cosine * square * COSINES[k]
        sine = 1 - sine * square * SINES[k]
    return cosine, angle * sine


@njit(**OPTIONS)
def _evaluated(points, count, scale, first, table, values, radials):
    """Value and radial derivative at some points; table (cells, 2, terms), lowest first."""
    terms = table.shape[2]
    for place in range(count):
        scaled = points[place] * scale
        cell = np.floor(scaled)
        u = scaled - cell - 0.5
        row = np.uint64(np.int64(cell) + first)
        value, radial = table[row, 0, terms - 1], table[row, 1, terms - 1]
        for power in range(terms - 2, -1, -1):
            value = value * u + table[row, 0, power]
            radial = radial * u + table[row, 1, power]
        values[place] = value
        radials[place] = radial


@njit(**OPTIONS)
def _level_and_ring(weight, radius, largest, levels, rings):
    """Where `arc_nodes` keeps what arcs of a weight and a radius take."""
    level = 0
    while weight < 0.1 and level < levels - 1:
        weight *= 10
        level += 1
    return level, min(int(radius / largest * rings), rings - 1)


@njit(**OPTIONS)
def _rule(half, longest):
    """`arc_nodes.ArcNodes.chosen`; longest (orders,)."""
    place = 0
    while place < len(longest) - 1 and longest[place] < half:
        place += 1
    return place


@njit(**OPTIONS)
def _added(cosines, count, value, radial, values, radials):
    """Multiples of the cosines, added to values and radials."""
    for k in range(count):
        values[k] += value * cosines[k]
        radials[k] += radial * cosines[k]


@njit(**OPTIONS)
def _product(u, table, count, values, radials, cosines):
    """The sum of cosine_k (radial_k a_k + value_k b_k), a_k and b_k at a place u in its cell; table (9, 2, k)."""
    total = 0.0
    for k in range(count):
        value, radial = table[8, 0, k], table[8, 1, k]
        value, radial = value * u + table[7, 0, k], radial * u + table[7, 1, k]
        value, radial = value * u + table[6, 0, k], radial * u + table[6, 1, k]
        value, radial = value * u + table[5, 0, k], radial * u + table[5, 1, k]
        value, radial = value * u + table[4, 0, k], radial * u + table[4, 1, k]
        value, radial = value * u + table[3, 0, k], radial * u + table[3, 1, k]
        value, radial = value * u + table[2, 0, k], radial * u + table[2, 1, k]
        value, radial = value * u + table[1, 0, k], radial * u + table[1, 1, k]
        value, radial = value * u + table[0, 0, k], radial * u + table[0, 1, k]
        total += cosines[k] * (radials[k] * value + values[k] * radial)
    return total


@njit(**OPTIONS)
def _cosines_of_multiples(cosine, count, result):
    """T_0 .. T_{count-1}, eight at a time after the first sixteen."""
    result[0], result[1] = 1.0, cosine
    for k in range(2, 16):
        result[k] = 2 * cosine * result[k - 1] - result[k - 2]
    double = 2 * result[8]
    for k in range(16, count):
        result[k] = double * result[k - 8] - result[k - 16]


@njit(**OPTIONS)
def line_sums(
    met, ii, jj, ij, weights, level, side, part, choice, outer, inner, harmonics, radius_scale, kept, scale, first, orders,
    places, gauss, largest, longest, least, result,
):  # fmt: skip
    """`branches.BranchRows.branch_line`: result (rows, rows) is overwritten in the rows `met`.

    Args:
        met: samples that reach the level.
        ii, weights: (met, nodes); jj, ij: (met, nodes, rows) the ellipses with all samples.
        part: table of the half line's function; harmonics: (branches, cells, terms, 2, k).
        choice: (rows, rows) the branch on which sample i is; outer, inner: those beyond and before the line.
        orders, places, gauss: the rules; largest, longest, kept: which serves which arc, and how many harmonics count.
        least: weight of the arcs that count.
    """
    rows = len(result)
    most, many = places.shape[1], harmonics.shape[4]
    p, turns, value, radial = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    values, radials = np.empty(many), np.empty(many)
    cosines, ones = np.empty(max(many, 16)), np.ones(many)
    for place in range(len(met)):
        j = met[place]
        result[j] = 0.0
        for node in range(ii.shape[1]):
            weight = weights[place, node]
            if weight < least:
                continue
            radius = np.sqrt(ii[place, node])
            half = np.arctan2(np.sqrt(max(ii[place, node] - level * level, 0.0)), level)
            widest = ii[place, node]
            for i in range(rows):
                widest = max(widest, jj[place, node, i])
            row, ring = _level_and_ring(weight, np.sqrt(widest), largest, kept.shape[0], kept.shape[1])
            rule = _rule(half, longest[row, ring])
            # whole vectors of eight
            points, count = orders[rule] // 2, min((kept[row, ring] + 7) // 8 * 8, many)
            for k in range(points):
                turns[k], _ = _turned(half * places[rule, k])
                p[k] = radius * turns[k]
            _evaluated(p, points, scale, first, part, value, radial)
            # the Fourier coefficients of the part on the arc; those of h(side x) are those of h with signs
            values[:count], radials[:count] = 0.0, 0.0
            for k in range(points):
                _cosines_of_multiples(side * turns[k], count, cosines)
                factor = 2 * weight * half * gauss[rule, k]
                _added(cosines, count, factor * value[k], factor * radial[k], values, radials)
            for i in range(rows):
                other = np.sqrt(jj[place, node, i])
                scaled = other * radius_scale
                cell = np.floor(scaled)
                u, entry = scaled - cell - 0.5, np.int64(cell)
                if i == j:
                    # sigma^2 beyond the line less that of the inner branch
                    total = _product(u, harmonics[outer, entry], count, values, radials, ones)
                    total += _product(u, harmonics[inner, entry], count, values, radials, ones)
                else:
                    cosine = ij[place, node, i] / (radius * other) if other > 0 else 0.0
                    # the coefficients of the branch end before those of the part
                    ring = min(int(other / largest * kept.shape[1]), kept.shape[1] - 1)
                    fewer = min((kept[row, ring] + 7) // 8 * 8, count)
                    _cosines_of_multiples(min(max(cosine, -1.0), 1.0), fewer, cosines)
                    total = _product(u, harmonics[choice[j, i], entry], fewer, values, radials, cosines)
                result[j, i] += total


@njit(**OPTIONS)
def corner_sums(
    twice, squares_i, squares_j, apart, level, other, met, sides, times, since, weights, one, two, scale, first, orders,
    places, gauss, largest, longest, least, total,
):  # fmt: skip
    """`branches._Rows.corner_sums`: the integrals of the pairs `met` into total (pairs,).

    Args:
        squares_i, squares_j, apart: (rank, pairs); sides, times: (pairs,), of `compiled_corners.corner_times`.
        since, weights: (nodes,) t over the time at which the corner is met, and weights of int dt/(4 pi t).
        one, two: (products, cells, 2, terms) the functions of the two samples.
        orders, places, gauss: the rules; largest, longest: which serves which arc; least: weight of those that count.
    """
    nodes = len(since)
    most = 2 * places.shape[1]
    p, q = np.empty(most), np.empty(most)
    value_p, radial_p, value_q, radial_q = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    block = np.empty((4, nodes))
    ii, jj, difference, determinant = block[0], block[1], block[2], block[3]
    for place in range(len(met)):
        pair = met[place]
        block[:3] = 0.0
        determinant[:] = 1.0
        for a in range(len(twice)):
            rate = times[pair] * twice[a]
            for node in range(nodes):
                grown = since[node] * rate
                shrink = grown / (1 + grown)
                ii[node] += shrink * squares_i[a, pair]
                jj[node] += shrink * squares_j[a, pair]
                difference[node] += shrink * apart[a, pair]
                determinant[node] *= 1 + grown
        side_i, side_j = -1.0 if sides[pair] == 1 else 1.0, 1.0 if sides[pair] == 2 else -1.0
        sums = 0.0
        for node in range(nodes):
            lengths = np.sqrt(ii[node] * jj[node])
            if lengths == 0:
                continue
            gap = difference[node] - (ii[node] - jj[node]) ** 2 / (ii[node] + jj[node] + 2 * lengths)
            versed = min(max(gap / (2 * lengths), 0.0), 2.0)
            inner, root = lengths * (1 - versed), lengths * np.sqrt(versed * (2 - versed))
            sine_i = side_i * np.sqrt(max(ii[node] - level * level, 0.0))
            sine_j = side_j * np.sqrt(max(jj[node] - other * other, 0.0))
            # the argument of (level + i sine_i)(other - i sine_j)(inner - i root)
            real, imaginary = level * other + sine_i * sine_j, sine_i * other - level * sine_j
            half = np.arctan2(imaginary * inner - real * root, real * inner + imaginary * root) / 2
            weight = weights[node] / np.sqrt(determinant[node])
            if weight < least:
                continue
            row, ring = _level_and_ring(
                weight, np.sqrt(max(ii[node], jj[node])), largest, longest.shape[0], longest.shape[1]
            )
            rule = _rule(abs(half), longest[row, ring])
            count = orders[rule] // 2
            # the middle of the arc, half of it back from the line of i
            cosine, sine = _turned(half)
            high_q, high_sine = (inner * level + root * sine_i) / ii[node], (sine_i * inner - level * root) / ii[node]
            p_m, s_m = level * cosine + sine_i * sine, sine_i * cosine - level * sine
            q_m, v_m = high_q * cosine + high_sine * sine, high_sine * cosine - high_q * sine
            for k in range(count):
                cosine, sine = _turned(half * places[rule, k])
                p[k], p[count + k] = p_m * cosine - s_m * sine, p_m * cosine + s_m * sine
                q[k], q[count + k] = q_m * cosine - v_m * sine, q_m * cosine + v_m * sine
            value = 0.0
            for product in range(len(one)):
                _evaluated(p, 2 * count, scale, first, one[product], value_p, radial_p)
                _evaluated(q, 2 * count, scale, first, two[product], value_q, radial_q)
                for k in range(count):
                    value += gauss[rule, k] * (value_p[k] * radial_q[k] + radial_p[k] * value_q[k])
                    value += gauss[rule, k] * (
                        value_p[count + k] * radial_q[count + k] + radial_p[count + k] * value_q[count + k]
                    )
            sums += weight * half * value
        total[pair] = sums
