"""The small dense algebra of the fused kernel: roots of covariances, triangular products, Gram matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from numerics.simulation.compiled.functions import wide_vectors

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}
SUMS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz", "reassoc"}}


@njit(**OPTIONS)
def cholesky(matrix, order, smallest, lower):
    """The Cholesky factor, into `lower`; False, and unfinished, where a squared pivot is not above `smallest`."""
    for i in range(order):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                if not total > smallest:
                    return False
                lower[i, i] = np.sqrt(total)
            else:
                lower[i, j] = total / lower[j, j]
    return True


@njit(**OPTIONS)
def pivoted_cholesky(matrix, order, smallest, lower, swaps):
    """The Cholesky factor of a singular matrix under diagonal pivoting; what is left below `smallest` counts as zero.

    Args:
        matrix: overwritten.
        swaps: swaps[i] = j records that rows i and j were exchanged before step i.
    """
    for i in range(order):
        swaps[i] = i
        for k in range(order):
            lower[i, k] = 0.0
    for i in range(order):
        best = i
        for j in range(i + 1, order):
            if matrix[j, j] > matrix[best, best]:
                best = j
        if not matrix[best, best] > smallest:
            return
        swaps[i] = best
        if best != i:
            for k in range(order):
                matrix[i, k], matrix[best, k] = matrix[best, k], matrix[i, k]
            for k in range(order):
                matrix[k, i], matrix[k, best] = matrix[k, best], matrix[k, i]
            for k in range(i):
                lower[i, k], lower[best, k] = lower[best, k], lower[i, k]
        pivot = np.sqrt(matrix[i, i])
        lower[i, i] = pivot
        for j in range(i + 1, order):
            lower[j, i] = matrix[j, i] / pivot
        for j in range(i + 1, order):
            for k in range(i + 1, order):
                matrix[j, k] -= lower[j, i] * lower[k, i]


@njit(**OPTIONS)
def triangular_product(lower, order, block, scratch):
    """Replace the rows z of `block` by lower @ z, in place, four rows at a time from the last.

    Args:
        lower: shape (padded order, padded order), zero beyond the triangle; the padded order is a multiple of 4.
        order: padded.
        block: shape (>= padded order, columns).
        scratch: shape (4, columns).
    """
    wide_vectors()
    columns = block.shape[1]
    t0, t1, t2, t3 = scratch[0], scratch[1], scratch[2], scratch[3]
    for tile in range(order // 4 - 1, -1, -1):
        i = 4 * tile
        for r in range(columns):
            t0[r] = 0
            t1[r] = 0
            t2[r] = 0
            t3[r] = 0
        for k in range(0, i + 4, 4):
            z0, z1, z2, z3 = block[k], block[k + 1], block[k + 2], block[k + 3]
            a00, a01, a02, a03 = lower[i, k], lower[i, k + 1], lower[i, k + 2], lower[i, k + 3]
            a10, a11, a12, a13 = lower[i + 1, k], lower[i + 1, k + 1], lower[i + 1, k + 2], lower[i + 1, k + 3]
            a20, a21, a22, a23 = lower[i + 2, k], lower[i + 2, k + 1], lower[i + 2, k + 2], lower[i + 2, k + 3]
            a30, a31, a32, a33 = lower[i + 3, k], lower[i + 3, k + 1], lower[i + 3, k + 2], lower[i + 3, k + 3]
            for r in range(columns):
                y0, y1, y2, y3 = z0[r], z1[r], z2[r], z3[r]
                t0[r] = (((t0[r] + a00 * y0) + a01 * y1) + a02 * y2) + a03 * y3
                t1[r] = (((t1[r] + a10 * y0) + a11 * y1) + a12 * y2) + a13 * y3
                t2[r] = (((t2[r] + a20 * y0) + a21 * y1) + a22 * y2) + a23 * y3
                t3[r] = (((t3[r] + a30 * y0) + a31 * y1) + a32 * y2) + a33 * y3
        for row in range(4):
            target, source = block[i + row], scratch[row]
            for r in range(columns):
                target[r] = source[r]


@njit(**OPTIONS)
def undo_swaps(swaps, order, block):
    """Put the rows of a product with a pivoted factor back into the batch's order."""
    for i in range(order - 1, -1, -1):
        j = swaps[i]
        if j != i:
            first, second = block[i], block[j]
            for r in range(block.shape[1]):
                first[r], second[r] = second[r], first[r]


@njit(**OPTIONS)
def from_helmert(block, samples, sums):
    """Coordinates in the Helmert basis to centred rows, in place: coordinate i stands in row i = 1..n-1, row 0 is free.

    x_j = sum over i > j of c_i y_i - j c_j y_j, c_i = 1/sqrt(i(i+1)): O(n) a column.
    """
    columns = block.shape[1]
    for r in range(columns):
        sums[r] = 0
    for j in range(samples - 1, 0, -1):
        c = block.dtype.type(1 / np.sqrt(j * (j + 1.0)))
        times = block.dtype.type(j)
        _helmert_step(block[j], sums, c, times)
    first = block[0]
    for r in range(columns):
        first[r] = sums[r]


@njit(**OPTIONS)
def _helmert_step(row, sums, c, times):
    # a function of its own, since LLVM does not vectorise it within the loop over rows
    wide_vectors()
    for r in range(row.size):
        y = c * row[r]
        total = sums[r]
        row[r] = total - times * y
        sums[r] = total + y


@njit(**SUMS)
def add_products(block, columns, order, total):
    """Add the lower triangle of block @ block.T to `total`, in tiles of 4 x 4; float64 sums of the block's own
    precision.

    Args:
        block: shape (>= order, >= columns).
        order: padded to a multiple of 4.
        total: shape (>= order, >= order), float64.
    """
    wide_vectors()
    zero = 0.0
    for i in range(0, order, 4):
        x0, x1, x2, x3 = block[i, :columns], block[i + 1, :columns], block[i + 2, :columns], block[i + 3, :columns]
        for j in range(0, i + 4, 4):
            y0, y1, y2, y3 = block[j, :columns], block[j + 1, :columns], block[j + 2, :columns], block[j + 3, :columns]
            s00 = s01 = s02 = s03 = zero
            s10 = s11 = s12 = s13 = zero
            s20 = s21 = s22 = s23 = zero
            s30 = s31 = s32 = s33 = zero
            for r in range(columns):
                a0, a1, a2, a3 = np.float64(x0[r]), np.float64(x1[r]), np.float64(x2[r]), np.float64(x3[r])
                b0, b1, b2, b3 = np.float64(y0[r]), np.float64(y1[r]), np.float64(y2[r]), np.float64(y3[r])
                s00 += a0 * b0
                s01 += a0 * b1
                s02 += a0 * b2
                s03 += a0 * b3
                s10 += a1 * b0
                s11 += a1 * b1
                s12 += a1 * b2
                s13 += a1 * b3
                s20 += a2 * b0
                s21 += a2 * b1
                s22 += a2 * b2
                s23 += a2 * b3
                s30 += a3 * b0
                s31 += a3 * b1
                s32 += a3 * b2
                s33 += a3 * b3
            total[i, j] += s00
            total[i, j + 1] += s01
            total[i, j + 2] += s02
            total[i, j + 3] += s03
            total[i + 1, j] += s10
            total[i + 1, j + 1] += s11
            total[i + 1, j + 2] += s12
            total[i + 1, j + 3] += s13
            total[i + 2, j] += s20
            total[i + 2, j + 1] += s21
            total[i + 2, j + 2] += s22
            total[i + 2, j + 3] += s23
            total[i + 3, j] += s30
            total[i + 3, j + 1] += s31
            total[i + 3, j + 2] += s32
            total[i + 3, j + 3] += s33
