"""One layer of many networks at once, in numpy: from normals to Gram matrices, by blocks of neurons."""

from __future__ import annotations

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
SYRK_PAYS = 32


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


class Workspace:
    """One block's arrays and the views that its operations need, made once a shape: numpy's calls are short, and many.

    Args:
        networks, samples, neurons: the block's shape.
        dtype: of the neurons.
    """

    def __init__(self, networks: int, samples: int, neurons: int, dtype: np.dtype) -> None:
        self.hidden: np.ndarray = np.empty((networks, samples, neurons), dtype)
        self.flat = self.hidden.reshape(-1)
        self.square = np.empty((networks, neurons), dtype)
        self.scale = self.square[:, None, :]
        # what products are made of: float64, since the rounding of the sums must not pass for rank
        self.narrow = dtype != np.float64
        self.left = np.empty(self.hidden.shape) if self.narrow else self.hidden
        self.right = np.empty(self.hidden.shape)
        self.transposed = np.swapaxes(self.right, 1, 2)
        self.left_transposed = np.swapaxes(self.left, 1, 2)


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
        self.normalizes_neurons = spec.normalization in ("batch", "batch-uncentered")
        self._spaces: dict[tuple[int, int], Workspace] = {}

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
        samples, rank = roots.shape[1:]
        most = block_neurons(samples)
        if self.spec.normalization in ("layer", "rms"):
            total = self._two_passes(roots, width, repeats)
        elif width <= most:
            total = self._block(roots, self.normals.take((rank, width), repeats))
        else:
            total = np.zeros(grams.shape)
            for first in range(0, width, most):
                total += self._block(roots, self.normals.take((rank, min(most, width - first)), 1))
        total = total + np.swapaxes(total, 1, 2)
        total *= 0.5 / width
        return total if self.twins is None else total[:, self.twins][:, :, self.twins]

    def _space(self, networks: int, samples: int, neurons: int) -> Workspace:
        # of one batch of networks; few widths at a time
        space = self._spaces.get((networks, neurons))
        if space is None:
            if len(self._spaces) >= 4:
                self._spaces.clear()
            space = self._spaces[networks, neurons] = Workspace(networks, samples, neurons, self.dtype)
        return space

    def _block(self, roots: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """The sum over a block's neurons of s s^T."""
        samples = roots.shape[1]
        space = self._space(len(roots), samples, normals.shape[2])
        hidden = space.hidden
        np.matmul(roots, normals, out=hidden)
        if self.normalizes_neurons:
            square = space.square
            np.einsum("bnr,bnr->br", hidden, hidden, out=square)
            if self.spec.epsilon:
                square += np.asarray(samples * self.epsilon, self.dtype)
            np.divide(samples, square, out=square)
            if not self.scale_late:
                np.sqrt(square, out=square)
                np.multiply(hidden, space.scale, out=hidden)
        return self._products(space, self.scale_late)

    def _products(self, space: Workspace, scaled: bool) -> np.ndarray:
        """The sum over neurons of s s^T, or of scale s s^T, s the activations of the rows of `hidden`."""
        self.spec.activation.replace(space.flat)
        if space.narrow:
            np.copyto(space.left, space.hidden)
        if scaled:
            np.multiply(space.left, space.scale, out=space.right)
        elif space.left.shape[1] < SYRK_PAYS:
            # numpy sends X X^T of one array to syrk, which may be slower than gemm on batches this small
            np.copyto(space.right, space.left)
        else:
            return np.matmul(space.left, space.left_transposed)
        return np.matmul(space.left, space.transposed)

    def _near_one(self, roots: np.ndarray) -> np.ndarray:
        """Roots rescaled for a narrow dtype, and epsilon with them: the normalisation undoes the scale."""
        if self.spec.normalization != "none":
            square = np.einsum("bnm,bnm->b", roots, roots)[:, None] / roots.shape[1]
            square[square == 0] = 1
            roots = roots / np.sqrt(square)[:, :, None]
            self.epsilon = self.spec.epsilon / square
        return roots.astype(self.dtype)

    def _hidden_blocks(self, roots: np.ndarray, width: int, repeats: int) -> Iterator[Workspace]:
        """Pre-activations, block after block; each valid until the next."""
        networks, samples, rank = roots.shape
        most = block_neurons(samples)
        repeats = repeats if width <= most else 1
        for first in range(0, width, most):
            neurons = min(most, width - first)
            space = self._space(networks, samples, neurons)
            np.matmul(roots, self.normals.take((rank, neurons), repeats), out=space.hidden)
            yield space

    def _two_passes(self, roots: np.ndarray, width: int, repeats: int) -> np.ndarray:
        """Normalising a sample needs all its neurons first: keep them, or draw them twice where they are many."""
        networks, samples, _ = roots.shape
        one_block = width <= block_neurons(samples)
        keep = one_block or networks * samples * width <= HELD_NUMBERS
        states = [] if keep else self.normals.states()
        kept = []
        sums = np.zeros((networks, samples))
        squares = np.zeros((networks, samples))
        for space in self._hidden_blocks(roots, width, repeats):
            sums += space.hidden.sum(axis=2, dtype=np.float64)
            squares += np.einsum("bnr,bnr->bn", space.hidden, space.hidden)
            if keep:
                kept.append(space if one_block else self._copy(space))
        if not keep:
            self.normals.restore(states)
        mean = sums / width if self.spec.normalization == "layer" else np.zeros_like(sums)
        variance = np.maximum(squares / width - mean**2, 0)
        scale = (1 / np.sqrt(variance + self.epsilon))[:, :, None].astype(self.dtype)
        shift = mean[:, :, None].astype(self.dtype)
        total = np.zeros((networks, samples, samples))
        for space in kept if keep else self._hidden_blocks(roots, width, repeats):
            space.hidden -= shift
            space.hidden *= scale
            total += self._products(space, False)
        return total

    def _copy(self, space: Workspace) -> Workspace:
        networks, samples, neurons = space.hidden.shape
        copy = Workspace(networks, samples, neurons, self.dtype)
        np.copyto(copy.hidden, space.hidden)
        return copy
