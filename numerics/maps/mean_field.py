"""The mean-field step G -> E s s^T of a whole Gram matrix in float64, and its orbit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numerics.lowering import plain_float
from numerics.maps.batch_norm import batch_norm_map
from numerics.maps.gaussian import gaussian_map
from numerics.maps.prepared import MapError, PreparedActivation, prepare
from theory.network import BatchNorm, Network

FINER = 0.6


def mean_field_step(network: Network, gram: Any) -> np.ndarray:
    """One layer of the mean-field recursion, F(gram) = E s s^T for a row x ~ N(0, v gram + w 11^T).

    Every normalisation: batch (centred or not, by the ellipse formula of docs/derivations/mean_field_map.md), none
    (Gaussian duals), layer and RMS (which in the limit of infinite width, and only there, divide each sample by its own
    standard deviation: Gaussian duals of the correlation matrix).

    Args:
        network: any activation; numbers for the variances; a numeric batch size must match.
        gram: symmetric positive semidefinite (n, n), singular allowed; post-activation, divided by the width.

    Returns:
        (n, n) symmetric array: the mean of a wide network's next Gram matrix, not a sample of it.

    Raises:
        MapError: a matrix that is no Gram matrix or of another size, identical samples under batch normalisation, a
            zero sample under layer or RMS normalisation, epsilon > 0, or an activation with a jump away from zero.

    >>> mean_field_step(Network("relu", batch_size=2), [[1.0, 0.3], [0.3, 2.0]]).round(12).tolist()
    [[0.5, 0.0], [0.0, 0.5]]

    See Also:
        theory.mean_field.mean_field_map: the same as unevaluated means.
    """
    step = _prepared_step(network)
    return step(_gram(network, gram), 1.0)


def mean_field_step_with_error(network: Network, gram: Any) -> tuple[np.ndarray, float]:
    """`mean_field_step` and an estimate of its largest error: the change under finer nodes, plus rounding.

    The estimate is not a bound; `numerics.enclose` bounds.
    """
    step = _prepared_step(network)
    matrix = _gram(network, gram)
    coarse, fine = step(matrix, 1.0), step(matrix, FINER)
    return coarse, float(np.abs(coarse - fine).max() + 4 * np.finfo(np.float64).eps * np.abs(fine).max())


def mean_field_orbit(network: Network, gram: Any, depth: int) -> np.ndarray:
    """The mean-field recursion gram, F(gram), ..., F^depth(gram), shape (depth + 1, n, n).

    Raises:
        MapError: as `mean_field_step`, at any layer; or a negative depth.

    >>> orbit = mean_field_orbit(Network("relu", batch_size=3), [[1.0, 0, 0], [0, 2.0, 0], [0, 0, 3.0]], 60)
    >>> bool(abs(orbit[-1] - orbit[-2]).max() < 1e-12)
    True
    """
    if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or depth < 0:
        raise MapError(f"depth must be a whole number of at least 0, not {depth!r}")
    step = _prepared_step(network)
    orbit = [_gram(network, gram)]
    for layer in range(depth):
        try:
            orbit.append(step(orbit[-1], 1.0))
        except MapError as error:
            raise MapError(f"layer {layer + 1}: {error}") from None
    return np.stack(orbit)


def _prepared_step(network: Network) -> Callable[[np.ndarray, float], np.ndarray]:
    sigma = prepare(network.activation)
    weight = plain_float(network.weight_variance, "weight_variance")
    bias = plain_float(network.bias_variance, "bias_variance")
    normalization = network.normalization
    if isinstance(normalization, BatchNorm):
        if normalization.epsilon != 0:
            raise MapError(f"the float64 map needs epsilon = 0, not {normalization.epsilon}: simulate")
        centered = normalization.centered
        # a positive factor and, when centred, a common bias leave the normalised rows alone
        shift = 0.0 if centered else bias / weight
        return lambda gram, refine: batch_norm_map(sigma, gram + shift, centered, refine)
    if normalization is None:
        return lambda gram, refine: gaussian_map(sigma, weight * gram + bias, refine)
    return lambda gram, refine: gaussian_map(sigma, _correlations(weight * gram + bias), refine)


def _correlations(covariance: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diag(covariance))
    if not scale.all():
        place = int(np.flatnonzero(scale == 0)[0])
        raise MapError(f"sample {place} is zero: layer and RMS normalisation divide by its length")
    correlations = covariance / np.outer(scale, scale)
    np.fill_diagonal(correlations, 1.0)
    return np.clip(correlations, -1, 1)


def _gram(network: Network, gram: Any) -> np.ndarray:
    matrix = np.array(gram, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) == 0:
        raise MapError(f"a Gram matrix is square, not of shape {matrix.shape}")
    n = network.batch_size
    if n.is_number and n != len(matrix):
        raise MapError(f"the Gram matrix is {len(matrix)} x {len(matrix)}, but the network's batch size is {n}")
    if not np.isfinite(matrix).all():
        raise MapError("the Gram matrix has entries that are not finite")
    size = np.abs(matrix).max()
    if np.abs(matrix - matrix.T).max() > 1e-12 * size:
        raise MapError("the Gram matrix is not symmetric")
    matrix = (matrix + matrix.T) / 2
    lowest = float(np.linalg.eigvalsh(matrix)[0])
    if lowest < -1e-9 * size:
        raise MapError(f"the Gram matrix has the eigenvalue {lowest:.3g}: a Gram matrix is positive semidefinite")
    return matrix


__all__ = ["MapError", "PreparedActivation", "mean_field_orbit", "mean_field_step", "mean_field_step_with_error"]
