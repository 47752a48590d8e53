r"""Means over ellipses of activations with a kink at 0, as a table in the two radii and the angle.

With sigma = J + s, J the step between the one-sided values at 0, the mean of p . grad g over an ellipse of radii r_i, r_j and angle
beta is r_i A(r_i, beta) + r_j A(r_j, beta) + r_i r_j M(r_i, r_j, beta).  Where the two sides of sigma are analytic up to and at 0, so are
A and M, on [0, R]^2 x [0, pi]: polynomials, made once for an activation and a batch size, in a basis of the radii that is as small as
their rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from numerics.maps import circle
from numerics.maps.prepared import PreparedActivation

# most Chebyshev polynomials in a radius and in the angle, and what the table may miss at points of its own
MOST = 72
ACCURATE = 3e-14
CHECKED = 300
# values at a time
CHUNK = 88_000
# coefficients and singular values below this fraction of the largest are rounding
ROUNDING, NOISE = 1e-15, 1e-13


@dataclass(frozen=True)
class ArcTable:
    """The polynomials.

    Args:
        largest: R.
        radial: (k, rank) from T_k of a radius' place in [0, R] to the basis of radii.
        angular: (l, turns) from T_l of an angle's place in [0, pi] to the basis of angles.
        core: (rank, turns, rank) M in these bases.
        line: (k, turns) A.
    """

    largest: float
    radial: np.ndarray
    angular: np.ndarray
    core: np.ndarray
    line: np.ndarray

    def sums(self, radii: np.ndarray, angles: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """sum over nodes of weight times the mean of p . grad g, (pairs,).

        Args:
            radii: (nodes, n), at most R.
            angles: (nodes, pairs) for all i <= j.
        """
        # a few nodes at a time stay in the processor's cache
        pieces = -(-len(radii) * self.core.shape[1] * radii.shape[1] ** 2 // CHUNK)
        count = -(-len(radii) // pieces)
        chunks = [slice(start, start + count) for start in range(0, len(radii), count)]
        return sum((self._sums(radii[c], angles[c], weights[c]) for c in chunks), np.zeros(angles.shape[1]))

    def _sums(self, radii: np.ndarray, angles: np.ndarray, weights: np.ndarray) -> np.ndarray:
        nodes, n = radii.shape
        rank, turns, _ = self.core.shape
        powers = _chebyshev((2 * radii / self.largest - 1).ravel(), len(self.radial))
        scaled = radii[..., None] * (powers.T @ self.radial).reshape(nodes, n, rank)
        left = (scaled * weights[:, None, None]).reshape(nodes * n, rank) @ self.core.reshape(rank, turns * rank)
        # (nodes, i, turns, j)
        parts = (left.reshape(nodes, n * turns, rank) @ scaled.transpose(0, 2, 1)).reshape(nodes, n, turns, n)
        if self.line.any():
            lines = (weights[:, None] * radii)[..., None] * (powers.T @ self.line).reshape(nodes, n, turns)
            parts += lines[..., None]
            parts += lines.transpose(0, 2, 1)[:, None]
        picked = parts.reshape(nodes, -1).take(_places(n, turns), axis=1)
        turned = self.angular.T @ _chebyshev((2 * angles / np.pi - 1).ravel(), len(self.angular))
        return np.einsum("tlp,ltp->p", picked, turned.reshape(turns, *angles.shape))


@lru_cache(maxsize=32)
def _places(n: int, turns: int) -> np.ndarray:
    """Where (i, turn, j), i <= j, lies in a raveled (n, turns, n) array, (turns, pairs)."""
    first, second = circle.upper_pairs(n)
    return (first * turns * n + second) + n * np.arange(turns)[:, None]


def _chebyshev(places: np.ndarray, count: int) -> np.ndarray:
    """T_0 .. T_{count-1}, (count, places)."""
    values = np.empty((max(count, 2), len(places)))
    values[0] = 1.0
    values[1] = places
    top = 1
    while top < count - 1:
        # T_{top+k} = 2 T_top T_k - T_{top-k}: twice as many rows at a time
        more = min(top, count - 1 - top)
        np.multiply(2 * values[top], values[1 : more + 1], out=values[top + 1 : top + more + 1])
        values[top + 1 : top + more + 1] -= values[top - more : top][::-1]
        top += more
    return values[:count]


def _points(count: int, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Chebyshev points of [0, length], and the matrix from values there to coefficients."""
    cosines = circle.chebyshev_cosines(count, count)
    transform = 2 * cosines.T / count
    transform[0] /= 2
    return length * (1 + cosines[:, 1]) / 2, transform


def _means(sigma: PreparedActivation, *points: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """M and A at (r_i, beta, r_j), which broadcast, by arcs between the zeros of p and of q."""
    nodes, weights = circle.legendre(order)
    first, beta, second = (v[..., None] for v in np.broadcast_arrays(*points))
    below, above = sigma.at_zero
    pairs, lines = np.zeros(first.shape[:-1]), np.zeros(first.shape[:-1])
    for low, length in ((beta - np.pi / 2, np.pi - beta), (np.pi / 2, beta)):
        psi = low + length * nodes
        p, q = first * np.cos(psi), second * np.cos(psi - beta)
        # and the mirror image of the arc
        for sign, step in ((1, above), (-1, below)):
            radial = sigma.radial(sign * p)
            other = sigma.value(sign * p) - np.where(sign * p < 0, below, above)
            mixed = radial * (sigma.value(sign * q) - step) + other * sigma.radial(sign * q)
            pairs += (length[..., 0] / (2 * np.pi)) * (mixed @ weights)
            if step:
                lines += (step * length[..., 0] / (2 * np.pi)) * (radial @ weights)
    first, second = first[..., 0], second[..., 0]
    return pairs / (first * second), lines / first


def _degree(values: np.ndarray, transform: np.ndarray) -> int | None:
    """How many Chebyshev coefficients of some functions, values along the first axis, stand out from rounding."""
    sizes = np.abs(transform @ values).max(axis=1)
    if not sizes.any():
        return 2
    # values near the radius 0 are quotients of small numbers
    noise = float(sizes[-MOST // 4 :].max())
    if noise > NOISE * sizes.max():
        return None
    return max(2, 1 + int(np.flatnonzero(sizes > max(noise, ROUNDING * sizes.max()))[-1]))


@lru_cache(maxsize=64)
def arc_table(sigma: PreparedActivation, largest: float) -> ArcTable | None:
    """The table of an activation whose only kink is 0, None where no polynomial of a moderate degree fits."""
    # arcs to the last digit: what is left of their error would be spread over the table
    rule = circle.arc_rule(sigma, largest)
    if rule.algebraic:
        return None
    order = rule.count + 10
    radius, to_radius = _points(MOST, largest)
    angle, to_angle = _points(MOST, np.pi)
    some_angles, some_radii = np.array([0.2, 1.5, 3.0]), largest * np.array([0.3, 1.0])
    along, _ = _means(sigma, radius[:, None, None], some_angles[:, None], some_radii, order=order)
    around, _ = _means(sigma, some_radii[:, None], angle[:, None, None], some_radii, order=order)
    count, turns = _degree(along.reshape(MOST, -1), to_radius), _degree(around.reshape(MOST, -1), to_angle)
    if count is None or turns is None:
        return None
    radius, to_radius = _points(count, largest)
    angle, to_angle = _points(turns, np.pi)
    first, second = np.triu_indices(count)
    half, lines = _means(sigma, radius[first, None], angle, radius[second, None], order=order)
    values = np.empty((count, turns, count))
    values[first, :, second] = values[second, :, first] = half
    core = np.einsum("ak,klm,bl,cm->abc", to_radius, values, to_angle, to_radius, optimize=True)
    line = to_radius @ lines[first == second] @ to_angle.T
    table = _compressed(largest, core, line)
    return table if _holds(sigma, table, order) else None


def _holds(sigma: PreparedActivation, table: ArcTable, order: int) -> bool:
    """Whether the table agrees with arcs at random ellipses."""
    random = np.random.default_rng(40961)
    r = table.largest * random.uniform(0, 1, (2, CHECKED)) ** np.array([[1], [2]])
    beta = np.pi * random.uniform(0, 1, CHECKED)
    beta[:20], beta[20:40] = 0.0, np.pi
    expected = circle.arc_means(sigma, r[0], r[1], beta, circle.ArcRule(order), radial=True)
    found = [table.sums(np.array([pair]), np.array([[0.0, b, 0.0]]), np.ones(1))[1] for pair, b in zip(r.T, beta)]
    return bool(np.abs(found - expected).max() <= ACCURATE * np.abs(expected).max())


def _compressed(largest: float, core: np.ndarray, line: np.ndarray) -> ArcTable:
    """The table in the singular vectors of the core: a basis of radii, and one of angles, with that of A."""
    radial = _basis(core.reshape(len(core), -1))
    angular = _basis(np.concatenate([core.transpose(1, 0, 2).reshape(core.shape[1], -1), line.T], axis=1))
    small = np.einsum("ka,klm,lb,mc->abc", radial, core, angular, radial, optimize=True)
    return ArcTable(largest, radial, angular, np.ascontiguousarray(small), line @ angular)


def _basis(matrix: np.ndarray) -> np.ndarray:
    """The left singular vectors that stand out from rounding."""
    vectors, values, _ = np.linalg.svd(matrix, full_matrices=False)
    return np.ascontiguousarray(vectors[:, : max(1, int((values > ROUNDING * values[0]).sum()))])
