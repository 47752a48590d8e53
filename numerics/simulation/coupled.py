"""Several batches through the same weights: one chain on the stacked Gram matrix, each batch normalised by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from numerics.simulation import gram_chain
from numerics.simulation.depth_plan import depth_plan
from numerics.simulation.helmert import covariance_roots
from numerics.simulation.kernel_numpy import block_neurons
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_finite, check_normalizable, check_starting_gram, twin_samples
from numerics.simulation.streams import check_seed, generator, settings_key


def sample(
    spec: NetworkSpec,
    gram: np.ndarray,
    sizes: Sequence[int],
    *,
    width: int | Sequence[int],
    depth: int,
    networks: int | Sequence[int] = 1,
    seed: int = 0,
    layers: Iterable[int] | None = None,
) -> np.ndarray:
    """Gram matrices of several batches that share every weight, exactly in law.

    The columns of all batches are stacked; a diagonal block of the result is one batch's Gram matrix, as
    `gram_chain.sample` has it in law, and the other blocks are inner products between batches. Only normalisation over
    the batch sees where one batch ends.

    Args:
        spec: the network's law.
        gram: G_0 of the stacked inputs, shape (N, N), N the sum of the sizes.
        sizes: number of samples in each batch.
        width, depth, networks, seed, layers: as in `gram_chain.sample`.

    Returns:
        Shape (networks, len(layers), N, N).

    Raises:
        ValueError: sizes that do not add up to N, or below 2; else as `gram_chain.sample`.
        DegenerateGramError: a batch cannot be normalised; the message names the layer.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> two = sample(NetworkSpec(BUILTIN["relu"], "batch"), np.eye(7), [3, 4], width=50, depth=2)
        >>> two.shape
        (1, 3, 7, 7)
    """
    unnormalized = replace(spec, normalization="none", epsilon=0.0)
    gram = check_starting_gram(unnormalized, gram)
    if sum(sizes) != len(gram) or min(sizes, default=0) < 2:
        raise ValueError(f"batches of {list(sizes)} samples; write sizes >= 2 that add up to {len(gram)}")
    if spec.normalization not in ("batch", "batch-uncentered"):
        return gram_chain.sample(spec, gram, width=width, depth=depth, networks=networks, seed=seed, layers=layers)
    ends = np.cumsum(sizes)
    batches = [slice(end - size, end) for end, size in zip(ends.tolist(), sizes)]
    plan = depth_plan(width, depth, layers)
    indices = gram_chain.network_indices(networks)
    key = settings_key(spec, gram, plan.widths or (1,), f"coupled {list(sizes)}")
    recorded = np.empty((len(indices), len(plan.layers), *gram.shape))
    twins = np.concatenate([batch.start + twin_samples(gram[batch, batch]) for batch in batches])
    seed = check_seed(seed)
    for place, index in enumerate(indices):
        rng = generator(seed, key, index)
        current = gram[np.ix_(twins, twins)]
        position = 0
        for layer in range(plan.depth + 1):
            if layer > 0:
                for batch in batches:
                    check_normalizable(spec, current[None, batch, batch], layer - 1)
                root = covariance_roots(unnormalized, current[None], layer - 1, np.dtype(np.float64))[0]
                current = _layer(spec, root, batches, plan.widths[layer - 1], rng)[np.ix_(twins, twins)]
            if layer == plan.layers[position]:
                recorded[place, position] = current if layer > 0 else gram
                position += 1
        check_finite(current, plan.depth)
    return recorded


def _layer(
    spec: NetworkSpec, root: np.ndarray, batches: Sequence[slice], width: int, rng: np.random.Generator
) -> np.ndarray:
    total = np.zeros((len(root), len(root)))
    most = block_neurons(len(root))
    for first in range(0, width, most):
        hidden = root @ rng.standard_normal((root.shape[1], min(most, width - first)))
        for batch in batches:
            rows = hidden[batch]
            if spec.normalization == "batch":
                rows -= rows.mean(axis=0)
            rows /= np.sqrt(np.square(rows).mean(axis=0) + spec.epsilon)
        spec.activation(hidden, out=hidden)
        total += hidden @ hidden.T
    return (total + total.T) * (0.5 / width)
