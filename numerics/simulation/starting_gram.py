"""Where a chain starts: the Gram matrix of an input batch, and the checks on one passed directly."""

from __future__ import annotations

import numpy as np

from numerics.simulation.network_spec import NetworkSpec

# below this share of the trace a spread is the rounding of equal entries
ROUNDING = 8 * np.finfo(np.float64).eps
LARGEST = float(np.finfo(np.float64).max)
DIVIDES = "divides 0 by 0; use epsilon > 0"


class DegenerateGramError(ValueError):
    """The normalisation is undefined: what it divides by is zero for every neuron (or for one sample)."""


def gram_of_input(batch: np.ndarray) -> np.ndarray:
    """The starting Gram matrix X^T X/d_0 of an input batch.

    Args:
        batch: X, shape (features d_0, batch size n): one column a sample, as docs/conventions.md has it (files have one row a
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


def twin_samples(gram: np.ndarray) -> np.ndarray:
    """For each sample the first one identical to it, as far as the Gram matrix can tell.

    Samplers keep identical samples identical by hand: left to rounding they drift apart, and batch normalisation
    magnifies the difference layer after layer until it is of order one.

    Example:
        >>> twin_samples(np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])).tolist()
        [0, 1, 0]
    """
    sizes = np.diagonal(gram)
    sums = sizes[:, None] + sizes
    return np.argmax(sums - 2 * gram <= ROUNDING * sums, axis=1)


def rounding_share(dtype: np.dtype) -> float:
    """Eigenvalues below n times this share of the trace are the rounding of neurons of this dtype."""
    return float(max(np.finfo(np.float64).eps, 16 * float(np.finfo(dtype).eps) ** 2))


def trace_range(spec: NetworkSpec, samples: int, dtype: np.dtype) -> tuple[float, float]:
    """Between these traces squares of neurons stay in range; float32 neurons to be normalised are rescaled."""
    narrow = spec.normalization == "none" and dtype == np.float32
    factor = samples * max(spec.weight_variance, 1)
    return (1e-30, 1e30 / factor) if narrow else (1e-290, LARGEST / factor)


def check_normalizable(spec: NetworkSpec, grams: np.ndarray, layer: int, dtype: type | np.dtype = np.float64) -> None:
    """Raise where the layer after `layer` would divide zero by zero, or leave the range of floating-point numbers.

    Args:
        grams: shape (networks, n, n).
        layer: theirs, for messages.
        dtype: of the neurons.

    Raises:
        ValueError: a Gram matrix, or the covariance made from it, leaves the dtype's range.
        DegenerateGramError: its rows of pre-activations have no spread to normalise by.
    """
    samples = grams.shape[1]
    trace = np.einsum("bii->b", grams)
    dtype = np.dtype(dtype)
    least, most = trace_range(spec, samples, dtype)
    if not np.all(trace < most):  # false for nan
        raise ValueError(
            f"layer {layer}: the Gram matrix left {dtype} (trace {trace[~(trace < most)][0]:.3g}); "
            "normalise, or choose a weight_variance that keeps it bounded"
        )
    small = (trace > 0) & (trace < least)
    if small.any() and spec.bias_variance == 0:
        raise ValueError(
            f"layer {layer}: the Gram matrix underflows {dtype} (trace {trace[small][0]:.3g}); "
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


def check_finite(grams: np.ndarray, layer: int) -> None:
    """Raise ValueError where a last layer's Gram matrix overflowed."""
    if not np.isfinite(grams).all():
        raise ValueError(f"layer {layer}: the Gram matrix left float64; choose a smaller weight_variance, or normalise")
