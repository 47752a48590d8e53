"""The fused layer: a block of neurons goes from normals to its Gram matrix without leaving the nearest caches.

One call advances a batch of networks through several layers, without the interpreter lock.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from numerics.simulation.compiled.functions import wide_vectors
from numerics.simulation.compiled.linear import (
    OPTIONS,
    add_products,
    cholesky,
    from_helmert,
    pivoted_cholesky,
    triangular_product,
    undo_swaps,
)
from numerics.simulation.compiled.normals import box_muller, box_muller_single, fill_words
from numerics.simulation.compiled.program import run_program

BATCH, UNCENTERED, LAYER, RMS, NONE = 0, 1, 2, 3, 4
MODES = {"batch": BATCH, "batch-uncentered": UNCENTERED, "layer": LAYER, "rms": RMS, "none": NONE}
WORDS = 512
EPS = 2.220446049250313e-16
SMALLEST_PIVOT = 1e-12  # of the trace: below it pivoting takes over, as eigenvectors do in numpy's sampler


@njit(**OPTIONS)
def _fill_normals(state, words, rows):
    """Standard normals in every entry of `rows`, a contiguous block of a multiple of 32 numbers."""
    wide_vectors()
    flat = rows.reshape(-1)
    single = flat.itemsize == 4
    step = 2 * WORDS if single else WORDS
    for start in range(0, flat.size, step):
        part = flat[start : min(start + step, flat.size)]
        needed = words[: part.size // 2 if single else part.size]
        fill_words(state, needed)
        if single:
            box_muller_single(needed, part)
        else:
            box_muller(needed, part)


@njit(**OPTIONS)
def _covariance(mode, gram, weight_variance, bias_variance, covariance):
    """The next layer's covariance, in the Helmert basis under centred batch normalisation; its order."""
    samples = gram.shape[0]
    if mode != BATCH:
        for i in range(samples):
            for j in range(samples):
                covariance[i, j] = weight_variance * gram[i, j] + bias_variance
        return samples
    # rows, then columns, of H G H^T by running sums: row i of H is c_i (1, ..., 1, -i, 0, ...)
    half = np.empty((samples - 1, samples))
    running = np.zeros(samples)
    for i in range(samples):
        c = 1 / np.sqrt(i * (i + 1.0)) if i > 0 else 0.0
        for j in range(samples):
            if i > 0:
                half[i - 1, j] = c * (running[j] - i * gram[i, j])
            running[j] += gram[i, j]
    running[:] = 0
    for j in range(samples):
        c = weight_variance / np.sqrt(j * (j + 1.0)) if j > 0 else 0.0
        for i in range(samples - 1):
            if j > 0:
                covariance[i, j - 1] = c * (running[i] - j * half[i, j])
            running[i] += half[i, j]
    return samples - 1


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
    return not np.diag(gram).min() > 0


@njit(**OPTIONS)
def _hidden_block(mode, state, words, lower, order, padded, swapped, swaps, samples, block, scratch):
    wide_vectors()
    first = 1 if mode == BATCH else 0
    rows = block[first:]
    _fill_normals(state, words, rows[:order])
    triangular_product(lower, padded, rows, scratch)
    if swapped:
        undo_swaps(swaps, order, rows)
    if mode == BATCH:
        from_helmert(block, samples, scratch[0])


@njit(**OPTIONS)
def _normalize_neurons(block, samples, epsilon, squares):
    wide_vectors()
    columns = block.shape[1]
    for r in range(columns):
        squares[r] = 0
    for i in range(samples):
        row = block[i]
        for r in range(columns):
            squares[r] += row[r] * row[r]
    share = block.dtype.type(1.0 / samples)
    shift = block.dtype.type(epsilon)
    one = block.dtype.type(1)
    for r in range(columns):
        squares[r] = one / np.sqrt(squares[r] * share + shift)
    for i in range(samples):
        row = block[i]
        for r in range(columns):
            row[r] *= squares[r]


@njit(**OPTIONS)
def _sample_scales(mode, sums, squares, width, epsilon, shifts, scales):
    for i in range(sums.size):
        mean = sums[i] / width if mode == LAYER else 0.0
        variance = max(squares[i] / width - mean * mean, 0.0)
        shifts[i] = mean
        scales[i] = 1.0 / np.sqrt(variance + epsilon)


@njit(inline="always", **OPTIONS)
def _advance(
    mode,
    epsilon,
    opcodes,
    constants,
    lower,
    order,
    padded,
    swapped,
    swaps,
    width,
    state,
    words,
    held,
    scratch,
    stack,
    total,
):
    """Sum over the layer's neurons of s s^T, into the lower triangle of `total`."""
    wide_vectors()
    samples = total.shape[0] - 3
    columns = held.shape[2]
    blocks = (width + columns - 1) // columns
    keep = held.shape[0] >= blocks
    rounded = (samples + 3) // 4 * 4
    two_passes = mode in (LAYER, RMS)
    shifts, scales = np.zeros(samples), np.ones(samples)
    if two_passes:
        before = state.copy()
        sums, squares = np.zeros(samples), np.zeros(samples)
        for index in range(blocks):
            block = held[index if keep else 0]
            _hidden_block(mode, state, words, lower, order, padded, swapped, swaps, samples, block, scratch)
            neurons = min(columns, width - index * columns)
            for i in range(samples):
                for r in range(neurons):
                    value = np.float64(block[i, r])
                    sums[i] += value
                    squares[i] += value * value
        _sample_scales(mode, sums, squares, width, epsilon, shifts, scales)
        if not keep:
            state[:] = before
    for index in range(blocks):
        block = held[index if keep and two_passes else 0]
        if not (two_passes and keep):
            _hidden_block(mode, state, words, lower, order, padded, swapped, swaps, samples, block, scratch)
        if mode in (BATCH, UNCENTERED):
            _normalize_neurons(block, samples, epsilon, scratch[0])
        elif two_passes:
            for i in range(samples):
                shift, scale = block.dtype.type(shifts[i]), block.dtype.type(scales[i])
                row = block[i]
                for r in range(columns):
                    row[r] = (row[r] - shift) * scale
        run_program(opcodes, constants, block[:samples].reshape(-1), stack)
        for i in range(samples, rounded):
            block[i, :] = 0
        add_products(block, min(columns, width - index * columns), rounded, total)


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
    states,
    grams,
    held,
    stack,
    scratch,
    words,
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
        states: generators, shape (networks, 4, LANES).
        grams: shape (networks, n, n); overwritten by the last layer's.
        held: blocks, shape (blocks, n + 5 or more, columns): one, or as many as a layer has.
        stack: shape (STACK, n * columns), for the activation.
        scratch: shape (4, columns).
        words: shape (WORDS,), for random bits.
        out: shape (networks, recorded, n, n).
    """
    wide_vectors()
    samples = grams.shape[1]
    size = samples + 3
    covariance = np.empty((size, size))
    root = np.zeros((size, size))
    swaps = np.zeros(size, np.int64)
    lower = np.zeros((size, size), held.dtype)
    total = np.empty((size, size))
    for network in range(grams.shape[0]):
        gram = grams[network]
        for step in range(widths.size):
            trace = 0.0
            for i in range(samples):
                trace += gram[i, i]
            if not trace < most or (0 < trace < least and bias_variance == 0):
                return network, first + step
            order = _covariance(mode, gram, weight_variance, bias_variance, covariance)
            spread = 0.0
            for i in range(order):
                spread += covariance[i, i]
            whole = weight_variance * trace + (0.0 if mode == BATCH else samples * bias_variance)
            swapped = not cholesky(covariance, order, SMALLEST_PIVOT * whole, root)
            if swapped:
                if _undefined(mode, epsilon, bias_variance, gram, trace, spread / weight_variance):
                    return network, first + step
                pivoted_cholesky(covariance, order, order * rounding * whole, root, swaps)
            # a normalised neuron does not see its scale; float32 squares must not leave their range
            scale = 1.0
            if mode != NONE and held.itemsize == 4 and spread > 0:
                scale = np.sqrt(order / spread)
            for i in range(order):
                for j in range(i + 1):
                    lower[i, j] = root[i, j] * scale
            padded = (order + 3) // 4 * 4
            total[:] = 0
            _advance(
                mode,
                epsilon * scale * scale,
                opcodes,
                constants,
                lower,
                order,
                padded,
                swapped,
                swaps,
                widths[step],
                states[network],
                words,
                held,
                scratch,
                stack,
                total,
            )
            for i in range(samples):
                for j in range(i + 1):
                    # identical samples stay so: rounding apart they would drift, and normalisation magnifies it
                    a, b = max(twins[i], twins[j]), min(twins[i], twins[j])
                    gram[i, j] = total[a, b] / widths[step]
                    gram[j, i] = gram[i, j]
            if records[step] >= 0:
                out[network, records[step]] = gram
    return -1, -1
