"""One layer of many networks at once, in numpy: from normals to Gram matrices, by blocks of neurons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from numerics.simulation.helmert import covariance_factors
from numerics.simulation.network_spec import NetworkSpec

# numbers held at a time for one network's block, one batch of networks, one read-ahead, and one two-pass layer
BLOCK_NUMBERS = 1 << 14
BLOCK_NEURONS_LEAST = 256
BATCH_NUMBERS = 1 << 14
HELD_NUMBERS = 1 << 22


def block_neurons(samples: int) -> int:
    """Neurons in a block; it depends on the batch size alone, since the order of summation is part of the result."""
    return max(BLOCK_NEURONS_LEAST, BLOCK_NUMBERS // samples)


def batch_networks(samples: int, widths: Sequence[int]) -> int:
    """How many networks to advance together."""
    neurons = min(max(widths, default=1), block_neurons(samples))
    return max(1, BATCH_NUMBERS // (samples * max(neurons, samples)))


class NormalStreams:
    """Standard normals of several networks, each from its own generator in its own order."""

    def __init__(self, generators: Sequence[np.random.Generator], dtype: np.dtype) -> None:
        self.generators = generators
        self.dtype = dtype
        self._buffer = np.empty((0,), dtype)
        self._blocks = np.empty((0, 0, 0, 0), dtype)
        self._next = 0

    def take(self, shape: tuple[int, int], repeats: int) -> np.ndarray:
        """The next block of each network, shape (networks, *shape), valid until the next call.

        Args:
            shape: of one network's block.
            repeats: how many blocks of this shape will be taken in a row, this one included; read ahead in one call.
        """
        if self._next == self._blocks.shape[1]:
            size = shape[0] * shape[1]
            ahead = min(repeats, max(1, BLOCK_NUMBERS // size))
            count = len(self.generators) * ahead * size
            if self._buffer.size < count:
                self._buffer = np.empty(count, self.dtype)
            flat = self._buffer[:count].reshape(len(self.generators), ahead * size)
            for generator, row in zip(self.generators, flat):
                generator.standard_normal(dtype=self.dtype, out=row)
            self._blocks = flat.reshape(len(self.generators), ahead, *shape)
            self._next = 0
        block = self._blocks[:, self._next]
        self._next += 1
        return block

    def states(self) -> list:
        """The generators' states, to draw the same numbers again; only between read-aheads."""
        return [generator.bit_generator.state for generator in self.generators]

    def restore(self, states: list) -> None:
        """Go back to earlier `states`."""
        for generator, state in zip(self.generators, states):
            generator.bit_generator.state = state
        self._blocks = self._blocks[:, :0]
        self._next = 0


class LayerKernel:
    """Advances a batch of networks layer by layer, reusing its buffers.

    Args:
        spec: the network's law.
        generators: one for each network.
        dtype: of the neurons; covariances, factors and Gram matrices are float64 always.
    """

    def __init__(self, spec: NetworkSpec, generators: Sequence[np.random.Generator], dtype: np.dtype) -> None:
        self.spec = spec
        self.normals = NormalStreams(generators, dtype)
        self.dtype = dtype
        self._hidden = np.empty(0, dtype)
        self._square = np.empty(0, dtype)

    def advance(self, grams: np.ndarray, width: int, repeats: int) -> np.ndarray:
        """The next layer's Gram matrices.

        Args:
            grams: shape (networks, n, n).
            width: neurons of the next layer.
            repeats: how many layers of this width follow, this one included.
        """
        factors = covariance_factors(self.spec, grams)
        columns = np.ascontiguousarray(np.swapaxes(factors, -1, -2), dtype=self.dtype)
        if self.spec.normalization in ("layer", "rms"):
            total = self._two_passes(columns, width, repeats)
        else:
            total = np.zeros_like(grams)
            for hidden in self._hidden_blocks(columns, width, repeats):
                self._normalize_neurons(hidden)
                total += self._activated_products(hidden)
        return total / width

    def _hidden_blocks(self, columns: np.ndarray, width: int, repeats: int) -> Iterator[np.ndarray]:
        """Pre-activations (networks, n, neurons), block after block; each valid until the next."""
        networks, samples, rank = columns.shape
        most = block_neurons(samples)
        repeats = repeats if width <= most else 1
        for first in range(0, width, most):
            neurons = min(most, width - first)
            normals = self.normals.take((rank, neurons), repeats)
            size = networks * samples * neurons
            if self._hidden.size < size:
                self._hidden = np.empty(size, self.dtype)
                self._square = np.empty(networks * neurons, self.dtype)
            yield np.matmul(columns, normals, out=self._hidden[:size].reshape(networks, samples, neurons))

    def _normalize_neurons(self, hidden: np.ndarray) -> None:
        if self.spec.normalization == "none":
            return
        networks, samples, neurons = hidden.shape
        square = self._square[: networks * neurons].reshape(networks, neurons)
        np.einsum("bnr,bnr->br", hidden, hidden, out=square)
        square *= 1 / samples
        if self.spec.epsilon:
            square += self.dtype.type(self.spec.epsilon)
        np.sqrt(square, out=square)
        np.divide(1, square, out=square)
        np.multiply(hidden, square[:, None, :], out=hidden)

    def _activated_products(self, hidden: np.ndarray) -> np.ndarray:
        values = self.spec.activation(hidden, out=hidden)
        return np.matmul(values, np.swapaxes(values, -1, -2))

    def _two_passes(self, columns: np.ndarray, width: int, repeats: int) -> np.ndarray:
        """Normalising a sample needs all its neurons first: keep them, or draw them twice where they are many."""
        networks, samples, _ = columns.shape
        keep = networks * samples * width <= HELD_NUMBERS or width <= block_neurons(samples)
        states = [] if keep else self.normals.states()
        kept = []
        sums = np.zeros((networks, samples, 1))
        squares = np.zeros((networks, samples, 1))
        for hidden in self._hidden_blocks(columns, width, repeats):
            sums += hidden.sum(axis=2, keepdims=True, dtype=np.float64)
            squares += np.einsum("bnr,bnr->bn", hidden, hidden)[:, :, None]
            if keep:
                kept.append(hidden if width <= block_neurons(samples) else hidden.copy())
        if not keep:
            self.normals.restore(states)
        mean = sums / width if self.spec.normalization == "layer" else np.zeros_like(sums)
        variance = np.maximum(squares / width - mean**2, 0)
        scale = (1 / np.sqrt(variance + self.spec.epsilon)).astype(self.dtype)
        shift = mean.astype(self.dtype)
        total = np.zeros((networks, samples, samples))
        for hidden in kept if keep else self._hidden_blocks(columns, width, repeats):
            hidden -= shift
            hidden *= scale
            total += self._activated_products(hidden)
        return total
