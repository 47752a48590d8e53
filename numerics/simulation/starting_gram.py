"""Where a chain starts: the Gram matrix of an input batch, and the checks on one passed directly."""

from __future__ import annotations

import numpy as np

from numerics.simulation.network_spec import NetworkSpec

# below this share of the trace a spread is the rounding of equal entries
ROUNDING = 8 * np.finfo(np.float64).eps
DIVIDES = "divides 0 by 0; use epsilon > 0"


class DegenerateGramError(ValueError):
    """The normalisation is undefined: what it divides by is zero for every neuron (or for one sample)."""


def gram_of_input(batch: np.ndarray) -> np.ndarray:
    """The starting Gram matrix X^T X/d_0 of an input batch.

    Args:
        batch: X, shape (features d_0, batch size n): one column a sample, as theory.md has it (files have one row a
            sample).

    Returns:
        Shape (n, n), float64.

    Raises:
        ValueError: not a matrix, fewer than two samples, no features, or a NaN or infinite entry.

    Example:
        >>> import numpy as np
        >>> gram_of_input(np.array([[1.0, 0.0], [0.0, 2.0]])).tolist()
        [[0.5, 0.0], [0.0, 2.0]]
    """
    batch = np.asarray(batch)
    if batch.ndim != 2:
        raise ValueError(f"the input has shape {batch.shape}; pass a matrix of shape (features, samples)")
    if batch.dtype.kind not in "fiub":
        raise ValueError(f"the input has entries of type {batch.dtype}; pass real numbers")
    features, samples = batch.shape
    if samples < 2:
        raise ValueError(f"the input has {samples} sample(s); a batch needs at least 2 (one column a sample)")
    if features < 1:
        raise ValueError("the input has no features; pass a matrix of shape (features, samples)")
    values = batch.astype(np.float64)
    bad = ~np.isfinite(values)
    if bad.any():
        feature, sample = np.argwhere(bad)[0]
        where = f"feature {feature}, sample {sample}"
        raise ValueError(f"the input has {values[feature, sample]} at {where}; pass finite numbers")
    # scaled first, so that squares of large or small entries neither overflow nor vanish
    scale = float(np.abs(values).max()) or 1.0
    values = values / scale
    with np.errstate(over="ignore", under="ignore"):
        # one factor at a time: scale**2 may leave float64 where the product does not
        gram = values.T @ values / features * scale * scale
    if not np.isfinite(gram).all() or (gram.trace() == 0 and np.any(batch)):
        raise ValueError(f"the input's entries reach {scale:.3g}, whose squares leave float64; rescale the input")
    return gram


def check_starting_gram(spec: NetworkSpec, gram: np.ndarray) -> np.ndarray:
    """The Gram matrix as float64, symmetrised, after checking that the first layer is defined on it.

    Raises:
        ValueError: not a square matrix of order >= 2, not finite, not symmetric, not positive semidefinite.
        DegenerateGramError: the normalisation divides by zero at the start (all samples identical under centred batch
            normalisation).
    """
    gram = np.asarray(gram)
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1] or gram.shape[0] < 2:
        raise ValueError(f"the starting Gram matrix has shape {gram.shape}; pass a square matrix of order at least 2")
    if gram.dtype.kind not in "fiub":
        raise ValueError(f"the starting Gram matrix has entries of type {gram.dtype}; pass real numbers")
    gram = gram.astype(np.float64)
    if not np.isfinite(gram).all():
        raise ValueError("the starting Gram matrix has a NaN or infinite entry; pass finite numbers")
    size = float(np.abs(gram).max())
    tolerance = 1e-10 * size
    if np.abs(gram - gram.T).max() > tolerance:
        raise ValueError("the starting Gram matrix is not symmetric; pass X.T @ X/d for an input X of shape (d, n)")
    gram = (gram + gram.T) / 2
    smallest = float(np.linalg.eigvalsh(gram)[0])
    if smallest < -len(gram) * tolerance:
        raise ValueError(f"the starting Gram matrix has the eigenvalue {smallest:.3g}; pass one with none below 0")
    check_normalizable(spec, gram[None], layer=0)
    return gram


def check_normalizable(spec: NetworkSpec, grams: np.ndarray, layer: int) -> None:
    """Raise where the layer after `layer` would divide zero by zero.

    Args:
        grams: shape (networks, n, n).

    Raises:
        ValueError: a Gram matrix, or the covariance made from it, leaves float64.
        DegenerateGramError: its rows of pre-activations have no spread to normalise by.
    """
    samples = grams.shape[1]
    trace = np.einsum("bii->b", grams)
    # sums over the batch of the next covariance must stay finite too
    limit = np.finfo(np.float64).max / (samples * max(spec.weight_variance, 1))
    if not np.all(trace < limit):  # false for nan
        raise ValueError(
            f"layer {layer}: the Gram matrix left float64 (trace {trace[~(trace < limit)][0]:.3g}); "
            "normalise, or choose a weight_variance that keeps it bounded"
        )
    if spec.epsilon > 0:
        return
    if spec.normalization == "batch":
        # sum of squared distances to the mean: zero exactly when every neuron is constant over the batch
        spread = trace - np.einsum("bij->b", grams) / samples
        if np.any(spread <= ROUNDING * samples * trace):
            what = "all samples are identical" if layer == 0 else "every neuron is constant over the batch"
            raise DegenerateGramError(f"layer {layer}: {what}, so centred batch normalisation {DIVIDES}")
    elif spec.bias_variance == 0:
        diagonal = np.diagonal(grams, axis1=1, axis2=2)
        if spec.normalization == "batch-uncentered" and np.any(trace <= 0):
            raise DegenerateGramError(f"layer {layer}: every activation is zero, so the normalisation {DIVIDES}")
        if spec.normalization in ("layer", "rms") and np.any(diagonal <= 0):
            raise DegenerateGramError(
                f"layer {layer}: a sample's activations are all zero, so the normalisation {DIVIDES}"
            )
