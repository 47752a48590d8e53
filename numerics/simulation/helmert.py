"""Square roots of a layer's covariance: a neuron over the batch is root @ normals."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import check_normalizable, rounding_share, trace_range

# the Cholesky factor of a Gram matrix loses what lies below this share of its largest pivot; eigenvectors take over
# there
SMALLEST_PIVOT = 1e-12


@lru_cache(maxsize=64)
def helmert(order: int) -> np.ndarray:
    """The Helmert basis: orthonormal rows spanning the vectors of sum zero, shape (order - 1, order).

    Example:
        >>> helmert(2).round(3).tolist()
        [[0.707, -0.707]]
    """
    basis = np.zeros((order - 1, order))
    for row in range(1, order):
        basis[row - 1, :row] = 1
        basis[row - 1, row] = -row
        basis[row - 1] /= np.sqrt(row * (row + 1))
    basis.setflags(write=False)
    return basis


def covariance_roots(spec: NetworkSpec, grams: np.ndarray, layer: int, dtype: np.dtype) -> np.ndarray:
    """A with A A^T the covariance of one neuron over the batch, for each network: a neuron is A z, z standard normal.

    Under centred batch normalisation the neuron's mean over the batch drops out, and A has n - 1 columns: A A^T is the
    covariance of the centred neuron, and a bias plays no part.

    Args:
        grams: shape (networks, n, n), positive semidefinite.
        layer: theirs, for messages.
        dtype: of the neurons; it says what is rounding.

    Returns:
        Shape (networks, n, n - 1 or n).

    Raises:
        ValueError: as `check_normalizable`.
    """
    # large enough pivots, compared with the whole trace, rule out every fault that check_normalizable looks for
    networks, samples, _ = grams.shape
    trace = grams.reshape(networks, -1)[:, :: samples + 1].sum(axis=1)
    least, most = trace_range(spec, samples, dtype)
    if trace.min() < least:
        check_normalizable(spec, grams, layer, dtype)
    centred = spec.normalization == "batch"
    if centred:
        basis = helmert(samples)
        covariances = np.matmul(np.matmul(basis, grams), basis.T)
    else:
        covariances = grams
    if spec.weight_variance != 1:
        covariances = spec.weight_variance * covariances
        trace = spec.weight_variance * trace
    if spec.bias_variance and not centred:
        covariances = covariances + spec.bias_variance
        trace = trace + samples * spec.bias_variance
    roots, safe = _cholesky(covariances, trace)
    if dtype == np.float32 and spec.normalization == "none":
        safe &= trace < most
    if not safe.all():
        check_normalizable(spec, grams, layer, dtype)
        for index in np.flatnonzero(~safe).tolist():
            roots[index] = _eigenvector_root(covariances[index], rounding_share(dtype))
    return np.matmul(basis.T, roots) if centred else roots


def _cholesky(covariances: np.ndarray, trace: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cholesky factors, and which of them to trust.

    Each matrix is judged by itself, so that a network's result does not depend on its companions.
    """
    try:
        lower = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        lower = np.full_like(covariances, np.nan)
        for index, covariance in enumerate(covariances):
            try:
                lower[index] = np.linalg.cholesky(covariance)
            except np.linalg.LinAlgError:
                continue
    smallest = lower.reshape(len(lower), -1)[:, :: lower.shape[1] + 1].min(axis=1)
    return lower, smallest * smallest > SMALLEST_PIVOT * trace  # false for nan


def _eigenvector_root(covariance: np.ndarray, rounding: float) -> np.ndarray:
    """A root of a singular matrix; eigenvalues that are rounding become zero."""
    values, vectors = np.linalg.eigh(covariance)
    values[values < len(values) * rounding * values[-1]] = 0
    return np.sqrt(values) * vectors
