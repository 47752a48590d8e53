"""Factors of a layer's covariance: rows of pre-activations are `normals @ factor`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from numerics.simulation.network_spec import NetworkSpec

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


def covariance_factors(spec: NetworkSpec, grams: np.ndarray) -> np.ndarray:
    """A with A^T A the covariance of one neuron over the batch, for each network.

    Under centred batch normalisation the neuron's mean over the batch drops out, and A has n - 1 rows: A^T A is the
    covariance of the centred row, and a bias plays no part.

    Args:
        grams: shape (networks, n, n), positive semidefinite.

    Returns:
        Shape (networks, n - 1 or n, n).
    """
    samples = grams.shape[-1]
    if spec.normalization == "batch":
        basis = helmert(samples)
        return square_root_factors(spec.weight_variance * (basis @ grams @ basis.T)) @ basis
    covariance = spec.weight_variance * grams
    if spec.bias_variance:
        covariance = covariance + spec.bias_variance
    return square_root_factors(covariance)


def square_root_factors(covariances: np.ndarray) -> np.ndarray:
    """A with A^T A = C for each C: Cholesky, or eigenvectors where C is singular or nearly so.

    The choice is made for each matrix by itself, so that a network's result does not depend on its companions.
    """
    order = covariances.shape[-1]
    try:
        lower = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        lower = np.full_like(covariances, np.nan)
        for index, covariance in enumerate(covariances):
            try:
                lower[index] = np.linalg.cholesky(covariance)
            except np.linalg.LinAlgError:
                continue
    factors = np.ascontiguousarray(np.swapaxes(lower, -1, -2))
    pivots = np.diagonal(lower, axis1=-2, axis2=-1)
    safe = pivots.min(axis=-1) > np.sqrt(SMALLEST_PIVOT) * pivots.max(axis=-1)  # false for nan
    for index in np.flatnonzero(~safe).tolist():
        values, vectors = np.linalg.eigh(covariances[index])
        values[values < order * np.finfo(np.float64).eps * values[-1]] = 0
        factors[index] = np.sqrt(values)[:, None] * vectors.T
    return factors
