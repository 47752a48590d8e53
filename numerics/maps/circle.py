r"""Means over an ellipse: E_psi g(r_i cos psi, r_j cos(psi - beta)), psi uniform, g(a, b) = sigma(a) sigma(b).

The pair (r_i cos psi, r_j cos(psi - beta)) runs over the ellipse of a 2 x 2 covariance with standard deviations
r_i/sqrt 2, r_j/sqrt 2 and correlation cos beta.  Analytic activations use Chebyshev coefficients, sigma(r cos psi) =
sum a_k(r) cos(k psi), whose products integrate to a_k(r_i) a_k(r_j) T_k(cos beta)/2; the others Gauss-Legendre arcs
between the kinks.
See docs/derivations/mean_field_map.md, (4) and (5).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from numerics.maps import nodes
from numerics.maps.prepared import MapError, PreparedActivation, band_limit
from theory.activations.base import Parity

CHUNK = 400_000
# relative size of an order's whole contribution below which it is left out
NEGLIGIBLE = 3e-18
RINGS = 40
# of Gauss-Legendre and of tanh-sinh points on an arc
ALGEBRAIC = (50, 70, 100, 140)
ORDERS = (6, 8, 10, 12, 16, 20, 26, 34, 48, 64, 90, 128)


@lru_cache(maxsize=64)
def upper_pairs(n: int, offset: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """i <= j, or i < j for an offset of 1."""
    return np.triu_indices(n, offset)


def chebyshev_cosines(samples: int, orders: int) -> np.ndarray:
    """cos(k (j + 1/2) pi/samples), (samples, orders), the angle brought to the first quadrant while it is a whole number."""
    quarters = np.outer(2 * np.arange(samples) + 1, np.arange(orders)) % (4 * samples)
    quarters = np.minimum(quarters, 4 * samples - quarters)
    unit = np.pi / (2 * samples)
    return np.where(quarters <= samples, np.cos(quarters * unit), -np.cos((2 * samples - quarters) * unit))


@lru_cache(maxsize=64)
def chebyshev_transform(count: int, parity: Parity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cosines of the sample angles (samples,), orders (k,), and the matrix (samples, k) from samples to coefficients.

    Half the points and half the orders where a parity is given.
    """
    samples = count + (count % 2)
    k = np.arange(count)
    every = chebyshev_cosines(samples, max(count, 2))
    cosines, matrix = every[:, 1], 2.0 / samples * every[:, :count]
    matrix[:, 0] /= 2
    if parity is Parity.NONE:
        return cosines, k, matrix
    kept = k[k % 2 == (1 if parity is Parity.ODD else 0)]
    half = samples // 2
    return cosines[:half], kept, np.ascontiguousarray(2 * matrix[:half][:, kept])


@dataclass(frozen=True)
class SpectralBlock:
    """The orders of one parity.

    Args:
        orders: (k,).
        coefficients: (2, k, l) from T_l(r/largest) to the a_k and to the radial coefficients; l has the parity of k.
        at_zero: (k,) the radial coefficients at radius 0: rounding, which the integral over log t would add up.
        envelope: (rings, k) the largest |a_k| times the largest |radial coefficient| up to each radius, of this or a later
            order.
    """

    orders: np.ndarray
    coefficients: np.ndarray
    at_zero: np.ndarray
    envelope: np.ndarray

    def at(self, ladder: np.ndarray, kept: int) -> tuple[np.ndarray, np.ndarray]:
        """The first `kept` a_k and radial coefficients, (kept, *points), from the T_l of the points, (l, *points)."""
        flat = self.coefficients[:, :kept].reshape(2 * kept, -1) @ ladder.reshape(len(ladder), -1)
        values, radial = flat.reshape(2, kept, *ladder.shape[1:])
        radial -= self.at_zero[:kept].reshape(kept, *[1] * (ladder.ndim - 1))
        return values, radial


@dataclass(frozen=True)
class SpectralTable:
    """Chebyshev coefficients a_k(r) of sigma(r cos psi), and those of r d/dr of it, as polynomials in r/largest.

    Args:
        largest: the radius up to which the table holds.
        blocks: one for each parity that occurs, none for a constant.
    """

    largest: float
    blocks: tuple[SpectralBlock, ...]

    def kept(self, radii: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
        """For each block how many orders count at each node, (nodes,), the rest being negligible in the sum over nodes.

        Args:
            radii: (nodes, n), at most `largest`.
            weights: (nodes,), of the sum over nodes that the products enter.
        """
        rings = np.minimum((radii.max(axis=1) / self.largest * RINGS).astype(int), RINGS - 1)
        sizes = [block.envelope[rings] * np.abs(weights)[:, None] for block in self.blocks]
        least = NEGLIGIBLE * sum(float(size.sum()) for size in sizes)
        return [(size > least).sum(axis=1) for size in sizes]

    def at(self, radii: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Orders k, a_k and radial coefficients (k, *radii.shape), without the orders that are negligible at every node."""
        ratio = radii / self.largest
        found = []
        for block, counts in zip(self.blocks, self.kept(radii, weights)):
            kept = max(1, int(counts.max()))
            basis = np.empty((block.coefficients.shape[2], *radii.shape))
            chebyshev_ladder(basis, ratio, int(block.orders[0]))
            found.append((block.orders[:kept], *block.at(basis, kept)))
        orders = np.concatenate([f[0] for f in found])
        values, radial = (np.concatenate([f[i] for f in found]) for i in (1, 2))
        if len(found) == 1:
            return orders, values, radial
        # the pair sum climbs through every order: fill up the parity that ends first
        count = int(orders.max()) + 1
        filled = np.zeros((2, count, *radii.shape))
        filled[0, orders], filled[1, orders] = values, radial
        return np.arange(count), filled[0], filled[1]


def chebyshev_ladder(out: np.ndarray, ratio: np.ndarray, first: int) -> None:
    """T_first, T_{first+2}, ... of `ratio` into the rows of `out`, first 0 or 1."""
    square = 4 * ratio * ratio - 2
    out[0] = 1.0 if first == 0 else ratio
    if len(out) > 1:
        np.multiply(square, out[0], out=out[1])
        out[1] -= square / 2 if first == 0 else ratio
        if first == 0:
            out[1] = square / 2
    for row in range(2, len(out)):
        np.multiply(square, out[row - 1], out=out[row])
        out[row] -= out[row - 2]


@lru_cache(maxsize=128)
def spectral_table(sigma: PreparedActivation, largest: float) -> SpectralTable:
    """The table of an analytic activation; its radial part is sampled from x sigma'(x), not raised from the a_k.

    Raises:
        MapError: as `band_limit`.
    """
    count = band_limit(sigma, largest)
    cosines, orders, matrix = chebyshev_transform(count, Parity.NONE)
    points = largest * np.multiply.outer(cosines, cosines)
    blocks = []
    for parity in (0, 1):
        chosen = orders[orders % 2 == parity]
        if sigma.parity is (Parity.ODD if parity == 0 else Parity.EVEN) or not len(chosen):
            continue
        pick = matrix[:, chosen]
        parts = [pick.T @ function(points) @ pick for function in (sigma.value, sigma.radial)]
        # rows: order k of psi, columns: order l of the radius
        table = np.ascontiguousarray(np.stack([part.T for part in parts]))
        basis = np.empty((len(chosen), RINGS))
        chebyshev_ladder(basis, (np.arange(RINGS) + 1) / RINGS, int(chosen[0]))
        at_zero = table[1] @ np.cos(chosen * np.pi / 2).round()
        # coefficients need not grow with the radius: a later ring counts what all earlier ones reached
        reached = [np.maximum.accumulate(np.abs(part @ basis), axis=1) for part in table]
        envelope = np.maximum.accumulate((reached[0] * reached[1])[::-1], axis=0)[::-1].T
        if not envelope.any():
            continue
        used = 1 + int(np.flatnonzero(envelope.max(axis=0) > NEGLIGIBLE * envelope.max())[-1])
        blocks.append(
            SpectralBlock(
                chosen[:used],
                np.ascontiguousarray(table[:, :used]),
                at_zero[:used],
                np.ascontiguousarray(envelope[:, :used]),
            )
        )
    return SpectralTable(largest, tuple(blocks))


def chebyshev_pair_sum(orders: np.ndarray, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """E of two Chebyshev sums over the ellipse: left_0 right_0 + 1/2 sum_k left_k(i) right_k(j) T_k(cosines).

    Args:
        left, right: (k, nodes, n).
        cosines: (nodes, n, n).

    Returns:
        (nodes, n, n).
    """
    total = np.zeros_like(cosines)
    work = np.empty_like(cosines)
    stride = int(orders[1] - orders[0]) if len(orders) > 1 else 1
    cosines = np.ascontiguousarray(cosines)
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
    # those of numpy are off by some 1e-15, all to one side
    x: np.ndarray = np.polynomial.legendre.leggauss(order)[0].astype(np.longdouble)
    for _ in range(2):
        before, value = np.ones_like(x), x
        for k in range(1, order):
            before, value = value, ((2 * k + 1) * x * value - k * before) / (k + 1)
        slope = order * (before - x * value) / (1 - x * x)
        x = x - value / slope
    weights = 1 / ((1 - x * x) * slope * slope)
    return ((1 + x) / 2).astype(np.float64), weights.astype(np.float64)


@dataclass(frozen=True)
class ArcRule:
    """Points on an arc between kinks: Gauss-Legendre, or tanh-sinh where sigma is not analytic up to its kinks."""

    count: int
    algebraic: bool = False

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights on [0, 1]."""
        if not self.algebraic:
            return legendre(self.count)
        left, _, weights = nodes.tanh_sinh(2 * nodes.REACH / self.count)
        return left, weights


def arc_means(
    sigma: PreparedActivation, r_i: np.ndarray, r_j: np.ndarray, beta: np.ndarray, rule: ArcRule, radial: bool
) -> np.ndarray:
    """E g, or E p . grad g (`radial`), by a rule on the arcs between kinks; all other arguments (points,).

    A kink beyond the ellipse gives an arc of length zero, so that every point has the same number of arcs.
    """
    out = np.empty(len(r_i))
    places, weights = rule.points()
    # an odd or even sigma repeats g after half a turn, and then the kinks kappa and -kappa give the same angles
    symmetric = sigma.parity is not Parity.NONE
    period = np.pi if symmetric else 2 * np.pi
    kinks = np.array([kink for kink in sigma.kinks if kink >= 0 or not symmetric])
    mirrored = kinks != 0 if symmetric else np.full(len(kinks), True)
    arcs = 2 * (len(kinks) + int(mirrored.sum()))
    chunk = max(1, CHUNK // (arcs * len(places)))
    for start in range(0, len(r_i), chunk):
        part = slice(start, start + chunk)
        ri, rj, b = r_i[part, None], r_j[part, None], beta[part, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.arccos(np.clip(np.where(ri > 0, kinks / ri, np.sign(kinks)), -1, 1))
            second = np.arccos(np.clip(np.where(rj > 0, kinks / rj, np.sign(kinks)), -1, 1))
        ends = np.concatenate([first, -first[:, mirrored], b + second, b - second[:, mirrored]], axis=1) % period
        ends.sort(axis=1)
        lengths = np.diff(np.concatenate([ends, ends[:, :1] + period], axis=1), axis=1)
        psi = (ends[:, :, None] + lengths[:, :, None] * places).reshape(len(ends), -1)
        w = (lengths[:, :, None] * weights).reshape(len(ends), -1)
        p, q = ri * np.cos(psi), rj * np.cos(psi - b)
        if radial:
            g = sigma.radial(p) * sigma.value(q) + sigma.value(p) * sigma.radial(q)
        else:
            g = sigma.value(p) * sigma.value(q)
        out[part] = np.einsum("pk,pk->p", w, g) / period
    return out


@lru_cache(maxsize=256)
def arc_rule(sigma: PreparedActivation, largest: float) -> ArcRule:
    """The rule with which arc means have converged to rounding, on a fixed sample of ellipses.

    The longest arcs are those of ellipses that have not quite met a kink, or only just, with samples that agree.

    Raises:
        MapError: none has; sigma is not even a power times an analytic function next to its kinks, or has others.
    """
    random = np.random.default_rng(20130)
    r = largest * np.sqrt(random.uniform(0.0, 1.0, (2, 120)))
    r[:, :4] = largest
    beta = random.uniform(0, np.pi, 120)
    met = [abs(kink) * (1 + e) for kink in sigma.kinks for e in (-1e-3, 1e-6, 1e-3) if 0 < abs(kink) < largest]
    if met:
        hard = np.array([(a, b, angle) for a in met for b in (*met, largest) for angle in (0.0, 1e-3, np.pi)])
        r, beta = np.concatenate([r, hard[:, :2].T], axis=1), np.concatenate([beta, hard[:, 2]])
    for algebraic, finest, counts in ((False, 192, ORDERS), (True, 300, ALGEBRAIC)):
        fine = arc_means(sigma, r[0], r[1], beta, ArcRule(finest, algebraic), radial=True)
        scale = np.abs(fine).max() + 1e-300
        for count in counts:
            rule = ArcRule(count, algebraic)
            if np.abs(arc_means(sigma, r[0], r[1], beta, rule, radial=True) - fine).max() <= 2e-14 * scale:
                return rule
    raise MapError(f"{sigma.name} is not smooth between its declared kinks {sigma.kinks}: declare every kink")
