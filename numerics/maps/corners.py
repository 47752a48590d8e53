r"""Piecewise polynomials with kinks away from 0 under batch normalisation: one integral for each pair and corner of two kinks.

sigma is a part without kinks away from 0 plus half-line parts phi_a(x) = q_a(x) 1[x beyond a].  A mean of phi_a(y_i) h(y_j), h a
polynomial, is an integral over t from where the ellipse of y_i reaches a; a mean of phi_a(y_i) phi_b(y_j) is one of these or
nothing, and an integral from where the ellipse of the pair passes the corner (a, b), over an arc that ends on the two lines
(docs/derivations/mean_field_map.md, (9)).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from numerics.maps import nodes
from numerics.maps.circle import upper_pairs
from numerics.maps.prepared import Polynomial, PreparedActivation

# first times are looked for between this many times, and found by this many steps of regula falsi
GRID, ROOT_STEPS, COMPILED_STEPS, LINE_STEPS = 48, 8, 14, 20
# e^-TAIL is what the nodes may miss, and the range of log time since a corner was met that counts: the integrand starts
# like the power 3/2 of that time at least
TAIL = 37.0
CORNER_TAIL = TAIL / 2.5
# an ellipse that touches a line this close to a corner, relatively, may be taken to touch on either side of it
TIE = 1e-13


@dataclass(frozen=True)
class HalfLine:
    """q(side x) for side x > level >= 0; coefficients of q lowest first."""

    level: float
    side: int
    polynomial: Polynomial


@dataclass(frozen=True)
class Parts:
    """A piecewise polynomial as a polynomial, a part that begins at 0 (None without a kink there) and parts beyond."""

    polynomial: Polynomial
    at_zero: HalfLine | None
    beyond: tuple[HalfLine, ...]


def _difference(p: Polynomial, q: Polynomial, side: int) -> Polynomial:
    """p - q as a polynomial in side x."""
    size = max(len(p), len(q))
    one, two = (np.pad(c, (0, size - len(c))) for c in (p, q))
    return tuple(((one - two) * float(side) ** np.arange(size)).tolist())


@lru_cache(maxsize=64)
def parts_of(sigma: PreparedActivation) -> Parts | None:
    """The parts of a piecewise polynomial with kinks away from 0, None for other activations."""
    if sigma.polynomials is None or not any(sigma.kinks):
        return None
    pieces = sigma.polynomials
    halves = []
    for place, kink in enumerate(sigma.kinks):
        side = -1 if kink < 0 else 1
        outer, inner = (place + 1, place) if side > 0 else (place, place + 1)
        halves.append(HalfLine(abs(kink), side, _difference(pieces[outer], pieces[inner], side)))
    at_zero = next((half for half in halves if half.level == 0), None)
    return Parts(
        pieces[sum(kink < 0 for kink in sigma.kinks)], at_zero, tuple(half for half in halves if half.level > 0)
    )


@dataclass(frozen=True)
class _Ends:
    """One end of an arc: p, q, and the sines of their angles times the radii."""

    p: np.ndarray
    q: np.ndarray
    sine_p: np.ndarray
    sine_q: np.ndarray


def _arc_sum(
    coefficients: np.ndarray,
    ii: np.ndarray,
    jj: np.ndarray,
    ij: np.ndarray,
    length: np.ndarray,
    low: _Ends,
    high: _Ends,
) -> np.ndarray:
    """The integral over an arc of sum c_kl (k + l) p^k q^l, p = r_i cos psi, q = r_j cos(psi - beta).

    By parts, R_kl = (k + l) int p^k q^l = [r_i sin psi p^(k-1) q^l] + (k-1) ii int p^(k-2) q^l + l ij int p^(k-1) q^(l-1).
    """
    known: dict[tuple[int, int], np.ndarray] = {}

    def radial(k: int, l: int) -> np.ndarray:
        if (k, l) not in known:
            if k == 0:
                value = high.sine_q * high.q ** (l - 1) - low.sine_q * low.q ** (l - 1)
                if l > 1:
                    value = value + (l - 1) * jj * plain(0, l - 2)
            else:
                value = high.sine_p * high.p ** (k - 1) * high.q**l - low.sine_p * low.p ** (k - 1) * low.q**l
                if k > 1:
                    value = value + (k - 1) * ii * plain(k - 2, l)
                if l > 0:
                    value = value + l * ij * plain(k - 1, l - 1)
            known[k, l] = value
        return known[k, l]

    def plain(k: int, l: int) -> np.ndarray:
        return length if k == l == 0 else radial(k, l) / (k + l)

    total = np.zeros(np.broadcast_shapes(length.shape, ij.shape))
    for (k, l), c in np.ndenumerate(coefficients):
        if c != 0 and k + l > 0:
            total += c * radial(k, l)
    return total


def _first_times(
    excess: Callable[[np.ndarray, np.ndarray], np.ndarray], log_grid: np.ndarray, on_grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which of many increasing functions turn positive on a grid of log t, and log t where they do.

    Args:
        excess: of the functions' numbers and one log t for each.
        on_grid: (times, count) their values on the grid.
    """
    found = np.flatnonzero(on_grid[-1] > 0)
    right = np.maximum((on_grid[:, found] > 0).argmax(axis=0), 1)
    a, b = log_grid[right - 1], log_grid[right]
    fa, fb = on_grid[right - 1, found], on_grid[right, found]
    middle, last = a, np.zeros(len(found))
    for _ in range(ROOT_STEPS):
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = np.where(fb > fa, (a * fb - b * fa) / (fb - fa), a)
        value = excess(found, middle)
        up = value > 0
        side = np.where(up, 1.0, -1.0)
        # Illinois: the value at an end that stays for the second time is halved
        stays = np.where(side == last, 0.5, 1.0)
        fa, fb, last = np.where(up, fa * stays, value), np.where(up, value, fb * stays), side
        a, b = np.where(up, a, middle), np.where(up, middle, b)
    return found, middle


@lru_cache(maxsize=64)
def _step(rank: int) -> float:
    """Spacing of nodes in log tau, tau the time since a corner was met.

    The singularities of the integrands lie at negative tau, -start - 1/(2 lambda) and the times before `start` that another
    line was met: pi away from the line of log tau.  At an angle a above the line det^(-1/2) has grown by sin(a)^(-rank/2)
    at most.
    """
    angles = np.linspace(np.pi / 2, np.pi, 60)[:-1]
    return float((2 * np.pi * angles / (TAIL - rank / 2 * np.log(np.sin(angles)))).max())


def _times_since(start: np.ndarray, log_end: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes tau = t - start, one row for each start, and weights of int d tau up to exp(log_end)."""
    low = np.log(start) - CORNER_TAIL
    count = int(np.ceil((log_end - low.min()) / step))
    steps = (log_end - low) / count
    tau = np.exp(low[:, None] + steps[:, None] * np.arange(count + 1))
    return tau, steps[:, None] * tau


@lru_cache(maxsize=64)
def _line_step(rank: int) -> float:
    """Spacing of the nodes of `_times_on`; at an angle a above the line det^(-1/2) has grown by cos(a)^(-rank) at most."""
    angles = np.linspace(0, np.pi / 2, 60)[1:-1]
    return float((2 * np.pi * angles / (TAIL - rank * np.log(np.cos(angles)))).max())


def _times_on(start: np.ndarray, log_end: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes tau since a line was met, and weights.

    The integrand is an odd function of y = sqrt(tau), so that dtau makes it even; its singularities lie at t = 0, y^2 = -start,
    and beyond, at t = -1/(2 lambda): y = sqrt(start) sinh s, and half a trapezoid rule.
    """
    c = np.sqrt(start)
    reach = np.arcsinh(np.sqrt(np.maximum(np.exp(log_end) - start, 0)) / c)
    count = max(1, int(np.ceil(reach.max() / step)))
    steps = reach[:, None] / count
    s = steps * np.arange(1, count + 1)
    y = c[:, None] * np.sinh(s)
    return y * y, 2 * steps * c[:, None] * np.cosh(s) * y


@lru_cache(maxsize=1)
def compiled_module() -> Any:
    """The module of compiled loops, None where numba is not installed."""
    try:
        return importlib.import_module("numerics.maps.compiled_corners")
    except ImportError:
        return None


class _Rows:
    """The ellipses of n normalised samples, by the rows of eigenvectors of their covariance."""

    def __init__(self, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, degree: int, lowest: float, fine: float):
        self.twice = 2 * eigenvalues
        self.scaled = np.sqrt(n) * vectors
        self.squares = self.scaled**2
        self.first, self.second = upper_pairs(len(vectors), 1)
        self.degree = degree
        self.step, self.line_step = fine * _step(len(eigenvalues)), fine * _line_step(len(eigenvalues))
        self.known_times: dict[float, tuple[np.ndarray, np.ndarray]] = {}
        self.compiled = compiled_module()
        self.log_end = nodes.upper_end(eigenvalues)
        # an ellipse of radius `lowest` is not there before 2 t n = lowest^2
        log_start = min(np.log(lowest**2 / (2 * n * eigenvalues.max())), self.log_end - 1)
        self.log_grid = np.linspace(log_start, self.log_end, GRID)

    @cached_property
    def shrink_grid(self) -> np.ndarray:
        return self.shrink(np.exp(self.log_grid))

    @cached_property
    def radii_grid(self) -> np.ndarray:
        return self.shrink_grid @ self.squares.T

    def shrink(self, t: np.ndarray) -> np.ndarray:
        grown = t[..., None] * self.twice
        return grown / (1 + grown)

    def times_since(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        tau, weights = _times_since(start, self.log_end, self.step)
        return start[:, None] + tau, weights

    def weights(self, t: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Those of int dt/(2t) det(I + 2 t S)^(-1/2) C[...], C a mean over the turn."""
        return weights / (4 * np.pi * t * np.sqrt(np.multiply.reduce(1 + t[..., None] * self.twice, axis=-1)))

    def apart(self, sign: int) -> np.ndarray:
        """Squares of the entries of sample i minus sign times sample j, (pairs, rank)."""
        return (self.scaled[self.first] - sign * self.scaled[self.second]) ** 2

    def line_times(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Which samples' ellipses reach a level, and log t when they do."""
        if level not in self.known_times:
            self.known_times[level] = self._line_times(level)
        return self.known_times[level]

    def _line_times(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        goal = level * level
        if self.compiled is not None:
            times = np.empty(len(self.squares))
            self.compiled.line_times(self.twice, self.squares, goal, *self.log_grid[[0, -1]], LINE_STEPS, times)
            met = np.flatnonzero(times < self.log_end)
            return met, times[met]

        def excess(found: np.ndarray, log_t: np.ndarray) -> np.ndarray:
            return (self.shrink(np.exp(log_t)) * self.squares[found]).sum(axis=1) - goal

        return _first_times(excess, self.log_grid, self.radii_grid - goal)

    def line_means(self, half: HalfLine) -> np.ndarray:
        """E phi(side y_j) (side y_i)^l for the part phi of a half line at [l, j, i], l up to the degree."""
        rows = len(self.scaled)
        result = np.zeros((self.degree + 1, rows, rows))
        met, log_t = self.line_times(half.level)
        if not met.size:
            return result
        start = np.exp(log_t)
        tau, weights = _times_on(start, self.log_end, self.line_step)
        t = start[:, None] + tau
        if self.compiled is not None:
            polynomial = np.array(half.polynomial)
            self.compiled.line_means(self.twice, self.scaled, met, t, weights, half.level, polynomial, result)
            return result
        weights = self.weights(t, weights)
        weighted = self.shrink(t) * self.scaled[met, None, :]
        ij = weighted @ self.scaled.T
        ii = (weighted * self.scaled[met, None, :]).sum(axis=-1)[..., None]
        jj = self.shrink(t) @ self.squares.T
        reach = np.sqrt(np.maximum(ii - half.level**2, 0))
        side = np.sqrt(np.maximum(ii * jj - ij * ij, 0))
        ends = [
            _Ends(
                np.full_like(reach, half.level),
                (ij * half.level + sign * side * reach) / ii,
                sign * reach,
                (sign * reach * ij - half.level * side) / ii,
            )
            for sign in (-1, 1)
        ]
        length = 2 * np.arctan2(reach, half.level)
        for l in range(self.degree + 1):
            coefficients = np.zeros((len(half.polynomial), l + 1))
            coefficients[:, l] = half.polynomial
            result[l, met] = (weights[..., None] * _arc_sum(coefficients, ii, jj, ij, length, *ends)).sum(axis=1)
        return result

    def blocks(self, shrink: np.ndarray, pairs: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, ...]:
        """(ii, jj, ij, the squared root of the determinant, ii + jj - 2 ij) of pairs at their times.

        Args:
            shrink: (pairs, ..., rank).
        """
        features = np.stack([self.squares[self.first[pairs]], self.squares[self.second[pairs]], apart[pairs]], axis=-1)
        ii, jj, difference = np.moveaxis(np.matmul(shrink, features), -1, 0)
        return (*_completed(ii, jj, difference), difference)

    def corner_sums(self, level: float, other: float, sign: int, coefficients: np.ndarray) -> tuple[np.ndarray, ...]:
        """For each pair the integral from the corner on, and whether line i or line j is met inside the other's half-plane.

        Args:
            level, other: of the lines of i and of j.
            sign: of j against i.
            coefficients: of u_i^k u_j^l in the product of the parts, u measured towards each line.
        """
        apart = self.apart(sign)
        if self.compiled is not None:
            return self._compiled_sums(level, other, apart, coefficients)
        every = np.arange(len(self.first))

        def excess(found: np.ndarray, log_t: np.ndarray) -> np.ndarray:
            ii, jj, _, root, difference = self.blocks(self.shrink(np.exp(log_t))[:, None, :], found, apart)
            return _inside(ii, jj, root, difference, level, other)[:, 0]

        ii, jj = self.radii_grid[:, self.first], self.radii_grid[:, self.second]
        difference = self.shrink_grid @ apart.T
        _, _, _, root = _completed(ii, jj, difference)
        met, log_t = _first_times(excess, self.log_grid, _inside(ii, jj, root, difference, level, other))
        touched = np.full(len(every), self.log_end)
        touched[met] = log_t
        ii, jj, ij, _, _ = (b[:, 0] for b in self.blocks(self.shrink(np.exp(touched))[:, None, :], every, apart))
        tie = TIE * (level + other) * np.maximum(ii, jj)
        line_i, line_j = other * ii - level * ij < tie, level * jj - other * ij < tie
        line_j &= ~line_i
        total = np.zeros(len(every))
        if not met.size:
            return total, line_i, line_j
        t, weights = self.times_since(np.exp(log_t))
        ii, jj, ij, root, _ = self.blocks(self.shrink(t), met, apart)
        # the line of i is crossed at psi = side_i * angle, that of j at psi - beta = side_j * angle
        side_i = np.where(line_i[met], -1.0, 1.0)[:, None]
        side_j = np.where(line_j[met], 1.0, -1.0)[:, None]
        sine_i = side_i * np.sqrt(np.maximum(ii - level * level, 0))
        sine_j = side_j * np.sqrt(np.maximum(jj - other * other, 0))
        high = _Ends(
            np.full_like(ii, level), (ij * level + root * sine_i) / ii, sine_i, (sine_i * ij - level * root) / ii
        )
        low = _Ends(
            (ij * other - root * sine_j) / jj, np.full_like(jj, other), (sine_j * ij + other * root) / jj, sine_j
        )
        turned = (level + 1j * sine_i) * (other - 1j * sine_j) * (ij - 1j * root)
        arcs = _arc_sum(coefficients, ii, jj, ij, np.angle(turned), low, high)
        total[met] = (self.weights(t, weights) * arcs).sum(axis=1)
        return total, line_i, line_j

    def _compiled_sums(
        self, level: float, other: float, apart: np.ndarray, coefficients: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        count = len(self.first)
        starts = np.full((len(self.scaled), 2), self.log_end)
        for side, height in enumerate((level, other)):
            if height == 0:
                starts[:, side] = self.log_grid[0]
            else:
                met, log_t = self.line_times(height)
                starts[met, side] = log_t
        log_t, sides, total = np.empty(count), np.empty(count, dtype=np.int64), np.zeros(count)
        pairs = self.twice, self.squares, apart, self.first, self.second, level, other
        self.compiled.corner_times(*pairs, starts, self.log_end, COMPILED_STEPS, TIE, log_t, sides)
        met = np.flatnonzero(log_t < self.log_end)
        if met.size:
            t, weights = self.times_since(np.exp(log_t[met]))
            self.compiled.corner_sums(*pairs, met, sides, t, weights, coefficients, total)
        return total, sides == 1, sides == 2


def _completed(ii: np.ndarray, jj: np.ndarray, difference: np.ndarray) -> tuple[np.ndarray, ...]:
    """ii, jj, ij, and the root of the determinant from ii + jj - 2 ij: accurate for samples that nearly agree."""
    lengths = np.sqrt(ii * jj)
    gap = difference - (ii - jj) ** 2 / (ii + jj + 2 * lengths)
    with np.errstate(divide="ignore", invalid="ignore"):
        versed = np.clip(np.where(lengths > 0, gap / (2 * lengths), 0), 0, 2)
    return ii, jj, lengths * (1 - versed), lengths * np.sqrt(versed * (2 - versed))


def _inside(
    ii: np.ndarray, jj: np.ndarray, root: np.ndarray, difference: np.ndarray, level: float, other: float
) -> np.ndarray:
    """Positive where the ellipse contains the corner (level, other)."""
    apart = level * other * difference + (level - other) * (level * jj - other * ii)
    return root * root - apart


def corner_map(parts: Parts, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, fine: float) -> np.ndarray:
    """E sigma(y_i) sigma(y_j) less that of the parts without kinks away from 0.

    Args:
        fine: 1, or less for more nodes.
    """
    halves = (*parts.beyond, *((parts.at_zero,) if parts.at_zero else ()))
    degree = max(len(p) for p in (parts.polynomial, *(half.polynomial for half in halves))) - 1
    rows = _Rows(n, eigenvalues, vectors, degree, min(half.level for half in parts.beyond), fine)
    means: dict[HalfLine, np.ndarray] = {}
    for half in parts.beyond:
        mirrored = HalfLine(half.level, -half.side, half.polynomial)
        opposite = HalfLine(half.level, -half.side, tuple(-c for c in half.polynomial))
        # the law is symmetric
        if mirrored in means:
            means[half] = means[mirrored]
        else:
            means[half] = -means[opposite] if opposite in means else rows.line_means(half)
    size = len(vectors)
    result = np.zeros((size, size))
    for half in parts.beyond:
        signed = np.array(parts.polynomial) * float(half.side) ** np.arange(len(parts.polynomial))
        cross = _contracted(signed, means[half])
        result += cross + cross.T
    diagonal = np.arange(size)
    for one in halves:
        for other in halves:
            outer, inner = (one, other) if one.level >= other.level else (other, one)
            if outer.level > 0 and outer.side == inner.side:
                result[diagonal, diagonal] += _contracted(np.array(inner.polynomial), means[outer])[diagonal, diagonal]
    upper = np.zeros(len(rows.first))
    for (level, other, sign), pairs in _geometries(halves).items():
        width = max(len(h.polynomial) for pair in pairs for h in pair)
        coefficients = np.zeros((width, width))
        inside_j, inside_i = np.zeros((size, size)), np.zeros((size, size))
        for one, two in pairs:
            coefficients[: len(one.polynomial), : len(two.polynomial)] += np.outer(one.polynomial, two.polynomial)
            # the other sample's coordinate towards its own line is sign times the one towards this line
            if level > 0:
                inside_j += _contracted(_signed(two.polynomial, sign), means[one])
            if other > 0:
                inside_i += _contracted(_signed(one.polynomial, sign), means[two])
        sums, line_i, line_j = rows.corner_sums(level, other, sign, coefficients)
        upper += sums + np.where(line_i, inside_j[rows.first, rows.second], 0)
        upper += np.where(line_j, inside_i[rows.second, rows.first], 0)
    result[rows.first, rows.second] += upper
    result[rows.second, rows.first] += upper
    return result


def _signed(polynomial: Polynomial, sign: int) -> np.ndarray:
    return np.array(polynomial) * float(sign) ** np.arange(len(polynomial))


def _contracted(polynomial: np.ndarray, means: np.ndarray) -> np.ndarray:
    return np.tensordot(polynomial, means[: len(polynomial)], axes=1)


def _geometries(halves: tuple[HalfLine, ...]) -> dict[tuple[float, float, int], list[tuple[HalfLine, HalfLine]]]:
    """Ordered pairs of half lines by their levels and relative sign: a pair and its mirror image share their integrals."""
    found: dict[tuple[float, float, int], list[tuple[HalfLine, HalfLine]]] = {}
    for one in halves:
        for two in halves:
            if one.level > 0 or two.level > 0:
                found.setdefault((one.level, two.level, one.side * two.side), []).append((one, two))
    return found
