"""Squared gradient norms through the layers: by explicit back-propagation, and exactly in law without weight matrices.

Notation: s_l activations, h_{l+1} = W_l s_l + b_l, s_{l+1} = activation(normalise(h_{l+1})), d_l neurons. The loss is
linear in the last activations, sum of U s_L with U standard normal, and what is recorded is ||dloss/ds_l||_F^2.

The low-dimensional law: given W s = u, W = u s^+ + W' (I - s s^+) with W' fresh, whatever the later layers do with u.
So for a gradient g with respect to h, W^T g = s (s^T s)^+ u^T g + (I - s s^+) Z, the rows of Z iid N(0,
weight_variance g^T g/d_l): O(d n^2) a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from numerics.simulation.dense import normalize
from numerics.simulation.depth_plan import depth_plan
from numerics.simulation.differentiate import derivative
from numerics.simulation.gram_chain import network_indices
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_normalizable, check_starting_gram
from numerics.simulation.streams import check_seed, generator, settings_key


def squared_gradients(
    spec: NetworkSpec,
    gram: np.ndarray,
    *,
    width: int | Sequence[int],
    depth: int,
    networks: int | Sequence[int] = 1,
    seed: int = 0,
    method: Literal["chain", "dense"] = "chain",
) -> np.ndarray:
    """||dloss/ds_l||_F^2 at every layer of independent networks, for a loss with iid standard normal dloss/ds_L.

    Args:
        spec: the network's law; its activation is differentiated as a tree.
        gram: G_0, shape (n, n).
        width: neurons of every layer, or one number for each.
        depth: L >= 1.
        networks: how many, or their indices.
        seed: whole number >= 0.
        method: "chain" draws from the exact low-dimensional law, "dense" forms every weight matrix; they agree in law,
            not number by number.

    Returns:
        Shape (networks, depth): column l - 1 is layer l; the last column is the squared norm of U itself. Successive
        ratios are the growth per layer, read from right to left.

    Raises:
        ValueError: as `gram_chain.sample`; depth 0; an unknown method.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> squared_gradients(NetworkSpec(BUILTIN["relu"], "batch"), np.eye(6), width=50, depth=4).shape
        (1, 4)

    Source: docs/derivations/gradients.md (the growth per layer at infinite width, which this is to be compared with).
    """
    gram = check_starting_gram(spec, gram)
    plan = depth_plan(width, depth, None)
    if plan.depth < 1:
        raise ValueError("depth is 0; a gradient needs at least one layer")
    if method not in ("chain", "dense"):
        raise ValueError(f"method is {method!r:.40}; write 'chain' or 'dense'")
    indices = network_indices(networks)
    key = settings_key(spec, gram, plan.widths, f"backward {method}")
    run = _chain if method == "chain" else _dense
    seed = check_seed(seed)
    norms = [run(spec, gram, plan.widths, generator(seed, key, index)) for index in indices]
    return np.array(norms)


def back_through_layer(spec: NetworkSpec, hidden: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The gradient with respect to pre-activations, from the one with respect to activations.

    The normalisation y = x/sqrt(mean x^2 + epsilon), x centred or not, has the symmetric Jacobian (I - y
    y^T/k)/sqrt(mean x^2 + epsilon), projected to sum zero if x is centred; k is the number of entries averaged over.

    Args:
        hidden, gradient: shape (neurons, batch).
    """
    normalized = normalize(spec, hidden)
    gradient = gradient * derivative(spec.activation)(normalized)
    if spec.normalization == "none":
        return gradient
    axis = -1 if spec.normalization in ("batch", "batch-uncentered") else -2
    centered = spec.normalization in ("batch", "layer")
    spread = hidden - hidden.mean(axis=axis, keepdims=True) if centered else hidden
    scale = np.sqrt((spread**2).mean(axis=axis, keepdims=True) + spec.epsilon)
    gradient = (gradient - normalized * (normalized * gradient).mean(axis=axis, keepdims=True)) / scale
    return gradient - gradient.mean(axis=axis, keepdims=True) if centered else gradient


def _forward_gram(spec: NetworkSpec, activations: np.ndarray, layer: int, last: bool) -> np.ndarray:
    with np.errstate(over="ignore"):
        gram = activations.T @ activations / len(activations)
    if not last:
        check_normalizable(spec, gram[None], layer)
    return gram


def _dense(spec: NetworkSpec, gram: np.ndarray, widths: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    values, vectors = np.linalg.eigh(gram)
    activations = np.sqrt(len(gram) * np.clip(values, 0, None))[:, None] * vectors.T
    weights, hiddens = [], []
    for layer, width in enumerate(widths, start=1):
        fan_in = len(activations)
        weights.append(rng.standard_normal((width, fan_in)) * np.sqrt(spec.weight_variance / fan_in))
        bias = rng.standard_normal((width, 1)) * np.sqrt(spec.bias_variance)
        hiddens.append(weights[-1] @ activations + bias)
        activations = spec.activation(normalize(spec, hiddens[-1]))
        _forward_gram(spec, activations, layer, layer == len(widths))
    gradient = rng.standard_normal(activations.shape)
    norms = [np.square(gradient).sum()]
    for layer in range(len(widths), 1, -1):
        gradient = weights[layer - 1].T @ back_through_layer(spec, hiddens[layer - 1], gradient)
        norms.append(np.square(gradient).sum())
    return np.array(norms[::-1])


def _chain(spec: NetworkSpec, gram: np.ndarray, widths: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    samples = len(gram)
    activations: list[np.ndarray] = []
    linear: list[np.ndarray] = []
    hiddens: list[np.ndarray] = []
    for layer, width in enumerate(widths, start=1):
        linear.append(rng.standard_normal((width, samples)) @ _root(spec.weight_variance * gram))
        hiddens.append(linear[-1] + rng.standard_normal((width, 1)) * np.sqrt(spec.bias_variance))
        activations.append(spec.activation(normalize(spec, hiddens[-1])))
        gram = _forward_gram(spec, activations[-1], layer, layer == len(widths))
    gradient = rng.standard_normal(activations[-1].shape)
    norms = [np.square(gradient).sum()]
    for layer in range(len(widths), 1, -1):
        below = activations[layer - 2]
        g = back_through_layer(spec, hiddens[layer - 1], gradient)
        fresh = rng.standard_normal(below.shape) @ _root(spec.weight_variance / len(below) * (g.T @ g))
        # s^+ z by an orthonormal basis of the columns of s: no Gram matrix is inverted
        basis, sizes, right = np.linalg.svd(below, full_matrices=False)
        kept = sizes > sizes[0] * max(below.shape) * np.finfo(np.float64).eps
        basis, inverse = basis[:, kept], right[kept] / sizes[kept, None]
        gradient = fresh - basis @ (basis.T @ fresh) + basis @ (inverse @ (linear[layer - 1].T @ g))
        norms.append(np.square(gradient).sum())
    return np.array(norms[::-1])


def _root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
