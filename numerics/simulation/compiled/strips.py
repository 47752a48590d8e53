"""Blocks of neurons as strips: from normals to pre-activations to their Gram matrix, in tiles that registers hold.

A block is flat: strip after strip of `strip_columns` neurons; within a strip, sample after sample. Tiles have four
samples (rows of a product) by two vectors, eight sums in flight: enough to hide the multiply-add's latency, few enough
for sixteen registers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from numerics.simulation.compiled.vectors import (
    add,
    broadcast,
    divide,
    lanes,
    larger,
    load,
    multiply,
    multiply_add,
    square_root,
    store,
    store_converted,
    total,
)

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}
REASSOCIATED: Any = {**OPTIONS, "fastmath": {"contract", "nsz", "reassoc"}}
ROWS = 4
_DOUBLE, _SINGLE = lanes(np.dtype(np.float64)), lanes(np.dtype(np.float32))


def strip_columns(dtype: np.dtype) -> int:
    """Neurons in a strip: two vectors."""
    return 2 * lanes(dtype)


@njit(**OPTIONS)
def pack_root(root, order, rows, triangular, scale, packed, lengths):
    """A root of the covariance in the order in which `multiply_root` reads it.

    Args:
        root: shape (>= rows, >= order); zero rows beyond the samples.
        rows: samples, rounded up to a multiple of ROWS.
        triangular: whether entries above the diagonal are zero.
        packed: flat, rows * order or more numbers of the block's dtype; overwritten.
        lengths: shape (rows / ROWS,); columns of each tile, overwritten.
    """
    place = 0
    for tile in range(rows // ROWS):
        lengths[tile] = min(ROWS * (tile + 1), order) if triangular else order
        for k in range(lengths[tile]):
            for row in range(ROWS):
                i = ROWS * tile + row
                packed[place] = 0.0 if triangular and k > i else root[i, k] * scale
                place += 1


@njit(**OPTIONS)
def multiply_root(packed, lengths, order, normals, strips, block, squares):
    """Pre-activations root @ normals, and for each neuron the sum of their squares.

    Args:
        packed, lengths: from `pack_root`.
        normals: strips of `order` rows.
        block: strips of ROWS * lengths.size rows; overwritten.
        squares: a number a neuron; overwritten.
    """
    width = _SINGLE if block.itemsize == 4 else _DOUBLE
    strip = 2 * width
    rows = ROWS * lengths.size
    zero = broadcast(block.dtype.type(0))
    start = 0
    for tile in range(lengths.size):
        for s in range(strips):
            a0, a1, b0, b1, c0, c1, d0, d1 = zero, zero, zero, zero, zero, zero, zero, zero
            place, source = start, s * order * strip
            for _ in range(lengths[tile]):
                x0, x1 = load(normals, source), load(normals, source + width)
                source += strip
                factor = broadcast(packed[place])
                a0, a1 = multiply_add(factor, x0, a0), multiply_add(factor, x1, a1)
                factor = broadcast(packed[place + 1])
                b0, b1 = multiply_add(factor, x0, b0), multiply_add(factor, x1, b1)
                factor = broadcast(packed[place + 2])
                c0, c1 = multiply_add(factor, x0, c0), multiply_add(factor, x1, c1)
                factor = broadcast(packed[place + 3])
                d0, d1 = multiply_add(factor, x0, d0), multiply_add(factor, x1, d1)
                place += ROWS
            target = (s * rows + ROWS * tile) * strip
            store(block, target, a0)
            store(block, target + width, a1)
            store(block, target + strip, b0)
            store(block, target + strip + width, b1)
            store(block, target + 2 * strip, c0)
            store(block, target + 2 * strip + width, c1)
            store(block, target + 3 * strip, d0)
            store(block, target + 3 * strip + width, d1)
            q0, q1 = multiply(a0, a0), multiply(a1, a1)
            q0, q1 = multiply_add(b0, b0, q0), multiply_add(b1, b1, q1)
            q0, q1 = multiply_add(c0, c0, q0), multiply_add(c1, c1, q1)
            q0, q1 = multiply_add(d0, d0, q0), multiply_add(d1, d1, q1)
            if tile > 0:
                q0, q1 = add(q0, load(squares, s * strip)), add(q1, load(squares, s * strip + width))
            store(squares, s * strip, q0)
            store(squares, s * strip + width, q1)
        start += ROWS * lengths[tile]


@njit(**OPTIONS)
def scale_neurons(block, rows, samples, strips, squares, epsilon, least, out):
    """max(least, x / sqrt(mean square + epsilon)) for each neuron's row over the batch, into `out`.

    Args:
        squares: from `multiply_root`.
        least: -inf, or 0 where the activation is max(x, 0) and may be done on the way.
        out: `block` itself, or as many float64 numbers.
    """
    width = _SINGLE if block.itemsize == 4 else _DOUBLE
    kind = block.dtype.type
    share, shift, one, floor = (
        broadcast(kind(1.0 / samples)),
        broadcast(kind(epsilon)),
        broadcast(kind(1)),
        broadcast(kind(least)),
    )
    for s in range(strips):
        at = 2 * width * s
        first = divide(one, square_root(multiply_add(load(squares, at), share, shift)))
        second = divide(one, square_root(multiply_add(load(squares, at + width), share, shift)))
        place = at * rows
        for _ in range(rows):
            store_converted(out, place, larger(multiply(load(block, place), first), floor))
            store_converted(out, place + width, larger(multiply(load(block, place + width), second), floor))
            place += 2 * width


@njit(**OPTIONS)
def clear_columns(block, rows, strips, strip, neurons):
    """Zero the last strip beyond the block's last neuron."""
    used = neurons - (strips - 1) * strip
    if used < strip:
        for row in range(rows):
            start = ((strips - 1) * rows + row) * strip
            block[start + used : start + strip] = 0


@njit(**REASSOCIATED)
def add_sample_moments(block, rows, samples, strips, strip, sums, squares):
    """Add every sample's sum and sum of squares over a block's neurons."""
    for s in range(strips):
        for i in range(samples):
            start = (s * rows + i) * strip
            first = second = 0.0
            for value in block[start : start + strip]:
                wide = np.float64(value)
                first += wide
                second += wide * wide
            sums[i] += first
            squares[i] += second


@njit(**OPTIONS)
def scale_samples(block, rows, samples, strips, strip, shifts, scales):
    """(x - shift) * scale, with one shift and one scale a sample."""
    kind = block.dtype.type
    for s in range(strips):
        for i in range(samples):
            start = (s * rows + i) * strip
            shift, scale = kind(shifts[i]), kind(scales[i])
            for place in range(start, start + strip):
                block[place] = (block[place] - shift) * scale


@njit(**OPTIONS)
def add_products(block, rows, strips, strip, gram):
    """Add the lower triangle of the Gram matrix of a block's columns: sums over neurons, float64.

    Args:
        block: float64, strips of `rows` rows, a multiple of ROWS.
        gram: shape (>= rows, >= rows).
    """
    size = rows * strip
    zero = broadcast(0.0)
    for i in range(0, rows, ROWS):
        for j in range(0, i + 2, 2):
            a0, a1, b0, b1, c0, c1, d0, d1 = zero, zero, zero, zero, zero, zero, zero, zero
            for s in range(strips):
                left, right = s * size + i * strip, s * size + j * strip
                for _ in range(0, strip, _DOUBLE):
                    y0, y1 = load(block, right), load(block, right + strip)
                    x = load(block, left)
                    a0, a1 = multiply_add(x, y0, a0), multiply_add(x, y1, a1)
                    x = load(block, left + strip)
                    b0, b1 = multiply_add(x, y0, b0), multiply_add(x, y1, b1)
                    x = load(block, left + 2 * strip)
                    c0, c1 = multiply_add(x, y0, c0), multiply_add(x, y1, c1)
                    x = load(block, left + 3 * strip)
                    d0, d1 = multiply_add(x, y0, d0), multiply_add(x, y1, d1)
                    left += _DOUBLE
                    right += _DOUBLE
            gram[i, j] += total(a0)
            gram[i, j + 1] += total(a1)
            gram[i + 1, j] += total(b0)
            gram[i + 1, j + 1] += total(b1)
            gram[i + 2, j] += total(c0)
            gram[i + 2, j + 1] += total(c1)
            gram[i + 3, j] += total(d0)
            gram[i + 3, j + 1] += total(d1)
        # the last two samples of the tile with themselves
        a0, b0, b1 = zero, zero, zero
        for s in range(strips):
            left = s * size + (i + 2) * strip
            for _ in range(0, strip, _DOUBLE):
                x, y = load(block, left), load(block, left + strip)
                a0, b0, b1 = multiply_add(x, x, a0), multiply_add(y, x, b0), multiply_add(y, y, b1)
                left += _DOUBLE
        gram[i + 2, i + 2] += total(a0)
        gram[i + 3, i + 2] += total(b0)
        gram[i + 3, i + 3] += total(b1)
