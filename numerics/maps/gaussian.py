r"""Gaussian duals E sigma(x_i) sigma(x_j), x ~ N(0, K), over a whole matrix K with unequal variances, in float64.

A Gaussian pair is a radius times a point of an ellipse: E g = int_0^oo e^-s E_psi[g(p)] ds, p on the ellipse of 2 s
times the 2 x 2 block of K (docs/derivations/mean_field_map.md, (1)).  The activation enters through the same ellipse
means as under batch normalisation, with the correlation fixed and only the radii moving.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from numerics.maps import circle, nodes
from numerics.maps.hermite_dual import hermite_dual
from numerics.maps.hermite_table import table_dual
from numerics.maps.prepared import MapError, PreparedActivation, band_limit, prepare
from theory.activations.base import Activation

# e^-s at the last node is below the rounding of float64
LAST = 40.0


def dual_gram(activation: Activation, covariance: Any) -> np.ndarray:
    """E sigma(x_i) sigma(x_j) for x ~ N(0, covariance), every entry of the matrix.

    Diagonals are one-dimensional means of their own, never the pair map at correlation 1.  Angles between samples come
    from the variance of their difference, so that entries near the diagonal are as accurate as the covariance itself.

    Args:
        activation: analytic, or with kinks at known places; a jump may sit at zero only.
        covariance: symmetric positive semidefinite (n, n), unequal variances and singular matrices allowed.

    Returns:
        (n, n) symmetric array.

    Raises:
        MapError: not a covariance, or the activation is outside the maps (it grows like exp(x^2), say).

    >>> from theory.activations import relu
    >>> dual_gram(relu, [[1.0, 0.0], [0.0, 4.0]])[0].round(6).tolist()
    [0.5, 0.31831]
    """
    matrix = np.array(covariance, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise MapError("a covariance is a square matrix of finite numbers")
    return gaussian_map(prepare(activation), (matrix + matrix.T) / 2)


def gaussian_map(sigma: PreparedActivation, covariance: np.ndarray, refine: float = 1.0) -> np.ndarray:
    """`dual_gram` for a prepared activation; `refine` below 1 takes more nodes."""
    variances = covariance.diagonal()
    if variances.min() < 0:
        raise MapError(f"variance {variances.min():.3g} is negative")
    deviations = np.sqrt(variances)
    lengths = deviations[:, None] * deviations
    if lengths.all():
        cosines = covariance / lengths
    else:
        with np.errstate(invalid="ignore", divide="ignore"):
            cosines = np.nan_to_num(covariance / lengths, nan=0.0, posinf=0.0, neginf=0.0)
    if max(cosines.max(), -cosines.min()) > 1 + 1e-9:
        raise MapError("a covariance exceeds what the variances allow: the matrix is not positive semidefinite")
    np.minimum(cosines, 1.0, out=cosines)
    np.maximum(cosines, -1.0, out=cosines)
    cosines.ravel()[:: len(cosines) + 1] = 1.0
    if sigma.degree is not None and sigma.dual is not None:
        powers = deviations**sigma.degree
        return sigma.dual(cosines) * np.outer(powers, powers)
    if sigma.kinks:
        return _by_arcs(sigma, covariance, deviations, refine)
    if refine == 1.0:
        series = table_dual(sigma, cosines, deviations)
        if series is None:
            series = hermite_dual(sigma, cosines, deviations)
        if series is not None:
            return series
    return _by_spectra(sigma, cosines, deviations, refine)


@lru_cache(maxsize=16)
def radial_nodes(refine: float = 1.0, last: float = LAST) -> tuple[np.ndarray, np.ndarray]:
    """Nodes s and weights of int_0^last e^-s ds; s = exp(u - e^-u), analytic integrands of sqrt(s)."""
    step = 0.11 * refine
    u = np.arange(np.floor(-3.4 / step), np.ceil(np.log(last + 1) / step) + 1) * step
    s = np.exp(u - np.exp(-u))
    return s, step * s * (1 + np.exp(-u)) * np.exp(-s)


def _by_spectra(sigma: PreparedActivation, cosines: np.ndarray, deviations: np.ndarray, refine: float) -> np.ndarray:
    for last in (LAST, 2 * LAST, 4 * LAST, 8 * LAST):
        s, weights = radial_nodes(refine, last)
        radii = np.sqrt(2 * s)[:, None] * deviations
        largest = float(radii.max())
        orders, matrix_cosines, matrix = _transform(sigma, largest)
        values = sigma.value(np.multiply.outer(radii, matrix_cosines)) @ matrix
        with np.errstate(over="ignore"):
            sizes = weights[:, None] * (values**2).sum(axis=-1)
        if not np.isfinite(sizes).all():
            break
        # the mass at the last node, relative to the whole, is what lies beyond it
        if (sizes[-1] <= 1e-16 * sizes.sum(axis=0)).all():
            return _pair_sums(orders, values * np.sqrt(weights)[:, None, None], cosines)
    raise MapError(f"{sigma.name} at a standard deviation of {deviations.max():.3g} has a Gaussian mean beyond float64")


def _pair_sums(orders: np.ndarray, values: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    # products of coefficients are summed over the radii first: the correlation does not move with the radius
    per_order = np.ascontiguousarray(values.transpose(2, 1, 0))
    spectrum = per_order @ per_order.transpose(0, 2, 1)
    half = np.where(orders == 0, 1.0, 0.5)
    total = np.zeros_like(cosines)
    angles = np.arccos(cosines)
    for k, weight, products in zip(orders, half, spectrum):
        total += weight * products * np.cos(k * angles)
    diagonal = np.arange(len(cosines))
    total[diagonal, diagonal] = half @ spectrum[:, diagonal, diagonal]
    return total


def _transform(sigma: PreparedActivation, largest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cosines, orders, matrix = circle.chebyshev_transform(band_limit(sigma, largest), sigma.parity)
    return orders, cosines, matrix


def _by_arcs(sigma: PreparedActivation, covariance: np.ndarray, deviations: np.ndarray, refine: float) -> np.ndarray:
    n = len(covariance)
    first, second = np.triu_indices(n)
    beta = covariance_angles(covariance, first, second)
    rule = circle.arc_rule(sigma, float(np.sqrt(2 * LAST) * deviations.max()))
    result = np.empty((n, n))
    if not any(sigma.kinks):
        s, weights = radial_nodes(refine)
        radii = np.sqrt(2 * s)[:, None] * deviations
        angles = np.broadcast_to(beta, (len(s), len(beta)))
        means = circle.arc_means(
            sigma, radii[:, first].ravel(), radii[:, second].ravel(), angles.ravel(), rule, radial=False
        )
        result[first, second] = result[second, first] = weights @ means.reshape(len(s), -1)
        return result
    edges = _edges(sigma, deviations, beta, first, second)
    total = np.zeros(len(first))
    left, right, weights = nodes.tanh_sinh(0.065 * refine)
    for piece in range(edges.shape[1] - 1):
        a, b = edges[:, piece : piece + 1], edges[:, piece + 1 : piece + 2]
        radius = np.where(left < 0.5, a + (b - a) * left, b - (b - a) * right)
        # s = radius^2/2: ds = radius d radius
        factor = (b - a) * weights * radius * np.exp(-(radius**2) / 2)
        r_i, r_j = radius * deviations[first, None], radius * deviations[second, None]
        angles = np.broadcast_to(beta[:, None], radius.shape)
        means = circle.arc_means(sigma, r_i.ravel(), r_j.ravel(), angles.ravel(), rule, radial=False)
        total += (factor * means.reshape(radius.shape)).sum(axis=1)
    result[first, second] = result[second, first] = total
    return result


def covariance_angles(covariance: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Angles between samples from variances of differences and sums of the standardised samples."""
    scale = np.sqrt(np.diag(covariance))
    scale = np.where(scale == 0, 1, scale)
    ii, jj = np.diag(covariance)[first], np.diag(covariance)[second]
    c = covariance[first, second]
    # (ii + jj - 2 c) is exact where ii, jj, c nearly agree; the rest is the difference of the two lengths
    lengths = scale[first] * scale[second]
    unequal = (scale[first] - scale[second]) ** 2
    apart = np.maximum((ii - c) + (jj - c) - unequal, 0) / lengths
    together = np.maximum(ii + jj + 2 * c - unequal, 0) / lengths
    angles = 2 * np.arctan2(np.sqrt(apart), np.sqrt(together))
    return np.where(first == second, 0.0, angles)


def _edges(
    sigma: PreparedActivation, deviations: np.ndarray, beta: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Radii between which the ellipse mean is analytic: where the ellipse meets a kink line or a corner of two."""
    last = np.sqrt(2 * LAST)
    with np.errstate(divide="ignore", invalid="ignore"):
        cuts = [np.zeros(len(first)), np.full(len(first), last)]
        for level in sorted({abs(k) for k in sigma.kinks} - {0.0}):
            cuts += [level / deviations[first], level / deviations[second]]
        for a in sigma.kinks:
            for b in sigma.kinks:
                p, q = a / deviations[first], b / deviations[second]
                corner = np.sqrt(p * p + q * q - 2 * p * q * np.cos(beta)) / np.sin(beta)
                cuts.append(np.where(first == second, last, corner))
    return np.sort(np.clip(np.nan_to_num(np.stack(cuts, axis=1), nan=last, posinf=last), 0, last), axis=1)
