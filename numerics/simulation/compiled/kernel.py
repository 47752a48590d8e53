"""The fused layer: a block of neurons goes from normals to its Gram matrix without leaving the nearest caches.

One call advances a batch of networks through several layers, without the interpreter lock. Numba's cache on disk looks
at the file of the function it keeps, not at the files of those it calls: after a change in another module of this
package, delete its `__pycache__`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from numerics.simulation.compiled.linear import (
    OPTIONS,
    cholesky,
    close_columns,
    covariance_of,
    pivoted_root,
)
from numerics.simulation.compiled.normals import fill_normals
from numerics.simulation.compiled.program import copy_numbers, is_clip_at_zero, run_program
from numerics.simulation.compiled.strips import (
    ROWS,
    add_products,
    add_sample_moments,
    clear_columns,
    multiply_root,
    pack_root,
    scale_neurons,
    scale_samples,
)

BATCH, UNCENTERED, LAYER, RMS, NONE = 0, 1, 2, 3, 4
MODES = {"batch": BATCH, "batch-uncentered": UNCENTERED, "layer": LAYER, "rms": RMS, "none": NONE}
EPS = 2.220446049250313e-16
SMALLEST_PIVOT = 1e-12  # of the trace: below it pivoting takes over, as eigenvectors do in numpy's sampler


@njit(**OPTIONS)
def _undefined(mode, epsilon, bias_variance, gram, trace, spread):
    """Whether the normalisation divides zero by zero: the conditions of starting_gram.check_normalizable."""
    if epsilon > 0:
        return False
    if mode == BATCH:
        return not spread > 8 * EPS * gram.shape[0] * trace
    if bias_variance > 0 or mode == NONE:
        return False
    if mode == UNCENTERED:
        return not trace > 0
    least = np.inf
    for i in range(gram.shape[0]):
        least = min(least, gram[i, i])
    return not least > 0


@njit(**OPTIONS)
def _find_root(mode, epsilon, bias_variance, gram, trace, whole, spread, rounding, covariance, root, swaps):
    """A root of the covariance: 0 where it is triangular, 1 where it is not, 2 where the normalisation is undefined.

    Args:
        trace, spread: of the Gram matrix, and of what the normalisation sees of it.
        whole: trace of the covariance before centring, which says what is rounding.
    """
    samples = gram.shape[0]
    order = samples - 1 if mode == BATCH else samples
    if cholesky(covariance, order, SMALLEST_PIVOT * whole, root):
        if mode == BATCH:
            close_columns(root, samples, order)
        return 0
    if _undefined(mode, epsilon, bias_variance, gram, trace, spread):
        return 2
    pivoted_root(covariance, samples, order, samples * rounding * whole, root, swaps)
    if mode == BATCH:
        close_columns(root, samples, order)
    return 1


@njit(**OPTIONS)
def _draw_block(state, late, packed, lengths, order, normals, strips, strip, block, squares):
    fill_normals(state, normals[: strips * order * strip], late)
    multiply_root(packed, lengths, order, normals, strips, block, squares)


@njit(**OPTIONS)
def _sample_scales(mode, sums, squares, width, epsilon, shifts, scales):
    for i in range(sums.size):
        mean = sums[i] / width if mode == LAYER else 0.0
        variance = max(squares[i] / width - mean * mean, 0.0)
        shifts[i] = mean
        scales[i] = 1.0 / np.sqrt(variance + epsilon)


@njit(**OPTIONS)
def _advance(
    mode,
    epsilon,
    opcodes,
    constants,
    packed,
    lengths,
    order,
    samples,
    width,
    columns,
    strip,
    state,
    late,
    normals,
    held,
    wide,
    stack,
    squares,
    total,
):
    """Sum over the layer's neurons of s s^T, into the lower triangle of `total`."""
    rows = ROWS * lengths.size
    blocks = (width + columns - 1) // columns
    keep = held.shape[0] >= blocks
    clip = is_clip_at_zero(opcodes, constants)
    two_passes = mode in (LAYER, RMS)
    shifts, scales = np.zeros(samples), np.ones(samples)
    if two_passes:
        before = state.copy()
        sums, second = np.zeros(samples), np.zeros(samples)
        for index in range(blocks):
            block = held[index if keep else 0]
            neurons = min(columns, width - index * columns)
            strips = (neurons + strip - 1) // strip
            _draw_block(state, late, packed, lengths, order, normals, strips, strip, block, squares)
            clear_columns(block, rows, strips, strip, neurons)
            add_sample_moments(block, rows, samples, strips, strip, sums, second)
        _sample_scales(mode, sums, second, width, epsilon, shifts, scales)
        if not keep:
            copy_numbers(before, state)
    for index in range(blocks):
        block = held[index if keep and two_passes else 0]
        neurons = min(columns, width - index * columns)
        strips = (neurons + strip - 1) // strip
        size = strips * rows * strip
        if not (two_passes and keep):
            _draw_block(state, late, packed, lengths, order, normals, strips, strip, block, squares)
        if mode in (BATCH, UNCENTERED) and clip:
            scale_neurons(block, rows, samples, strips, squares, epsilon, 0.0, wide)
        else:
            if mode in (BATCH, UNCENTERED):
                scale_neurons(block, rows, samples, strips, squares, epsilon, -np.inf, block)
            elif two_passes:
                scale_samples(block, rows, samples, strips, strip, shifts, scales)
            run_program(opcodes, constants, block[:size], stack)
            if held.itemsize == 4 or (two_passes and keep and index > 0):
                copy_numbers(block[:size], wide)
        clear_columns(wide, rows, strips, strip, neurons)
        add_products(wide, rows, strips, strip, total)


@njit(**OPTIONS)
def run_layers(
    mode,
    epsilon,
    weight_variance,
    bias_variance,
    opcodes,
    constants,
    twins,
    rounding,
    first,
    widths,
    records,
    least,
    most,
    columns,
    strip,
    states,
    grams,
    normals,
    held,
    wide,
    stack,
    squares,
    late,
    out,
):
    """Advance every network through `widths.size` layers; returns the network and layer where it stopped, or (-1, -1).

    Args:
        mode, epsilon, weight_variance, bias_variance, opcodes, constants: the network's law.
        first: number of the layer that `grams` are of.
        widths: of the following layers.
        twins: for each sample, the first one identical to it.
        rounding: share of the trace, for each sample, below which eigenvalues are rounding.
        records: records[l] is where layer first + l + 1 goes in `out`, or -1.
        least, most: positive traces outside are underflow and overflow.
        columns, strip: neurons in a block and in a strip.
        states: generators, shape (networks, 4).
        grams: shape (networks, n, n); overwritten by the last layer's.
        normals: flat, columns * n numbers.
        held: blocks, shape (blocks, columns * n rounded up): one, or as many as a layer has.
        wide: one block in float64; the held one itself where that is float64.
        stack: shape (STACK, columns * n rounded up), for the activation.
        squares: shape (columns,).
        late: shape (PART,), whole numbers, for normals.
        out: shape (networks, recorded, n, n).
    """
    samples = grams.shape[1]
    rows = (samples + ROWS - 1) // ROWS * ROWS
    order = samples - 1 if mode == BATCH else samples
    covariance = np.empty((rows, rows))
    root = np.zeros((rows, rows))
    swaps = np.zeros(rows, np.int64)
    packed = np.zeros(rows * order, held.dtype)
    lengths = np.zeros(rows // ROWS, np.int64)
    total = np.empty((rows, rows))
    for network in range(grams.shape[0]):
        gram = grams[network]
        for step in range(widths.size):
            trace = 0.0
            for i in range(samples):
                trace += gram[i, i]
            if not trace < most or (0 < trace < least and bias_variance == 0):
                return network, first + step
            covariance_of(mode == BATCH, gram, weight_variance, bias_variance, covariance)
            seen = 0.0
            for i in range(samples):
                seen += covariance[i, i]
            whole = weight_variance * trace + (0.0 if mode == BATCH else samples * bias_variance)
            kind = _find_root(
                mode,
                epsilon,
                bias_variance,
                gram,
                trace,
                whole,
                seen / weight_variance,
                rounding,
                covariance,
                root,
                swaps,
            )
            if kind == 2:
                return network, first + step
            # a normalised neuron does not see its scale; float32 squares must not leave their range
            scale = 1.0
            if mode != NONE and held.itemsize == 4 and seen > 0:
                scale = np.sqrt(order / seen)
            pack_root(root, order, rows, kind == 0, scale, packed, lengths)
            for i in range(rows):
                for j in range(rows):
                    total[i, j] = 0.0
            _advance(
                mode,
                epsilon * scale * scale,
                opcodes,
                constants,
                packed,
                lengths,
                order,
                samples,
                widths[step],
                columns,
                strip,
                states[network],
                late,
                normals,
                held,
                wide,
                stack,
                squares,
                total,
            )
            for i in range(samples):
                for j in range(i + 1):
                    # identical samples stay so: rounding apart they would drift, and normalisation magnifies it
                    a, b = max(twins[i], twins[j]), min(twins[i], twins[j])
                    gram[i, j] = total[a, b] / widths[step]
                    gram[j, i] = gram[i, j]
            if records[step] >= 0:
                for i in range(samples):
                    for j in range(samples):
                        out[network, records[step], i, j] = gram[i, j]
    return -1, -1
