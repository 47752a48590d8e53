"""The inner loops of the batch-normalisation map, compiled; needs numba.

Numba's cache on disk looks at the file of the function it keeps: everything that runs is in this file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz", "reassoc"}}


@njit(**OPTIONS)
def cosines_and_ladders(shrink, vectors, samples, largest, cosines, even, odd):
    """Cosines between the samples at every node, and Chebyshev polynomials of their radii.

    Args:
        shrink: (nodes, rank), 2 t lambda / (1 + 2 t lambda).
        vectors: (rows, rank).
        samples, largest: n, and the radius at which the polynomials' argument is 1.
        cosines: (nodes, rows, rows); overwritten.
        even, odd: (degrees, nodes, rows) for T_0, T_2, ... and T_1, T_3, ...; overwritten, and left out where empty.
    """
    nodes, rank = shrink.shape
    rows = len(vectors)
    factor = np.empty((rank, rows))
    inverse, ratio, step = np.empty(rows), np.empty(rows), np.empty(rows)
    for node in range(nodes):
        block = cosines[node]
        for a in range(rank):
            root = np.sqrt(samples * shrink[node, a])
            for i in range(rows):
                factor[a, i] = vectors[i, a] * root
        for i in range(rows):
            for j in range(rows):
                block[i, j] = 0.0
            for a in range(rank):
                left = factor[a, i]
                for j in range(rows):
                    block[i, j] += left * factor[a, j]
        for i in range(rows):
            radius = np.sqrt(block[i, i])
            # a sample that is always zero has no direction: its pair mean does not depend on the angle
            inverse[i] = 1 / radius if radius > 0 else 0.0
            ratio[i] = radius / largest
            step[i] = 4 * ratio[i] * ratio[i] - 2
        for i in range(rows):
            left = inverse[i]
            for j in range(rows):
                block[i, j] = min(1.0, max(-1.0, block[i, j] * left * inverse[j]))
            block[i, i] = 1.0
        for ladder, first in ((even, 0), (odd, 1)):
            for degree in range(len(ladder)):
                for i in range(rows):
                    if degree == 0:
                        ladder[0, node, i] = ratio[i] if first else 1.0
                    elif degree == 1:
                        ladder[1, node, i] = (step[i] - 1) * ratio[i] if first else step[i] / 2
                    else:
                        ladder[degree, node, i] = step[i] * ladder[degree - 1, node, i] - ladder[degree - 2, node, i]


@njit(**OPTIONS)
def add_pair_sums(cosines, weights, first, radial, value, kept, result):
    """Add sum over nodes and orders of weight radial_k(i) value_k(j) T_k(cosines)/2, the orders first, first + 2, ....

    Args:
        cosines, weights: (nodes, rows, rows) and (nodes,).
        first: 0 or 1.
        radial, value: (orders, nodes, rows).
        kept: (nodes,) how many orders count at a node.
        result: (rows, rows); added to.
    """
    nodes, rows = cosines.shape[:2]
    step, before, current, total = np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows)
    for node in range(nodes):
        weight = weights[node]
        for i in range(rows):
            for j in range(rows):
                c = cosines[node, i, j]
                step[j] = 4 * c * c - 2
                current[j] = c if first else 1.0
                before[j] = c if first else step[j] / 2
                total[j] = 0.0
            for k in range(kept[node]):
                # the order 0 counts twice as much as the others
                left = radial[k, node, i] * (weight if first == 0 and k == 0 else weight / 2)
                for j in range(rows):
                    now = current[j]
                    total[j] += left * value[k, node, j] * now
                    current[j] = step[j] * now - before[j]
                    before[j] = now
            for j in range(rows):
                result[i, j] += total[j]
