"""Kinks away from zero under batch normalisation: the integral over t, cut where a growing ellipse meets a kink."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from numerics.maps import circle, nodes
from numerics.maps.prepared import PreparedActivation

# the logarithm of how near the nodes come to the ends of a piece
NEAR = 35.0


def pair_angles(weighted: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Angles between rows of (..., n, m) factors for given index pairs, accurate near 0 and pi alike."""
    lengths = np.sqrt((weighted**2).sum(axis=-1, keepdims=True))
    unit = weighted / np.where(lengths == 0, 1, lengths)
    u, v = unit[..., first, :], unit[..., second, :]
    return 2 * np.arctan2(np.sqrt(((u - v) ** 2).sum(axis=-1)), np.sqrt(((u + v) ** 2).sum(axis=-1)))


def _first_time(met: Callable[[np.ndarray], np.ndarray], low: float, high: float, count: int) -> np.ndarray:
    """log t at which the monotone predicate turns true, +inf where it does not before `high`; (count,)."""
    left, right = np.full(count, low), np.full(count, high)
    never = ~met(right)
    for _ in range(60):
        middle = (left + right) / 2
        inside = met(middle)
        right, left = np.where(inside, middle, right), np.where(inside, left, middle)
    return np.where(never, np.inf, right)


def _cuts(
    sigma: PreparedActivation, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, low: float, high: float
) -> np.ndarray:
    """Sorted log t, (pairs, cuts), at which the growing ellipse of a pair first meets a kink or a corner of two."""
    first, second = np.triu_indices(len(vectors))
    kinks = sigma.kinks
    entries = np.stack([vectors[first] ** 2, vectors[second] ** 2, vectors[first] * vectors[second]])

    def block(log_t: np.ndarray) -> np.ndarray:
        shrink = 1 / (1 + np.exp(-log_t)[:, None] / (2 * eigenvalues))
        return n * np.einsum("epa,pa->ep", entries, shrink)

    cuts = []
    for level in sorted({abs(k) for k in kinks} - {0.0}):
        for side in (0, 1):

            def reached(u: np.ndarray, side: int = side, level: float = level) -> np.ndarray:
                return block(u)[side] > level * level

            cuts.append(_first_time(reached, low, high, len(first)))
    corners = {max((a, b), (-a, -b)) for a in kinks for b in kinks} - {(0.0, 0.0)}
    for a, b in sorted(corners):

        def met(u: np.ndarray, a: float = a, b: float = b) -> np.ndarray:
            ii, jj, ij = block(u)
            return a * a * jj + b * b * ii - 2 * a * b * ij < ii * jj - ij * ij

        times = _first_time(met, low, high, len(first))
        cuts.append(np.where(first == second, np.inf, times))
    return np.sort(np.clip(np.stack(cuts, axis=1), low, high), axis=1)


def kinked_integral(
    sigma: PreparedActivation, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, step_scale: float
) -> np.ndarray:
    """Kinks at other points: the integrand in t has an algebraic singularity where an ellipse first meets a kink."""
    rows = len(vectors)
    first, second = np.triu_indices(rows)
    end = nodes.upper_end(eigenvalues)
    logs = -float(np.log(2 * eigenvalues.max())), -float(np.log(2 * eigenvalues.min()))
    # with a kink at 0 the integrand falls like the root of t only, unless sigma is 0 there
    start = logs[0] - (2 if 0.0 in sigma.kinks and any(sigma.at_zero) else 1) * nodes.TAIL
    cuts = _cuts(sigma, n, eigenvalues, vectors, start, end)
    edges = np.concatenate([np.full((len(first), 1), start), cuts, np.full((len(first), 1), end)], axis=1)
    rule = circle.arc_rule(sigma, float(np.sqrt(n)))
    total = np.zeros(len(first))
    for piece in range(edges.shape[1] - 1):
        a, b = edges[:, piece : piece + 1], edges[:, piece + 1 : piece + 2]
        wide = (b > a + 1e-13).ravel()
        if not wide.any():
            continue
        t, weights = _piece_nodes(a[wide], b[wide], start, end, logs, step_scale)
        total[wide] += _pairs_at(sigma, n, eigenvalues, vectors, first[wide], second[wide], t, weights, rule)
    result = np.empty((rows, rows))
    result[first, second] = result[second, first] = total
    return result


def _piece_nodes(
    a: np.ndarray,
    b: np.ndarray,
    start: float,
    end: float,
    logs: tuple[float, float],
    step_scale: float,
) -> tuple[np.ndarray, np.ndarray]:
    """tanh-sinh nodes t and weights of int dt/t over [e^a, e^b], one row per pair.

    A piece that begins at `start` reaches down to t = 0 and is run through as t = e^b x, one that ends at `end` reaches up
    to infinity, t = e^a / x: the integrand is algebraic in x at both ends.  Others are run through in log t.

    Args:
        logs: least and largest log t at which an eigenvalue makes itself felt.
    """
    first, last = a <= start, b >= end
    inner = ~(first ^ last)
    span = b - a
    # such a piece crowds its nodes at one end, and the eigenvalues make themselves felt at the other
    felt = np.where(inner, span, 2 * np.where(first, b - logs[0], logs[1] - a))
    # down to `start` and up to `end`
    reach = float(np.max(span[~inner], initial=NEAR))
    left, right, weights = nodes.tanh_sinh(
        step_scale * 0.2 / max(1.0, float(felt.max()) / 7), np.arcsinh(reach / np.pi)
    )
    log_x = np.where(left < 0.5, np.log(left), np.log1p(-np.minimum(right, 0.5)))
    # measured from the nearer end, so that the algebraic singularities there keep their digits
    log_t = np.where(left < 0.5, a + span * left, b - span * right)
    log_t = np.where(first & ~last, b + log_x, np.where(last & ~first, a - log_x, log_t))
    return np.exp(log_t), np.where(inner, weights * span, weights / left)


def _pairs_at(
    sigma: PreparedActivation,
    n: int,
    eigenvalues: np.ndarray,
    vectors: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    t: np.ndarray,
    weights: np.ndarray,
    rule: circle.ArcRule,
) -> np.ndarray:
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
        means = circle.arc_means(sigma, radii[..., 0].ravel(), radii[..., 1].ravel(), beta.ravel(), rule, radial=True)
        total[part] = (factor * means.reshape(factor.shape)).sum(axis=1)
    return total
