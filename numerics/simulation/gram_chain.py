"""The exact-in-law sampler of a network's Gram matrices: a Markov chain that never forms a weight matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from numerics.simulation.blas_threads import one_blas_thread
from numerics.simulation.depth_plan import DepthPlan, depth_plan
from numerics.simulation.kernel_numpy import LayerKernel, batch_networks
from numerics.simulation.kernel_wishart import TOGETHER_NUMBERS, WishartKernel, wishart_applies
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_finite, check_starting_gram, twin_samples
from numerics.simulation.streams import check_seed, generator, settings_key


class MissingCompilerError(ValueError):
    """compiled=True was asked for where numba is not installed."""


def sample(
    spec: NetworkSpec,
    gram: np.ndarray,
    *,
    width: int | Sequence[int],
    depth: int,
    networks: int | Sequence[int] = 1,
    seed: int = 0,
    layers: Iterable[int] | None = None,
    dtype: type | np.dtype = np.float64,
    compiled: bool | None = None,
) -> np.ndarray:
    """Gram matrices of independent networks, exactly as `dense.grams` has them in law.

    Given G_l the rows of h_{l+1} are iid N(0, weight_variance G_l + bias_variance 11^T), so each layer draws those
    rows in blocks and keeps their n x n Gram matrix: O(d n^2 + n^3) time a layer, memory for one block of neurons.
    Linear networks without normalisation draw Wishart matrices in place of rows, at a cost independent of the width.
    Network i of (seed, settings) has a stream of its own: its result depends neither on the other networks nor on how
    deep the run goes. BLAS runs on one thread meanwhile; `ensemble.run` uses several cores.

    Args:
        spec: the network's law.
        gram: G_0, shape (n, n), positive semidefinite; `gram_of_input` makes it from an input.
        width: neurons of every layer, or a sequence with one number a layer.
        depth: number of layers.
        networks: how many, or which (a sequence of indices: `range(1000, 2000)` continues `range(1000)`).
        seed: whole number >= 0.
        layers: recorded layers, increasing; all of 0..depth by default.
        compiled: True runs the fused kernel, which needs numba; its streams are others than numpy's, so that a result
            never depends on what happens to be installed: None means False.
        dtype: float64 or float32, of the neurons; Gram matrices are accumulated in float64 either way.

    Returns:
        Shape (networks, len(layers), n, n), post-activation Gram matrices, float64; layer 0 is `gram`.

    Raises:
        ValueError: an argument out of range, a Gram matrix that is not one, or overflow (the message names the layer).
        DegenerateGramError: the normalisation divides 0 by 0; the message names the layer.
        MissingCompilerError: compiled=True without numba.
        UnsupportedActivationError: compiled=True and an activation with too many intermediate values.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> spec = NetworkSpec(BUILTIN["relu"], "batch")
        >>> grams = sample(spec, np.eye(3), width=200, depth=10, networks=5)
        >>> grams.shape
        (5, 11, 3, 3)
        >>> bool(np.array_equal(grams[3:4], sample(spec, np.eye(3), width=200, depth=10, networks=[3])))
        True

    Source: docs/conventions.md, the model. Neighbour: `numerics.simulation.dense.grams`.
    """
    indices = network_indices(networks)
    plan = depth_plan(width, depth, layers)
    pieces = stream(
        spec,
        gram,
        width=width,
        depth=depth,
        networks=indices,
        seed=seed,
        layers=plan.layers,
        dtype=dtype,
        compiled=compiled,
    )
    samples = len(np.asarray(gram))
    recorded: np.ndarray | None = None
    # the order of BLAS's sums is part of a result; and on a busy machine its threads wait for one another
    with one_blas_thread():
        for piece in pieces:
            if recorded is None:
                recorded = np.empty((len(indices), len(plan.layers), samples, samples))
            recorded[piece.networks, piece.positions] = piece.grams
    assert recorded is not None
    return recorded


class Kernel(Protocol):
    """Advances a batch of networks by one layer."""

    def advance(self, grams: np.ndarray, width: int, repeats: int, layer: int) -> np.ndarray:
        """The next layer's Gram matrices."""
        ...


class Piece(NamedTuple):
    """Some networks' Gram matrices at some recorded layers.

    Attributes:
        networks: which of the networks asked for.
        positions: which of the recorded layers.
        grams: shape (networks, layers, n, n); valid until the next piece is drawn.
    """

    networks: slice
    positions: slice
    grams: np.ndarray


def stream(
    spec: NetworkSpec,
    gram: np.ndarray,
    *,
    width: int | Sequence[int],
    depth: int,
    networks: int | Sequence[int] = 1,
    seed: int = 0,
    layers: Iterable[int] | None = None,
    dtype: type | np.dtype = np.float64,
    compiled: bool | None = None,
) -> Iterator[Piece]:
    """The same Gram matrices as `sample`, piece by piece, so that memory does not grow with depth.

    Run it inside `blas_threads.one_blas_thread()`, as `sample` does.

    Args and Raises: those of `sample`.

    Yields:
        Every (network, recorded layer) in exactly one `Piece`.
    """
    gram = check_starting_gram(spec, gram)
    plan = depth_plan(width, depth, layers)
    indices = network_indices(networks)
    dtype = np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype is {dtype}; write float32 or float64")
    if spec.normalization == "layer" and spec.epsilon == 0 and 1 in plan.widths:
        raise ValueError("layer normalization of a single neuron divides 0 by 0; use width >= 2, or epsilon > 0")
    key = settings_key(spec, gram, width, f"{'compiled' if compiled else 'numpy'} {dtype.name}")
    seed = check_seed(seed)
    if plan.layers[0] == 0:
        everyone = np.broadcast_to(gram, (len(indices), 1, *gram.shape))
        yield Piece(slice(0, len(indices)), slice(0, 1), everyone)
    twins = twin_samples(gram)
    merged = gram[np.ix_(twins, twins)]
    if compiled:
        words = np.random.SeedSequence([seed, *key]).generate_state(4, np.uint64)
        for found in _compiled_pieces()(spec, merged, twins, plan, indices, words, dtype):
            yield Piece(*found)
        return
    wishart = wishart_applies(spec, len(gram), plan.widths)
    if wishart:
        key = settings_key(spec, gram, width, "wishart")
    together = max(1, TOGETHER_NUMBERS // gram.size) if wishart else batch_networks(len(gram), plan.widths)
    for first in range(0, len(indices), together):
        chosen = indices[first : first + together]
        generators = [generator(seed, key, index) for index in chosen]
        kernel: Kernel
        if wishart:
            kernel = WishartKernel(spec, generators, twins)
        else:
            kernel = LayerKernel(spec, generators, dtype, twins)
        yield from _run(kernel, plan, np.tile(merged, (len(chosen), 1, 1)), slice(first, first + len(chosen)))


def _compiled_pieces() -> Callable:
    """The fused kernel's entry, imported on first use."""
    try:
        from numerics.simulation.compiled.sampler import compiled_pieces
    except ModuleNotFoundError as missing:
        raise MissingCompilerError(
            f"compiled=True needs {missing.name}; install it with pip install 'gramchain[fast]', or use compiled=False"
        ) from None
    return compiled_pieces


def network_indices(networks: int | Sequence[int]) -> Sequence[int]:
    """The indices meant by a number of networks, or by a sequence of them.

    Raises:
        ValueError: a number below 1, an empty sequence, or a negative index.
    """
    if isinstance(networks, Sequence | np.ndarray):
        indices = networks if isinstance(networks, range) else [int(index) for index in networks]
        if len(indices) == 0 or min(indices) < 0:
            raise ValueError("networks names no network, or a negative one; write a number >= 1 or indices >= 0")
        return indices
    if isinstance(networks, bool) or not isinstance(networks, int | np.integer) or networks < 1:
        raise ValueError(f"networks is {networks!r:.40}; write a whole number >= 1")
    return range(int(networks))


def _run(kernel: Kernel, plan: DepthPlan, grams: np.ndarray, networks: slice) -> Iterator[Piece]:
    following = _equal_widths_ahead(plan.widths)
    recorded = {layer: position for position, layer in enumerate(plan.layers)}
    for layer in range(1, plan.depth + 1):
        # overflow is met by the checks, which name the layer; branches that a `where` discards may do anything
        with np.errstate(all="ignore"):
            grams = kernel.advance(grams, plan.widths[layer - 1], following[layer - 1], layer - 1)
        if layer in recorded:
            if layer == plan.depth:
                check_finite(grams, layer)
            position = recorded[layer]
            yield Piece(networks, slice(position, position + 1), grams[:, None])


def _equal_widths_ahead(widths: Sequence[int]) -> list[int]:
    """For each layer, the length of the run of equal widths that starts there."""
    ahead = [1] * len(widths)
    for layer in range(len(widths) - 2, -1, -1):
        if widths[layer] == widths[layer + 1]:
            ahead[layer] = ahead[layer + 1] + 1
    return ahead
