"""One layer of many networks at once, in numpy: from normals to Gram matrices, by blocks of neurons."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from numerics.simulation.helmert import covariance_roots
from numerics.simulation.homogeneity import homogeneous_degree
from numerics.simulation.network_spec import NetworkSpec

# numbers held at a time for one network's block, one batch of networks, one read-ahead, and one two-pass layer
BLOCK_NUMBERS = 1 << 15
BLOCK_NEURONS_LEAST = 256
BATCH_NUMBERS = 1 << 16
HELD_NUMBERS = 1 << 22
SYRK_PAYS = 48


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
        dtype: of the neurons; covariances, their roots and Gram matrices are float64 always.
        twins: from `twin_samples`.
    """

    def __init__(
        self, spec: NetworkSpec, generators: Sequence[np.random.Generator], dtype: np.dtype, twins: np.ndarray
    ) -> None:
        self.twins = None if np.array_equal(twins, np.arange(len(twins))) else twins
        self.spec = spec
        self.normals = NormalStreams(generators, dtype)
        self.dtype = dtype
        self.epsilon: float | np.ndarray = spec.epsilon
        # s(x/c) = s(x)/c: the scale of a neuron can wait for the Gram matrix, which saves a pass
        self.scale_late = (
            spec.normalization in ("batch", "batch-uncentered")
            and spec.epsilon == 0
            and homogeneous_degree(spec.activation.tree) == 1
        )
        self._buffers: dict[str, np.ndarray] = {}

    def advance(self, grams: np.ndarray, width: int, repeats: int, layer: int) -> np.ndarray:
        """The next layer's Gram matrices.

        Args:
            grams: shape (networks, n, n), of layer `layer`.
            width: neurons of the next layer.
            repeats: how many layers of this width follow, the next one included.
        """
        roots = covariance_roots(self.spec, grams, layer, self.dtype)
        if self.dtype != np.float64:
            roots = self._near_one(roots)
        total = np.zeros_like(grams)
        if self.spec.normalization in ("layer", "rms"):
            self._two_passes(roots, width, repeats, total)
        else:
            for hidden in self._hidden_blocks(roots, width, repeats):
                if self.spec.normalization == "none":
                    self._add_products(hidden, total)
                elif self.scale_late:
                    self._add_products(hidden, total, self._inverse_mean_square(hidden)[:, None, :])
                else:
                    scale = self._inverse_mean_square(hidden)
                    np.sqrt(scale, out=scale)
                    np.multiply(hidden, scale[:, None, :], out=hidden)
                    self._add_products(hidden, total)
        total += np.swapaxes(total, 1, 2).copy()
        total *= 0.5 / width
        return total if self.twins is None else total[:, self.twins][:, :, self.twins]

    def _buffer(self, name: str, shape: tuple[int, ...], dtype: np.dtype | None = None) -> np.ndarray:
        size = math.prod(shape)
        dtype = dtype or self.dtype
        held = self._buffers.get(name)
        if held is None or held.size < size or held.dtype != dtype:
            held = self._buffers[name] = np.empty(size, dtype)
        return held[:size].reshape(shape)

    def _near_one(self, roots: np.ndarray) -> np.ndarray:
        """Roots rescaled for a narrow dtype, and epsilon with them: the normalisation undoes the scale."""
        if self.spec.normalization != "none":
            square = np.einsum("bnm,bnm->b", roots, roots)[:, None] / roots.shape[1]
            square[square == 0] = 1
            roots = roots / np.sqrt(square)[:, :, None]
            self.epsilon = self.spec.epsilon / square
        return roots.astype(self.dtype)

    def _hidden_blocks(self, roots: np.ndarray, width: int, repeats: int) -> Iterator[np.ndarray]:
        """Pre-activations (networks, n, neurons), block after block; each valid until the next."""
        networks, samples, rank = roots.shape
        most = block_neurons(samples)
        repeats = repeats if width <= most else 1
        for first in range(0, width, most):
            neurons = min(most, width - first)
            normals = self.normals.take((rank, neurons), repeats)
            yield np.matmul(roots, normals, out=self._buffer("hidden", (networks, samples, neurons)))

    def _inverse_mean_square(self, hidden: np.ndarray) -> np.ndarray:
        """1/(mean over the batch of the squares + epsilon) for each neuron."""
        networks, samples, neurons = hidden.shape
        square = np.einsum("bnr,bnr->br", hidden, hidden, out=self._buffer("square", (networks, neurons)))
        if self.spec.epsilon:
            square += np.asarray(samples * self.epsilon, self.dtype)
        return np.divide(samples, square, out=square)

    def _add_products(self, hidden: np.ndarray, total: np.ndarray, scale: np.ndarray | None = None) -> None:
        """Add the sum over neurons of scale s s^T, s the activations of the rows of `hidden`, which is overwritten."""
        flat = hidden.reshape(-1)
        self.spec.activation(flat, out=flat)
        other = hidden
        if self.dtype != np.float64:
            # summed in float64: the rounding of the sums must not pass for rank
            wide = self._buffer("wide", hidden.shape, np.dtype(np.float64))
            np.copyto(wide, hidden)
            hidden = other = wide
        if scale is not None:
            other = np.multiply(hidden, scale, out=self._buffer("other", hidden.shape, hidden.dtype))
        elif hidden.shape[1] < SYRK_PAYS:
            # numpy sends X X^T of one array to syrk, 2 to 5 times slower than gemm on batches this small
            other = self._buffer("other", hidden.shape, hidden.dtype)
            np.copyto(other, hidden)
        total += np.matmul(hidden, np.swapaxes(other, -1, -2))

    def _two_passes(self, roots: np.ndarray, width: int, repeats: int, total: np.ndarray) -> None:
        """Normalising a sample needs all its neurons first: keep them, or draw them twice where they are many."""
        networks, samples, _ = roots.shape
        one_block = width <= block_neurons(samples)
        keep = one_block or networks * samples * width <= HELD_NUMBERS
        states = [] if keep else self.normals.states()
        kept = []
        sums = np.zeros((networks, samples))
        squares = np.zeros((networks, samples))
        for hidden in self._hidden_blocks(roots, width, repeats):
            sums += hidden.sum(axis=2, dtype=np.float64)
            squares += np.einsum("bnr,bnr->bn", hidden, hidden)
            if keep:
                kept.append(hidden if one_block else hidden.copy())
        if not keep:
            self.normals.restore(states)
        mean = sums / width if self.spec.normalization == "layer" else np.zeros_like(sums)
        variance = np.maximum(squares / width - mean**2, 0)
        scale = (1 / np.sqrt(variance + self.epsilon))[:, :, None].astype(self.dtype)
        shift = mean[:, :, None].astype(self.dtype)
        for hidden in kept if keep else self._hidden_blocks(roots, width, repeats):
            hidden -= shift
            hidden *= scale
            self._add_products(hidden, total)
