r"""Kinks away from 0 between analytic functions under batch normalisation: the integrals of `corners`, arcs by Gauss-Legendre.

sigma is the branch around 0, continued over all values of a row, plus half-line parts d_a(x) 1[x beyond a], d_a the difference of the
branches on the two sides of a kink.  Where an ellipse first touches the line of one sample's kink, the other sample lies on some
branch: that branch is continued too (docs/derivations/mean_field_map.md, (10)).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.maps.arc_nodes import ORDERS, ArcNodes, arc_nodes
from numerics.maps.branch_table import BranchTable, HarmonicTable, branch_table, harmonic_table
from numerics.maps.circle import legendre
from numerics.maps.corners import Rows, since_corner
from numerics.maps.prepared import Branch, Function, MapError, PreparedActivation, band_limit
from theory.activations.base import Parity

# of the branches' Chebyshev coefficients on all values of a row
MOST_BAND = 700
# by how much addends may exceed their sum: the digits that cancellation takes
CANCELLATION = 6.0
# steps in time that are tried, as fractions of those for piecewise polynomials, and the finest
STEPS = (1.15, 1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35)
FINEST = 0.3
CONVERGED = 4e-15


@dataclass(frozen=True)
class HalfLine:
    """The part d(side x) for side x > level >= 0.

    Args:
        inner, outer: the branches before and beyond.
    """

    level: float
    side: int
    inner: int
    outer: int


@dataclass(frozen=True, eq=False)
class BranchParts:
    """An activation as its branch around 0 and half-line parts.

    Args:
        centre: the branch around 0, or just below 0.
        jumps: whether sigma jumps at 0.
        halves: that which begins at 0, if there is one, included.
        paired: whether sigma is even or odd: then a half line stands for its mirror image too.
        table: the branches, then the differences along the half lines, measured towards each line.
        harmonics: the Fourier coefficients of the branches.
        rules: for arcs.
    """

    centre: int
    jumps: bool
    halves: tuple[HalfLine, ...]
    paired: bool
    table: BranchTable
    harmonics: HarmonicTable
    rules: ArcNodes

    @property
    def differences(self) -> np.ndarray:
        return self.table.coefficients[-len(self.halves) :]

    @cached_property
    def geometries(self) -> dict[tuple[float, float, int], list[tuple[int, int]]]:
        """Ordered pairs of half lines by levels and relative side: they share their integrals over time."""
        found: dict[tuple[float, float, int], list[tuple[int, int]]] = {}
        for i, one in enumerate(self.halves):
            for j, two in enumerate(self.halves):
                if max(one.level, two.level) > 0:
                    found.setdefault((one.level, two.level, one.side * two.side), []).append((i, j))
        return found


@lru_cache(maxsize=64)
def branch_parts(sigma: PreparedActivation, largest: float) -> BranchParts | None:
    """The parts of an activation with kinks away from 0, None where a branch cannot be continued to all |x| <= largest."""
    if sigma.branches is None or not any(sigma.kinks):
        return None
    halves = []
    for place, kink in enumerate(sigma.kinks):
        side = -1 if kink < 0 else 1
        inner, outer = (place, place + 1) if side > 0 else (place + 1, place)
        halves.append(HalfLine(abs(kink), side, inner, outer))
    pairs = [(branch.value, branch.radial) for branch in sigma.branches]
    pairs += [_difference(sigma.branches[half.outer], sigma.branches[half.inner], half.side) for half in halves]
    # E sigma^2 of about a standard normal
    points = largest * np.linspace(-1, 1, 401)
    density = np.exp(-(points**2) / 2)
    values = sigma.value(points)
    size = float(density @ values**2 / density.sum())
    try:
        for branch in sigma.branches:
            if band_limit(_smooth(sigma, branch), largest) > MOST_BAND:
                return None
        table = branch_table(pairs, largest)
        rules = arc_nodes(pairs, largest, size)
        # whole vectors of eight
        count = 8 * int(np.ceil(rules.kept.max() / 8))
        harmonics = harmonic_table(pairs[: len(sigma.branches)], largest, count)
    except MapError:
        return None
    # samples tell a parity that the formula does not show
    mirrored = sigma.value(-points)
    alike = [np.abs(values - sign * mirrored).max() <= 1e-15 * np.abs(values).max() for sign in (1, -1)]
    paired = any(alike) and sigma.kinks == tuple(-kink for kink in reversed(sigma.kinks))
    centre = sum(kink < 0 for kink in sigma.kinks)
    return BranchParts(centre, sigma.jumps_at_zero, tuple(halves), paired, table, harmonics, rules)


def _difference(outer: Branch, inner: Branch, side: int) -> tuple[Function, Function]:
    def value(points: np.ndarray) -> np.ndarray:
        return outer.value(side * points) - inner.value(side * points)

    def radial(points: np.ndarray) -> np.ndarray:
        return outer.radial(side * points) - inner.radial(side * points)

    return value, radial


def _smooth(sigma: PreparedActivation, branch: Branch) -> PreparedActivation:
    return replace(
        sigma,
        value=branch.value,
        radial=branch.radial,
        kinks=(),
        degree=None,
        dual=None,
        parity=Parity.NONE,
        at_zero=(float(branch.value(np.zeros(1))[0]),) * 2,
        polynomials=None,
        branches=None,
    )


@lru_cache(maxsize=256)
def around_zero(sigma: PreparedActivation) -> PreparedActivation:
    """The part without kinks away from 0: the branch around 0, or the two that meet there."""
    assert sigma.branches is not None
    centre = sum(kink < 0 for kink in sigma.kinks)
    below = sigma.branches[centre]
    if 0.0 not in sigma.kinks:
        return _smooth(sigma, below)
    above = sigma.branches[centre + 1]

    def either(one: Function, two: Function) -> Function:
        return lambda points: np.where(points < 0, one(points), two(points))

    return replace(
        _smooth(sigma, below),
        value=either(below.value, above.value),
        radial=either(below.radial, above.radial),
        kinks=(0.0,),
        at_zero=sigma.at_zero,
    )


# (places, angles, weights)
Arcs = tuple[tuple[np.ndarray, ...], np.ndarray, np.ndarray]


@lru_cache(maxsize=1)
def compiled_module() -> Any:
    """The module of compiled loops, None where numba is not installed."""
    try:
        return importlib.import_module("numerics.maps.compiled_branches")
    except ImportError:
        return None


class BranchRows(Rows):
    """The ellipses of n normalised samples, and the branches on them."""

    def __init__(self, parts: BranchParts, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, fine: float):
        lowest = min(half.level for half in parts.halves if half.level > 0)
        super().__init__(n, eigenvalues, vectors, 0, lowest, fine, parts.jumps)
        self.parts = parts
        self.loops = compiled_module()
        rules, table = parts.rules, parts.table
        served = rules.largest, rules.longest, rules.least
        self.rules = table.scale, table.first, np.array(ORDERS), *rules.halves, *served

    def branch_line(self, number: int, choice: np.ndarray) -> np.ndarray:
        """E phi(y_j) h(y_i) at [j, i], h the branch chosen; at [j, j] E of sigma^2 less its inner branch's beyond the line.

        Args:
            number: of the half line of phi.
            choice: (rows, rows) the branch for each j and i.
        """
        rows = len(self.scaled)
        half, difference = self.parts.halves[number], self.parts.differences[number]
        result = np.zeros((rows, rows))
        met, ii, jj, ij, weights = self.line_ellipses(half.level)
        if not met.size:
            return result
        if self.loops is not None:
            harmonics, kept = self.parts.harmonics, self.parts.rules.kept
            self.loops.line_sums(
                met, ii, jj, ij, weights, half.level, half.side, difference, choice, half.outer, half.inner,
                harmonics.coefficients, harmonics.scale, kept, *self.rules, result,
            )  # fmt: skip
            return result
        branches = self.parts.table.coefficients
        root = np.sqrt(np.maximum(ii[..., None] * jj - ij * ij, 0))
        widest = np.sqrt(np.maximum(ii, jj.max(axis=-1)))
        radii = np.sqrt(ii)
        half_lengths = np.arctan2(np.sqrt(np.maximum(ii - half.level**2, 0)), half.level)
        at = self.parts.table.at
        for (place, node), angles, factors in self._by_rule(half_lengths, widest, weights):
            j = met[place]
            p, sines = radii[place, node, None] * np.cos(angles), radii[place, node, None] * np.sin(angles)
            value, radial = at(difference, p)
            along, across = ij[place, node] / ii[place, node, None], root[place, node] / ii[place, node, None]
            q = half.side * (along[..., None] * p[:, None, :] + across[..., None] * sines[:, None, :])
            more_value, more_radial = at(branches[choice[j]], q)
            terms = radial[:, None] * more_value + value[:, None] * more_radial
            own = [np.prod(at(branches[branch], half.side * p), axis=0) for branch in (half.outer, half.inner)]
            every = np.arange(len(j))
            terms[every, j] = 2 * (own[0] - own[1])
            np.add.at(result, j, np.einsum("ak,aik->ai", factors, terms))
        return result

    def _by_rule(self, half_lengths: np.ndarray, radii: np.ndarray, weights: np.ndarray) -> Iterator[Arcs]:
        """Arcs that one rule serves: their places, the angles of the points from the middle, and the weights."""
        rules = self.parts.rules
        chosen = np.where(weights < rules.least, -1, rules.chosen(half_lengths, radii, weights))
        for rule in np.unique(chosen[chosen >= 0]):
            which = np.nonzero(chosen == rule)
            points, gauss = legendre(ORDERS[rule])
            h = half_lengths[which][:, None]
            yield which, h * (2 * points - 1), weights[which][:, None] * h * (2 * gauss)

    def branch_corner(
        self, level: float, other: float, sign: int, products: list[tuple[int, int]]
    ) -> tuple[np.ndarray, np.ndarray]:
        """For each pair the integral from the corner on, and which line is met inside the other's half-plane: 1, 2 or 0.

        Args:
            products: of which half lines, (of i, of j).
        """
        total = np.zeros(len(self.first))
        apart = self.apart(sign)
        times, sides = self.corner_times(level, other, apart)
        met = np.flatnonzero(times < self.end)
        if not met.size or not products:
            return total, sides
        since, weights = since_corner(self.reach(times[met]), self.step, self.power)
        one, two = (self.parts.differences[[pair[side] for pair in products]] for side in (0, 1))
        if self.loops is not None:
            self.loops.corner_sums(
                self.twice, *self.pair_squares, apart, level, other, met, sides, times, since, weights, one, two,
                *self.rules, total,
            )  # fmt: skip
            return total, sides
        shrink, fall = self.shrink_and_fall(times[met, None] * since)
        ii, jj, ij, root, _ = self.blocks(shrink, met, apart)
        sine_i = np.where(sides[met] == 1, -1.0, 1.0)[:, None] * np.sqrt(np.maximum(ii - level * level, 0))
        sine_j = np.where(sides[met] == 2, 1.0, -1.0)[:, None] * np.sqrt(np.maximum(jj - other * other, 0))
        turned = (level + 1j * sine_i) * (other - 1j * sine_j) * (ij - 1j * root)
        half_lengths = np.angle(turned) / 2
        at = self.parts.table.at
        q_i, sine_q = (ij * level + root * sine_i) / ii, (sine_i * ij - level * root) / ii
        for which, angles, factors in self._by_rule(half_lengths, np.sqrt(np.maximum(ii, jj)), weights * fall):
            back = half_lengths[which][:, None] - angles
            cosines, sines = np.cos(back), np.sin(back)
            p = level * cosines + sine_i[which][:, None] * sines
            q = q_i[which][:, None] * cosines + sine_q[which][:, None] * sines
            found = 0.0
            for left, right in zip(one, two):
                (value_p, radial_p), (value_q, radial_q) = at(left, p), at(right, q)
                found = found + value_p * radial_q + radial_p * value_q
            np.add.at(total, met[which[0]], (factors * found).sum(axis=1))
        return total, sides


def branch_map(
    parts: BranchParts, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, fine: float
) -> tuple[np.ndarray, float]:
    """E sigma(y_i) sigma(y_j) less that of the part around zero, and the size of its largest addend."""
    rows = BranchRows(parts, n, eigenvalues, vectors, fine)
    size = len(vectors)
    halves = parts.halves
    # of an even or odd sigma the lines on one side, and the corners on them; at a kink at 0 the other sample may face either way
    kept = [place for place, half in enumerate(halves) if half.level > 0 and (half.side > 0 or not parts.paired)]
    times = 2.0 if parts.paired else 1.0
    upper = np.zeros(len(rows.first))
    # the branch of i where the line of each half is touched by j, at [half, j, i]
    choice = np.full((len(halves), size, size), parts.centre)
    largest = 0.0
    for (level, other, sign), products in parts.geometries.items():
        wanted = [pair for pair in products if pair[0 if level > 0 else 1] in kept]
        sums, sides = rows.branch_corner(level, other, sign, wanted)
        upper += times * sums
        largest = max(largest, float(np.abs(sums).max(initial=0)))
        for one, two in products:
            if level > 0:
                choice[one, rows.first, rows.second] += halves[two].side * (sides == 1)
            if other > 0:
                choice[two, rows.second, rows.first] += halves[one].side * (sides == 2)
    result = np.zeros((size, size))
    result[rows.first, rows.second] = result[rows.second, rows.first] = upper
    diagonal = np.arange(size)
    for place in kept:
        means = times * rows.branch_line(place, choice[place])
        largest = max(largest, float(np.abs(means).max()))
        own = means[diagonal, diagonal].copy()
        result += means + means.T
        result[diagonal, diagonal] -= own
    return result, largest


@lru_cache(maxsize=256)
def time_step(parts: BranchParts, n: int) -> float:
    """The step in time next to the largest one with which some spectra and samples have converged."""
    random = np.random.default_rng(2718)
    trials = []
    for rank in sorted({2, max(2, n - 1)}):
        for spread in (0.0, 1.5, 6.0):
            eigenvalues = np.exp(-spread * np.linspace(0, 1, rank) ** 2)
            vectors = np.linalg.qr(random.normal(size=(n, n)))[0][: min(n, 5), :rank]
            trials.append((eigenvalues, vectors, branch_map(parts, n, eigenvalues, vectors, FINEST)[0]))
    errors = []
    for step, smaller in pairwise(STEPS):
        errors.append(
            max(
                float(np.abs(branch_map(parts, n, values, vectors, step)[0] - fine).max() / (np.abs(fine).max() or 1))
                for values, vectors, fine in trials
            )
        )
        if errors[-1] < CONVERGED:
            return smaller
    return STEPS[-1]
