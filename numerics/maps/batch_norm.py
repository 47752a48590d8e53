r"""The batch-normalisation map E sigma(y) sigma(y)^T, y = sqrt(n) x/|x|, x ~ N(0, S), for any covariance S, in float64.

With x_t ~ N(0, S (I + 2 t S)^(-1)) and B_t = 2 t n Cov x_t, every pair obeys

    E g(y_i, y_j) = g(0+) + int_0^oo dt/(2t) det(I + 2 t S)^(-1/2) E_psi[(p . grad g)(p)],

p uniform in angle on the ellipse of the 2 x 2 block of B_t (docs/derivations/mean_field_map.md, (3)).  One eigendecomposition of
S serves all pairs and all t; the activation enters through its means over ellipses alone.
"""

from __future__ import annotations

from math import gamma

import numpy as np

from numerics.maps import circle, nodes
from numerics.maps.prepared import MapError, PreparedActivation

# eigenvalues below this fraction of the largest are the rounding of an exactly singular matrix
RANK_TOLERANCE = 4 * np.finfo(np.float64).eps


def batch_norm_map(
    sigma: PreparedActivation, covariance: np.ndarray, centered: bool = True, step_scale: float = 1.0
) -> np.ndarray:
    """E sigma(BN(x)) sigma(BN(x))^T for a row x ~ N(0, covariance).

    Near rank one (a second eigenvalue of S below 1e-15 of the first) the map is ill conditioned: it moves by the square root
    of a change in S.

    Args:
        covariance: symmetric positive semidefinite (n, n), singular allowed.
        centered: whether the batch mean is subtracted.
        step_scale: 1 for full accuracy; smaller takes more nodes (used to estimate the error).

    Returns:
        (n, n) symmetric array.

    Raises:
        MapError: all samples identical (no variance), or a matrix that is not square, finite, symmetric and positive.
    """
    n = len(covariance)
    eigenvalues, vectors = _spectrum(covariance, centered)
    if len(eigenvalues) == 1:
        plus, minus = (sigma.value(sign * np.sqrt(n) * vectors[:, 0]) for sign in (1.0, -1.0))
        return (np.outer(plus, plus) + np.outer(minus, minus)) / 2
    if any(kink != 0 for kink in sigma.kinks):
        return _kinked_away_from_zero(sigma, eigenvalues, vectors, step_scale)
    left_tail = nodes.TAIL if not sigma.kinks else nodes.TAIL * max(1.0, 1 / (sigma.degree or 0.5))
    t, weights = nodes.laplace_nodes(eigenvalues, step_scale, left_tail)
    shrink = 2 * t[:, None] * eigenvalues
    weights = weights * np.exp(-0.5 * np.log1p(shrink).sum(axis=1)) / 2
    shrink /= 1 + shrink
    base = _at_origin(sigma, eigenvalues, vectors)
    if sigma.degree == 0:
        return base
    radii = np.sqrt(n * (shrink @ (vectors**2).T))
    if sigma.kinks and (sigma.degree is None or sigma.dual is None):
        return base + _by_arcs(sigma, shrink, vectors, radii, weights)
    blocks = n * ((vectors * shrink[:, None, :]) @ vectors.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = blocks / (radii[:, :, None] * radii[:, None, :])
    if not radii.all():
        cosines = np.nan_to_num(cosines, nan=0.0, posinf=0.0, neginf=0.0)
    np.clip(cosines, -1, 1, out=cosines)
    diagonal = np.arange(n)
    if sigma.degree is not None and sigma.dual is not None:
        k = sigma.degree
        cosines[:, diagonal, diagonal] = 1.0
        powers = radii**k
        means = sigma.dual(cosines) * powers[:, :, None] * powers[:, None, :] * (2 * k / (2**k * gamma(k + 1)))
    else:
        orders, values, radial = circle.spectra(sigma, radii, float(np.sqrt(n)))
        means = circle.chebyshev_pair_sum(orders, radial, values, cosines)
        means += np.swapaxes(means, 1, 2).copy()
        means[:, diagonal, diagonal] = 2 * circle.diagonal_sum(orders, radial, values)
    return base + np.tensordot(weights, means, axes=1)


def _spectrum(covariance: np.ndarray, centered: bool) -> tuple[np.ndarray, np.ndarray]:
    """Nonzero eigenvalues and eigenvectors of the (centred) covariance, scaled to a largest eigenvalue of 1."""
    s = np.array(covariance, dtype=np.float64)
    scale = np.abs(s).max()
    if centered:
        s = s - s.mean(axis=0)
        s = s - s.mean(axis=1)[:, None]
    eigenvalues, vectors = np.linalg.eigh((s + s.T) / 2)
    tolerance = RANK_TOLERANCE * len(s)
    if eigenvalues[-1] <= tolerance * scale:
        raise MapError("all samples are identical: batch normalisation divides by zero; give samples that differ")
    if eigenvalues[0] < -1e-7 * eigenvalues[-1]:
        raise MapError(f"the Gram matrix has the eigenvalue {eigenvalues[0]:.3g}: a Gram matrix is positive semidefinite")
    kept = eigenvalues > tolerance * max(eigenvalues[-1], scale * np.finfo(np.float64).eps)
    return eigenvalues[kept] / eigenvalues[-1], vectors[:, kept]


def pair_angles(weighted: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Angles between rows of (..., n, m) factors for given index pairs, accurate near 0 and pi alike."""
    lengths = np.sqrt((weighted**2).sum(axis=-1, keepdims=True))
    unit = weighted / np.where(lengths == 0, 1, lengths)
    u, v = unit[..., first, :], unit[..., second, :]
    return 2 * np.arctan2(np.sqrt(((u - v) ** 2).sum(axis=-1)), np.sqrt(((u + v) ** 2).sum(axis=-1)))


def _at_origin(sigma: PreparedActivation, eigenvalues: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """g(0+): sigma(0)^2, or the quadrant probabilities' mean where sigma jumps at zero."""
    n = len(vectors)
    below, above = sigma.at_zero
    if not sigma.jumps_at_zero:
        return np.full((n, n), below * above)
    first, second = np.triu_indices(n)
    factor = vectors * np.sqrt(eigenvalues)
    opposite = pair_angles(factor, first, second) / np.pi
    values = (1 - opposite) * (above**2 + below**2) / 2 + opposite * above * below
    base = np.empty((n, n))
    base[first, second] = base[second, first] = values
    zero = ~factor.any(axis=1)
    if zero.any():
        at_zero = float(sigma.value(np.zeros(1))[0])
        base[zero, :] = base[:, zero] = at_zero * (above + below) / 2
        base[np.ix_(zero, zero)] = at_zero**2
    return base


def _by_arcs(
    sigma: PreparedActivation, shrink: np.ndarray, vectors: np.ndarray, radii: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """The integral for kinks at zero: all pairs share the nodes in t."""
    n = len(vectors)
    first, second = np.triu_indices(n)
    beta = pair_angles(vectors * np.sqrt(shrink)[:, None, :], first, second)
    beta[:, first == second] = 0.0
    order = circle.arc_order(sigma, float(np.sqrt(n)))
    means = circle.arc_means(sigma, radii[:, first].ravel(), radii[:, second].ravel(), beta.ravel(), order, radial=True)
    upper = weights @ means.reshape(len(weights), -1)
    result = np.empty((n, n))
    result[first, second] = result[second, first] = upper
    return result


def _crossings(eigenvalues: np.ndarray, squares: np.ndarray, n: int, level: float) -> np.ndarray:
    """log t at which n sum_a squares[i, a] 2 t lambda_a/(1 + 2 t lambda_a) = level^2, +inf where it stays below; (rows,)."""
    low = np.full(len(squares), -np.log(2 * eigenvalues.max()) - 80.0)
    high = np.full(len(squares), nodes.upper_end(eigenvalues) + 2.0)
    reached = n * squares.sum(axis=1) > level**2
    for _ in range(70):
        middle = (low + high) / 2
        shrink = 1 / (1 + np.exp(-middle)[:, None] / (2 * eigenvalues))
        above = n * (squares * shrink).sum(axis=1) > level**2
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    return np.where(reached, (low + high) / 2, np.inf)


def _kinked_away_from_zero(
    sigma: PreparedActivation, eigenvalues: np.ndarray, vectors: np.ndarray, step_scale: float
) -> np.ndarray:
    """Kinks at other points: the integrand in t has an algebraic singularity where an ellipse first meets a kink."""
    n = len(vectors)
    first, second = np.triu_indices(n)
    levels = sorted({abs(kink) for kink in sigma.kinks} - {0.0})
    end = nodes.upper_end(eigenvalues)
    start = -np.log(2 * eigenvalues.max()) - nodes.TAIL
    crossings = np.stack([_crossings(eigenvalues, vectors**2, n, level) for level in levels], axis=1)
    cuts = np.sort(np.concatenate([crossings[first], crossings[second]], axis=1), axis=1)
    cuts = np.clip(cuts, start, end)
    edges = np.exp(np.concatenate([np.full((len(first), 1), start), cuts, np.full((len(first), 1), end)], axis=1))
    order = circle.arc_order(sigma, float(np.sqrt(n)))
    total = np.zeros(len(first))
    for piece in range(edges.shape[1] - 1):
        a, b = edges[:, piece : piece + 1], edges[:, piece + 1 : piece + 2]
        wide = (b > a * (1 + 1e-14)).ravel()
        if not wide.any():
            continue
        t, weights = _piece_nodes(a[wide], b[wide], step_scale)
        total[wide] += _pairs_at(sigma, eigenvalues, vectors, first[wide], second[wide], t, weights, order)
    base = _at_origin(sigma, eigenvalues, vectors)
    result = np.empty((n, n))
    result[first, second] = result[second, first] = total
    return base + result


def _piece_nodes(a: np.ndarray, b: np.ndarray, step_scale: float) -> tuple[np.ndarray, np.ndarray]:
    """tanh-sinh nodes of int_a^b dt/t in log t, per pair; longer pieces take finer steps."""
    log_a, log_b = np.log(a), np.log(b)
    step = step_scale * 0.13 / max(1.0, float((log_b - log_a).max()) / 14)
    left, right, weights = nodes.tanh_sinh(step)
    span = log_b - log_a
    # measured from the nearer end, so that the algebraic singularities there keep their digits
    u = np.where(left < 0.5, log_a + span * left, log_b - span * right)
    return np.exp(u), weights * span


def _pairs_at(
    sigma: PreparedActivation,
    eigenvalues: np.ndarray,
    vectors: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    t: np.ndarray,
    weights: np.ndarray,
    order: int,
) -> np.ndarray:
    n = len(vectors)
    total = np.empty(len(first))
    chunk = max(1, 2_000_000 // (t.shape[1] * len(eigenvalues)))
    for begin in range(0, len(first), chunk):
        part = slice(begin, begin + chunk)
        shrink = 2 * t[part, :, None] * eigenvalues
        factor = np.exp(-0.5 * np.log1p(shrink).sum(axis=-1)) * weights[part] / 2
        root = np.sqrt(shrink / (1 + shrink))
        both = np.stack([vectors[first[part], None, :] * root, vectors[second[part], None, :] * root], axis=2)
        beta = pair_angles(both, np.array(0), np.array(1))
        beta[first[part] == second[part]] = 0.0
        radii = np.sqrt(n * (both**2).sum(axis=-1))
        means = circle.arc_means(sigma, radii[..., 0].ravel(), radii[..., 1].ravel(), beta.ravel(), order, radial=True)
        total[part] = (factor * means.reshape(factor.shape)).sum(axis=1)
    return total
