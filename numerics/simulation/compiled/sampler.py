"""Drives the fused kernel: which blocks, how much work a call, what its stops mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from numerics.simulation.compiled.kernel import MODES, run_layers
from numerics.simulation.compiled.normals import PART, seed_state
from numerics.simulation.compiled.program import STACK, compile_program
from numerics.simulation.compiled.strips import ROWS, strip_columns
from numerics.simulation.depth_plan import DepthPlan
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_finite, check_normalizable, rounding_share, trace_range

BLOCK_BYTES = 24 << 10  # measured; the nearest cache has 32 KiB or more
BLOCK_COLUMNS = (64, 256)
CACHE_LINE = 64
HELD_NUMBERS = 1 << 20
# neurons times samples in one call: well under a second, so that an interrupt is soon seen
CALL_NUMBERS = 1 << 25
CALL_NETWORKS = 1024


def block_columns(samples: int, widths: Sequence[int], dtype: np.dtype) -> int:
    """Neurons in a block, whole strips; a function of the settings, since it orders the random numbers."""
    strip = strip_columns(dtype)
    least, most = BLOCK_COLUMNS
    room = max(least, min(most, BLOCK_BYTES // (samples * dtype.itemsize)))
    needed = -(-max(widths, default=1) // strip) * strip
    return min(room // strip * strip, needed)


def aligned_zeros(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Zeros from the start of a cache line, so that no vector of the kernel straddles two."""
    size = math.prod(shape) * dtype.itemsize
    held = np.zeros(size + CACHE_LINE, np.uint8)
    first = -held.ctypes.data % CACHE_LINE
    return held[first : first + size].view(dtype).reshape(shape)


def compiled_pieces(
    spec: NetworkSpec,
    gram: np.ndarray,
    twins: np.ndarray,
    plan: DepthPlan,
    indices: Sequence[int],
    words: np.ndarray,
    dtype: np.dtype,
) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Gram matrices of the recorded layers after the first, as `gram_chain.stream` yields them.

    Args:
        gram: the start, identical samples merged.
        twins: from `twin_samples`.
        words: four uint64 from the seed sequence of (seed, settings).

    Raises:
        UnsupportedActivationError: the activation needs more intermediate values than the kernel has.
        ValueError: overflow; the message names the layer.
        DegenerateGramError: the normalisation divides 0 by 0; the message names the layer.
    """
    opcodes, constants = compile_program(spec.activation)
    samples = len(gram)
    widest = max(plan.widths, default=1)
    columns = block_columns(samples, plan.widths, dtype)
    blocks = 1
    if spec.normalization in ("layer", "rms") and samples * widest <= HELD_NUMBERS:
        blocks = -(-widest // columns)
    rows = -(-samples // ROWS) * ROWS
    held = aligned_zeros((blocks, rows * columns), dtype)
    wide = held[0] if dtype == np.float64 else aligned_zeros((rows * columns,), np.dtype(np.float64))
    normals = aligned_zeros((samples * columns,), dtype)
    stack = aligned_zeros((STACK, rows * columns), dtype)
    squares = aligned_zeros((columns,), dtype)
    late = np.empty(PART, np.int64)
    widths = np.array(plan.widths, dtype=np.int64)
    layers = np.array([layer for layer in plan.layers if layer > 0], dtype=np.int64)
    before = len(plan.layers) - len(layers)
    work = samples * widest
    layers_a_call = max(1, min(CALL_NUMBERS // work, CALL_NUMBERS // samples**2))
    together = int(max(1, min(CALL_NETWORKS, CALL_NUMBERS // (max(work, samples**2) * max(1, plan.depth)))))
    for start in range(0, len(indices), together):
        chosen = indices[start : start + together]
        states = np.empty((len(chosen), 4), np.uint64)
        for place, index in enumerate(chosen):
            seed_state(words, index, states[place])
        grams = np.tile(gram, (len(chosen), 1, 1))
        for first in range(0, plan.depth, layers_a_call):
            last = min(first + layers_a_call, plan.depth)
            from_, to = np.searchsorted(layers, [first + 1, last + 1]).tolist()
            records = np.full(last - first, -1, dtype=np.int64)
            records[layers[from_:to] - first - 1] = np.arange(to - from_)
            out = np.empty((len(chosen), to - from_, samples, samples))
            network, layer = run_layers(
                MODES[spec.normalization],
                spec.epsilon,
                spec.weight_variance,
                spec.bias_variance,
                opcodes,
                constants,
                twins,
                rounding_share(dtype),
                first,
                widths[first:last],
                records,
                *trace_range(spec, samples, dtype),
                columns,
                strip_columns(dtype),
                states,
                grams,
                normals,
                held,
                wide,
                stack,
                squares,
                late,
                out,
            )
            if network >= 0:
                check_normalizable(spec, grams[network : network + 1], layer, dtype)
                raise ValueError(f"layer {layer}: the covariance of the next layer is not positive semidefinite")
            if last == plan.depth:
                check_finite(grams, last)
            if to > from_:
                yield slice(start, start + len(chosen)), slice(before + from_, before + to), out
