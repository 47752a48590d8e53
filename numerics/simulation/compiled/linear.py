"""Roots of covariances in the fused kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}
SUMS: Any = {**OPTIONS, "fastmath": {"contract", "nsz", "reassoc"}}
SHORT = 32


@njit(**OPTIONS)
def covariance_of(centred, gram, weight_variance, bias_variance, covariance):
    """The next layer's covariance of one neuron over the batch; that of the centred neuron where `centred` is true.

    Args:
        covariance: shape (>= n, >= n); overwritten, both triangles.
    """
    samples = gram.shape[0]
    if not centred:
        for i in range(samples):
            for j in range(samples):
                covariance[i, j] = weight_variance * gram[i, j] + bias_variance
        return
    means = np.empty(samples)
    whole = 0.0
    for i in range(samples):
        total = 0.0
        for j in range(samples):
            total += gram[i, j]
        means[i] = total / samples
        whole += means[i]
    whole /= samples
    for i in range(samples):
        for j in range(i + 1):
            value = weight_variance * ((gram[i, j] - means[i]) - (means[j] - whole))
            covariance[i, j] = value
            covariance[j, i] = value


@njit(**OPTIONS)
def cholesky(matrix, order, smallest, lower):
    """The Cholesky factor, into `lower`, zeros above; False, and unfinished, where a squared pivot is not above `smallest`."""
    for j in range(order):
        pivot = matrix[j, j] - _dot(lower[j, :j], lower[j, :j])
        if not pivot > smallest:
            return False
        for i in range(j):
            lower[i, j] = 0.0  # the last layer's root may have been a full one
        lower[j, j] = np.sqrt(pivot)
        inverse = 1.0 / lower[j, j]
        # down a column: the sums do not wait for one another
        if j < SHORT:
            for i in range(j + 1, order):
                total = matrix[i, j]
                for k in range(j):
                    total -= lower[i, k] * lower[j, k]
                lower[i, j] = total * inverse
        else:
            for i in range(j + 1, order):
                lower[i, j] = (matrix[i, j] - _dot(lower[i, :j], lower[j, :j])) * inverse
    return True


@njit(**SUMS)
def _dot(first, second):
    total = 0.0
    for k in range(first.size):
        total += first[k] * second[k]
    return total


@njit(**OPTIONS)
def close_columns(root, samples, order):
    """The root's last row from the others: the neuron is centred, so its columns sum to zero."""
    for k in range(order):
        total = 0.0
        for i in range(samples - 1):
            total += root[i, k]
        root[samples - 1, k] = -total


@njit(**OPTIONS)
def pivoted_root(matrix, samples, order, smallest, root, swaps):
    """A root of a singular matrix by Cholesky with diagonal pivoting; what is left below `smallest` counts as zero.

    Args:
        matrix: shape (>= samples, >= samples); overwritten.
        order: columns of the root at most.
        root: shape (>= samples, >= order); overwritten, its rows in the matrix's order.
        swaps: shape (>= samples,), for the exchanges.
    """
    for i in range(samples):
        swaps[i] = i
        for k in range(order):
            root[i, k] = 0.0
    for i in range(order):
        best = i
        for j in range(i + 1, samples):
            if matrix[j, j] > matrix[best, best]:
                best = j
        if not matrix[best, best] > smallest:
            break
        swaps[i] = best
        if best != i:
            for k in range(samples):
                matrix[i, k], matrix[best, k] = matrix[best, k], matrix[i, k]
            for k in range(samples):
                matrix[k, i], matrix[k, best] = matrix[k, best], matrix[k, i]
            for k in range(i):
                root[i, k], root[best, k] = root[best, k], root[i, k]
        pivot = np.sqrt(matrix[i, i])
        root[i, i] = pivot
        for j in range(i + 1, samples):
            root[j, i] = matrix[j, i] / pivot
        for j in range(i + 1, samples):
            for k in range(i + 1, samples):
                matrix[j, k] -= root[j, i] * root[k, i]
    for i in range(order - 1, -1, -1):
        j = swaps[i]
        if j != i:
            for k in range(order):
                root[i, k], root[j, k] = root[j, k], root[i, k]
