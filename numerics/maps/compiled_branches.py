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
def _rule(half, radius, weight, largest, longest):
    """The level of the weight, the ring of the radius, and the rule of `arc_nodes.ArcNodes.chosen`."""
    levels, rings, orders = longest.shape
    level = 0
    while weight < 0.1 and level < levels - 1:
        weight *= 10
        level += 1
    ring = min(int(radius / largest * rings), rings - 1)
    place = 0
    while place < orders - 1 and longest[level, ring, place] < half:
        place += 1
    return level, ring, place


@njit(**OPTIONS)
def _harmonics(u, table, count, half_values, half_radials, terms):
    """half_radials a_k + half_values b_k at a place u in its cell; table (9, 2, k)."""
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
        terms[k] = half_radials[k] * value + half_values[k] * radial


@njit(**OPTIONS)
def line_sums(
    met, ii, jj, ij, weights, level, side, part, choice, outer, inner, harmonics, radius_scale, kept, branches, scale, first,
    orders, places, gauss, largest, longest, least, result,
):  # fmt: skip
    """`branches.BranchRows.branch_line`: result (rows, rows) is overwritten in the rows `met`.

    Args:
        met: samples that reach the level.
        ii, weights: (met, nodes); jj, ij: (met, nodes, rows) the ellipses with all samples.
        part: table of the half line's function; branches: (branches, cells, 2, terms); harmonics: (branches, cells, terms, 2, k).
        choice: (rows, rows) the branch on which sample i is; outer, inner: those beyond and before the line.
        orders, places, gauss: the rules; largest, longest, kept: which serves which arc, and how many harmonics count.
        least: weight of the arcs that count.
    """
    rows = len(result)
    most = places.shape[1]
    many = harmonics.shape[4]
    p, cosines, before, after = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    value, radial, more_value, more_radial = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    half_values, half_radials = np.empty(many), np.empty(many)
    terms = np.empty((rows, many))
    angles, last, current = np.empty(rows), np.empty(rows), np.empty(rows)
    for place in range(len(met)):
        j = met[place]
        result[j] = 0.0
        for node in range(ii.shape[1]):
            if weights[place, node] < least:
                continue
            variance = ii[place, node]
            radius = np.sqrt(variance)
            half = np.arctan2(np.sqrt(max(variance - level * level, 0.0)), level)
            widest = variance
            for i in range(rows):
                widest = max(widest, jj[place, node, i])
            level_of, ring, rule = _rule(half, np.sqrt(widest), weights[place, node], largest, longest)
            count = orders[rule] // 2
            many = min(kept[level_of, ring], harmonics.shape[4])
            factor = weights[place, node] * half
            for k in range(count):
                cosines[k], _ = _turned(half * places[rule, k])
                p[k] = radius * cosines[k]
            _evaluated(p, count, scale, first, part, value, radial)
            # sigma^2: twice value times radial, on both halves of the arc
            for k in range(count):
                after[k] = side * p[k]
            for branch, sign in ((outer, 4.0), (inner, -4.0)):
                _evaluated(after, count, scale, first, branches[branch], more_value, more_radial)
                for k in range(count):
                    result[j, j] += sign * factor * gauss[rule, k] * more_value[k] * more_radial[k]
            # the Fourier coefficients of the part on the arc; h(side x) has those of h with signs
            for k in range(count):
                value[k] *= 2 * factor * gauss[rule, k]
                radial[k] *= 2 * factor * gauss[rule, k]
                before[k], after[k] = cosines[k], 1.0
            sign = 1.0
            for k in range(many):
                sum_value, sum_radial = 0.0, 0.0
                for point in range(count):
                    sum_value += value[point] * after[point]
                    sum_radial += radial[point] * after[point]
                    after[point], before[point] = 2 * cosines[point] * after[point] - before[point], after[point]
                half_values[k], half_radials[k] = sign * sum_value, sign * sum_radial
                sign *= side
            for i in range(rows):
                other = np.sqrt(jj[place, node, i])
                scaled = other * radius_scale
                cell = np.floor(scaled)
                table = harmonics[choice[j, i], np.int64(cell)]
                _harmonics(scaled - cell - 0.5, table, many, half_values, half_radials, terms[i])
                angles[i] = min(max(ij[place, node, i] / (radius * other), -1.0), 1.0) if other > 0 else 0.0
                last[i], current[i] = angles[i], 1.0
            result_j = result[j]
            for k in range(many):
                for i in range(rows):
                    if i != j:
                        result_j[i] += current[i] * terms[i, k]
                    current[i], last[i] = 2 * angles[i] * current[i] - last[i], current[i]


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
            _, _, rule = _rule(abs(half), np.sqrt(max(ii[node], jj[node])), weight, largest, longest)
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
