r"""Means over an ellipse: E over a uniform angle psi of g(r_i cos psi, r_j cos(psi - beta)), g(a, b) = sigma(a) sigma(b).

The pair (r_i cos psi, r_j cos(psi - beta)) runs over the ellipse of a 2 x 2 covariance with standard deviations r_i/sqrt 2,
r_j/sqrt 2 and correlation cos beta.  Analytic activations use Chebyshev coefficients, sigma(r cos psi) = sum a_k(r) cos(k psi),
whose products integrate to a_k(r_i) a_k(r_j) T_k(cos beta)/2; the others Gauss-Legendre arcs between the kinks.
See docs/derivations/mean_field_map.md, (4) and (5).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from numerics.maps.prepared import PreparedActivation, band_limit
from theory.activations.base import Parity

CHUNK = 400_000
ORDERS = (6, 8, 10, 12, 16, 20, 26, 34, 48, 64)


@lru_cache(maxsize=64)
def chebyshev_transform(count: int, parity: Parity) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cosines of the sample angles, and the matrices from samples to a_k and to the coefficients of x sigma'(x).

    Returns:
        cosines (samples,), orders (k,), to_values (samples, k), to_radial (samples, k): half the points and half the
        orders where a parity is given.
    """
    samples = count + (count % 2)
    angles = (np.arange(samples) + 0.5) * np.pi / samples
    k = np.arange(count)
    to_values = 2.0 / samples * np.cos(np.outer(angles, k))
    to_values[:, 0] /= 2
    # x f'(x) for f = sum a_k T_k: k a_k + 2 sum_{j = k+2, k+4, ...} j a_j, half the sum at k = 0
    raising = np.diag(k.astype(float))
    for column in range(count):
        for row in range(column - 2, -1, -2):
            raising[row, column] = 2.0 * column if row > 0 else 1.0 * column
    to_radial = to_values @ raising.T
    if parity is Parity.NONE:
        return np.cos(angles), k, to_values, to_radial
    kept = k[k % 2 == (1 if parity is Parity.ODD else 0)]
    half = samples // 2
    return np.cos(angles[:half]), kept, 2 * to_values[:half][:, kept], 2 * to_radial[:half][:, kept]


def spectra(sigma: PreparedActivation, radii: np.ndarray, largest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders k, Chebyshev coefficients a_k(r) of sigma(r cos psi), and those of r d/dr of it; shape (k, *radii.shape).

    Args:
        radii: at most `largest`, which fixes the number of coefficients.
    """
    cosines, orders, to_values, to_radial = chebyshev_transform(band_limit(sigma, largest), sigma.parity)
    samples = sigma.value(np.multiply.outer(radii, cosines))
    values, radial = samples @ to_values, samples @ to_radial
    return orders, np.ascontiguousarray(np.moveaxis(values, -1, 0)), np.ascontiguousarray(np.moveaxis(radial, -1, 0))


def chebyshev_pair_sum(orders: np.ndarray, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """sum_k left_k(i) right_k(j) E[cos(k psi) cos(k psi - k beta)] = left_0 right_0 + 1/2 sum_k left_k right_k T_k(cosines).

    Args:
        left, right: (k, nodes, n).
        cosines: (nodes, n, n).

    Returns:
        (nodes, n, n).
    """
    total = np.zeros_like(cosines)
    work = np.empty_like(cosines)
    stride = int(orders[1] - orders[0]) if len(orders) > 1 else 1
    # T_{k+s} = 2 T_s T_k - T_{k-s}
    step = 2 * cosines if stride == 1 else 4 * cosines * cosines - 2
    current = np.ones_like(cosines) if orders[0] == 0 else cosines.copy()
    before = cosines.copy() if stride == 1 or orders[0] == 1 else step / 2
    for place, k in enumerate(orders):
        np.multiply(left[place][:, :, None], right[place][:, None, :], out=work)
        if k == 0:
            work *= 2
        work *= current
        total += work
        np.multiply(step, current, out=work)
        work -= before
        before, current, work = current, work, before
    return total / 2


def diagonal_sum(orders: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The same at i = j, where T_k = 1: (nodes, n)."""
    weights = np.where(orders == 0, 1.0, 0.5)
    return np.einsum("k,kti,kti->ti", weights, left, right)


@lru_cache(maxsize=32)
def legendre(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return (nodes + 1) / 2, weights / 2


def arc_means(
    sigma: PreparedActivation, r_i: np.ndarray, r_j: np.ndarray, beta: np.ndarray, order: int, radial: bool
) -> np.ndarray:
    """E g (or E p . grad g, the radial derivative) by Gauss-Legendre on the arcs between kinks; all arguments (points,).

    A kink beyond the ellipse gives an arc of length zero, so that every point has the same number of arcs.
    """
    kinks = np.array(sigma.kinks)
    out = np.empty(len(r_i))
    nodes, weights = legendre(order)
    arcs = 4 * len(kinks)
    chunk = max(1, CHUNK // (arcs * order))
    for start in range(0, len(r_i), chunk):
        part = slice(start, start + chunk)
        ri, rj, b = r_i[part, None], r_j[part, None], beta[part, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.arccos(np.clip(np.where(ri > 0, kinks / ri, np.sign(kinks)), -1, 1))
            second = np.arccos(np.clip(np.where(rj > 0, kinks / rj, np.sign(kinks)), -1, 1))
        ends = np.concatenate([first, -first, b + second, b - second], axis=1) % (2 * np.pi)
        ends.sort(axis=1)
        lengths = np.diff(np.concatenate([ends, ends[:, :1] + 2 * np.pi], axis=1), axis=1)
        psi = (ends[:, :, None] + lengths[:, :, None] * nodes).reshape(len(ends), -1)
        w = (lengths[:, :, None] * weights).reshape(len(ends), -1)
        p, q = ri * np.cos(psi), rj * np.cos(psi - b)
        if radial:
            g = sigma.radial(p) * sigma.value(q) + sigma.value(p) * sigma.radial(q)
        else:
            g = sigma.value(p) * sigma.value(q)
        out[part] = np.einsum("pk,pk->p", w, g) / (2 * np.pi)
    return out


@lru_cache(maxsize=256)
def arc_order(sigma: PreparedActivation, largest: float) -> int:
    """Gauss-Legendre points per arc at which arc means have converged to rounding, on a fixed sample of ellipses."""
    random = np.random.default_rng(20130)
    r = largest * np.sqrt(random.uniform(0.0, 1.0, (2, 120)))
    r[:, :4] = largest
    beta = random.uniform(0, np.pi, 120)
    finest = arc_means(sigma, r[0], r[1], beta, 96, radial=True)
    scale = np.abs(finest).max() + 1e-300
    for order in ORDERS:
        if np.abs(arc_means(sigma, r[0], r[1], beta, order, radial=True) - finest).max() <= 4e-15 * scale:
            return order
    return ORDERS[-1]
