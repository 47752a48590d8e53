"""The network exactly as printed, one explicit layer at a time: the witness for the fast samplers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from numerics.simulation.depth_plan import depth_plan
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_finite, check_normalizable, check_starting_gram, gram_of_input


def grams(
    spec: NetworkSpec,
    start: np.ndarray,
    width: int | Sequence[int],
    depth: int,
    rng: np.random.Generator,
    *,
    start_is: Literal["input", "gram"],
    layers: Iterable[int] | None = None,
) -> np.ndarray:
    """Gram matrices of one network, its weight matrices drawn and multiplied as written.

    h_{l+1} = W_l s_l + b_l, s_0 = X, s_l = activation(normalise(h_l)), G_l = s_l^T s_l/d_l: post-activation. Costs
    O(d^2 n) time and O(d^2) memory a layer.

    Args:
        spec: the network's law.
        start: X of shape (features, n), or a Gram matrix of shape (n, n), for which an X is made.
        width: of every layer, or one for each.
        depth: number of layers.
        rng: the source of the weights.
        start_is: which of the two `start` is.
        layers: recorded layers, increasing; all of 0..depth by default.

    Returns:
        Shape (len(layers), n, n).

    Raises:
        ValueError: as `gram_of_input`, `check_starting_gram` and `depth_plan`; a Gram matrix overflows.
        DegenerateGramError: the normalisation divides 0 by 0; the message names the layer.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> spec = NetworkSpec(BUILTIN["relu"], "batch")
        >>> grams(spec, np.eye(3), 50, 4, np.random.default_rng(0), start_is="input").shape
        (5, 3, 3)
    """
    return ensemble(spec, start, width, depth, rng, networks=1, start_is=start_is, layers=layers)[0]


def ensemble(
    spec: NetworkSpec,
    start: np.ndarray,
    width: int | Sequence[int],
    depth: int,
    rng: np.random.Generator,
    *,
    networks: int,
    start_is: Literal["input", "gram"],
    layers: Iterable[int] | None = None,
) -> np.ndarray:
    """`grams` of several independent networks at once: every array has a leading axis of networks.

    Args:
        networks: how many; all their weight matrices of a layer are held together. The others as in `grams`.

    Returns:
        Shape (networks, len(layers), n, n).
    """
    plan = depth_plan(width, depth, layers)
    if start_is == "gram":
        gram = check_starting_gram(spec, start)
        values, vectors = np.linalg.eigh(gram)
        batch = np.sqrt(len(gram) * np.clip(values, 0, None))[:, None] * vectors.T
    elif start_is == "input":
        gram = check_starting_gram(spec, gram_of_input(start))
        batch = np.asarray(start, dtype=np.float64)
    else:
        raise ValueError(f"start_is is {start_is!r}; write 'input' or 'gram'")
    grams = np.broadcast_to(gram, (networks, *gram.shape))
    activations = np.broadcast_to(batch, (networks, *batch.shape))
    recorded = np.empty((networks, len(plan.layers), *gram.shape))
    position = 0
    for layer in range(plan.depth + 1):
        if layer > 0:
            grams, activations = _layer(spec, activations, plan.widths[layer - 1], rng)
            if layer < plan.depth:
                check_normalizable(spec, grams, layer)
            else:
                check_finite(grams, layer)
        if layer == plan.layers[position]:
            recorded[:, position] = grams
            position += 1
    return recorded


def _layer(
    spec: NetworkSpec, activations: np.ndarray, width: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    networks, fan_in, _ = activations.shape
    weights = rng.standard_normal((networks, width, fan_in)) * np.sqrt(spec.weight_variance / fan_in)
    biases = rng.standard_normal((networks, width, 1)) * np.sqrt(spec.bias_variance)
    with np.errstate(over="ignore", invalid="ignore"):
        hidden = weights @ activations + biases
        activations = spec.activation(normalize(spec, hidden))
        return np.swapaxes(activations, 1, 2) @ activations / width, activations


def normalize(spec: NetworkSpec, hidden: np.ndarray) -> np.ndarray:
    """The normalised pre-activations of a layer, shape (..., neurons, batch)."""
    if spec.normalization == "none":
        return hidden
    axis = -1 if spec.normalization in ("batch", "batch-uncentered") else -2
    if spec.normalization in ("batch", "layer"):
        hidden = hidden - hidden.mean(axis=axis, keepdims=True)
    return hidden / np.sqrt((hidden**2).mean(axis=axis, keepdims=True) + spec.epsilon)
