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
# the spacing of the nodes misses e^-TAIL of the largest integrand at most
TAIL = 42.0
# the range of log time since a corner was met that counts, over the power that the integral starts like: the integrand starts like
# the power 3/2 of that time at least, where sigma jumps at 0 like the power 1/2
CORNER_TAIL, POWER, POWER_OF_JUMPS = 37.0, 2.5, 1.5
# the larger, the more evenly are the nodes since a corner spaced in log time
FLAT = 4.0
# nodes come in multiples of the numbers that a processor's vector holds
LANES = 8
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


@lru_cache(maxsize=64)
def since_corner(reach: float, step: float, power: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t over the time a corner was met, and weights of int dt/(4 pi t), up to exp(reach).

    log tau = s - exp(-s / FLAT) widens the step towards the corner: there the integrand is so small that the nodes may come
    nearer to its singularities.
    """
    tail = CORNER_TAIL / power
    low = -FLAT * np.log(tail)
    for _ in range(20):
        low -= (low - np.exp(-low / FLAT) + tail) / (1 + np.exp(-low / FLAT) / FLAT)
    count = LANES * int(np.ceil(((reach - low) / step + 1) / LANES)) - 1
    s = np.linspace(low, reach, count + 1)
    tau = np.exp(s - np.exp(-s / FLAT))
    return 1 + tau, (reach - low) / count * (1 + np.exp(-s / FLAT) / FLAT) * tau / (1 + tau) / (4 * np.pi)


@lru_cache(maxsize=64)
def _line_step(rank: int) -> float:
    """Spacing of the nodes of `since_line`; at an angle a above the line det^(-1/2) has grown by cos(a)^(-rank) at most."""
    angles = np.linspace(0, np.pi / 2, 60)[1:-1]
    return float((2 * np.pi * angles / (TAIL - rank * np.log(np.cos(angles)))).max())


@lru_cache(maxsize=64)
def since_line(reach: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t over the time a line was met, and weights of int dt/(4 pi t), up to exp(reach).

    The integrand is an odd function of y, t over the time being 1 + y^2, so that dt makes it even; its singularities lie at
    t = 0, y^2 = -1, and beyond, at t = -1/(2 lambda): y = sinh s, and half a trapezoid rule.
    """
    end = np.arccosh(np.exp(reach / 2))
    count = LANES * int(np.ceil(end / step / LANES))
    s = end / count * np.arange(1, count + 1)
    return np.cosh(s) ** 2, end / count * np.tanh(s) / (2 * np.pi)


@lru_cache(maxsize=1)
def compiled_module() -> Any:
    """The module of compiled loops, None where numba is not installed."""
    try:
        return importlib.import_module("numerics.maps.compiled_corners")
    except ImportError:
        return None


class Rows:
    """The ellipses of n normalised samples, by the rows of eigenvectors of their covariance."""

    def __init__(
        self, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, degree: int, lowest: float, fine: float, jumps: bool
    ):
        # an eigenvalue 0 more where their number is odd: the compiled loops take two at a time
        odd = len(eigenvalues) % 2
        self.twice = np.concatenate([2 * eigenvalues, np.zeros(odd)])
        self.scaled = np.concatenate([np.sqrt(n) * vectors, np.zeros((len(vectors), odd))], axis=1)
        self.squares = self.scaled**2
        self.first, self.second = upper_pairs(len(vectors), 1)
        self.degree = degree
        self.step, self.line_step = fine * _step(len(eigenvalues)), fine * _line_step(len(eigenvalues))
        self.power = POWER_OF_JUMPS if jumps else POWER
        self.known_times: dict[float, np.ndarray] = {}
        self.compiled = compiled_module()
        log_end = nodes.upper_end(eigenvalues)
        # an ellipse of radius `lowest` is not there before 2 t n = lowest^2
        log_start = min(np.log(lowest**2 / (2 * n * eigenvalues.max())), log_end - 1)
        self.start, self.end = np.exp(log_start), np.exp(log_end)
        self.log_grid = np.linspace(log_start, log_end, GRID)

    @cached_property
    def shrink_grid(self) -> np.ndarray:
        return self.shrink(np.exp(self.log_grid))

    @cached_property
    def radii_grid(self) -> np.ndarray:
        return self.shrink_grid @ self.squares.T

    @cached_property
    def pair_squares(self) -> tuple[np.ndarray, np.ndarray]:
        """Squares of the entries of the two samples of each pair, (rank, pairs)."""
        columns = np.ascontiguousarray(self.squares.T)
        return columns.take(self.first, axis=1), columns.take(self.second, axis=1)

    def reach(self, times: np.ndarray) -> float:
        """Log of the end over the first of many times, rounded up: samples and pairs share their nodes, and few are kept."""
        return max(1.0, float(np.ceil(np.log(self.end / times.min(initial=self.end)))))

    def shrink(self, t: np.ndarray) -> np.ndarray:
        return self.shrink_and_fall(t)[0]

    def shrink_and_fall(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """2 t lambda / (1 + 2 t lambda), (..., rank), and det(I + 2 t S)^(-1/2)."""
        grown = np.multiply.outer(self.twice, t)
        above = 1 + grown
        # sums along the first axis are the fast ones
        shrink = np.ascontiguousarray(np.moveaxis(grown / above, 0, -1))
        return shrink, 1 / np.sqrt(np.multiply.reduce(above, axis=0))

    def apart(self, sign: int) -> np.ndarray:
        """Squares of the entries of sample i minus sign times sample j, (rank, pairs)."""
        columns = self.scaled.T
        return (columns.take(self.first, axis=1) - sign * columns.take(self.second, axis=1)) ** 2

    def line_times(self, level: float) -> np.ndarray:
        """When each sample's ellipse reaches a level, `end` where it does not before."""
        if level not in self.known_times:
            self.known_times[level] = self._line_times(level) if level else np.full(len(self.squares), self.start)
        return self.known_times[level]

    def _line_times(self, level: float) -> np.ndarray:
        goal = level * level
        times = np.full(len(self.squares), self.end)
        if self.compiled is not None:
            columns = np.ascontiguousarray(self.squares.T)
            self.compiled.line_times(self.twice, columns, goal, self.start, self.end, LINE_STEPS, times)
            return times

        def excess(found: np.ndarray, log_t: np.ndarray) -> np.ndarray:
            return (self.shrink(np.exp(log_t)) * self.squares[found]).sum(axis=1) - goal

        met, log_t = _first_times(excess, self.log_grid, self.radii_grid - goal)
        times[met] = np.exp(log_t)
        return times

    def line_ellipses(self, level: float) -> tuple[np.ndarray, ...]:
        """The samples met that reach a level, and from then on, at the nodes: ii, jj and ij with all samples, and the weights.

        Returns:
            (met,), (met, nodes), (met, nodes, rows) twice, (met, nodes).
        """
        times = self.line_times(level)
        met = np.flatnonzero(times < self.end)
        since, weights = since_line(self.reach(times[met]), self.line_step)
        shrink, fall = self.shrink_and_fall(times[met, None] * since)
        weighted = shrink * self.scaled[met, None, :]
        ij = weighted @ self.scaled.T
        ii = np.ascontiguousarray(ij[np.arange(len(met)), :, met])
        return met, ii, shrink @ self.squares.T, ij, weights * fall

    def line_means(self, half: HalfLine) -> np.ndarray:
        """E phi(side y_j) (side y_i)^l for the part phi of a half line at [l, j, i], l up to the degree."""
        rows = len(self.scaled)
        result = np.zeros((self.degree + 1, rows, rows))
        met, ii, jj, ij, weights = self.line_ellipses(half.level)
        if not met.size:
            return result
        if self.compiled is not None:
            self.compiled.line_means(met, ii, jj, ij, weights, half.level, np.array(half.polynomial), result)
            return result
        ii = ii[..., None]
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
        features = np.stack(
            [self.squares[self.first[pairs]], self.squares[self.second[pairs]], apart.T[pairs]], axis=-1
        )
        ii, jj, difference = np.moveaxis(np.matmul(shrink, features), -1, 0)
        return (*_completed(ii, jj, difference), difference)

    def corner_times(self, level: float, other: float, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """When each pair's ellipse meets the corner, `end` where never, and which line is met inside the other's half-plane.

        Returns:
            (pairs,) times, and 1 for the line of i, 2 for that of j, 0 for none.
        """
        if self.compiled is not None:
            count = len(self.first)
            times, sides = np.empty(count), np.empty(count, dtype=np.int64)
            begun = np.maximum(self.line_times(level)[self.first], self.line_times(other)[self.second])
            pairs = self.twice, *self.pair_squares, apart, level, other
            self.compiled.corner_times(*pairs, begun, self.end, COMPILED_STEPS, TIE, times, sides)
            return times, sides
        every = np.arange(len(self.first))

        def excess(found: np.ndarray, log_t: np.ndarray) -> np.ndarray:
            ii, jj, _, root, difference = self.blocks(self.shrink(np.exp(log_t))[:, None, :], found, apart)
            return _inside(ii, jj, root, difference, level, other)[:, 0]

        ii, jj = self.radii_grid[:, self.first], self.radii_grid[:, self.second]
        difference = self.shrink_grid @ apart
        _, _, _, root = _completed(ii, jj, difference)
        met, log_t = _first_times(excess, self.log_grid, _inside(ii, jj, root, difference, level, other))
        times = np.full(len(every), self.end)
        times[met] = np.exp(log_t)
        ii, jj, ij, _, _ = (b[:, 0] for b in self.blocks(self.shrink(times)[:, None, :], every, apart))
        tie = TIE * (level + other) * np.maximum(ii, jj)
        line_i, line_j = other * ii - level * ij < tie, level * jj - other * ij < tie
        return times, np.where(line_i, 1, np.where(line_j, 2, 0))

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
        times, sides = self.corner_times(level, other, apart)
        line_i, line_j = sides == 1, sides == 2
        total = np.zeros(len(times))
        met = np.flatnonzero(times < self.end)
        if not met.size:
            return total, line_i, line_j
        since, weights = since_corner(self.reach(times[met]), self.step, self.power)
        shrink, fall = self.shrink_and_fall(times[met, None] * since)
        ii, jj, ij, root, _ = self.blocks(shrink, met, apart)
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
        total[met] = (weights * fall * arcs).sum(axis=1)
        return total, line_i, line_j

    def _compiled_sums(
        self, level: float, other: float, apart: np.ndarray, coefficients: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        total = np.zeros(len(self.first))
        times, sides = self.corner_times(level, other, apart)
        pairs = self.twice, *self.pair_squares, apart, level, other
        met = np.flatnonzero(times < self.end)
        if met.size:
            since, weights = since_corner(self.reach(times[met]), self.step, self.power)
            slope, turn = np.empty((met.size, since.size)), np.empty((2, met.size, since.size))
            self.compiled.corner_arcs(*pairs, met, sides, times, since, weights, coefficients, total, slope, turn)
            total[met] += (slope * np.arctan2(turn[1], turn[0])).sum(axis=1)
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


@dataclass(frozen=True)
class _Plan:
    """What corner_map needs of an activation: which integrals to take, and how the map is put together from them.

    Args:
        lines: the half lines whose means are taken.
        functionals: (lines, 2 + 2 corners, degree + 1) polynomials to be integrated against them: for the map and its
            transpose; for the diagonal; for each corner, where line i or line j is met inside the other's half-plane.
        corners: level, other level, relative sign, and the coefficients of u_i^k u_j^l in the product of the parts.
    """

    lines: tuple[HalfLine, ...]
    functionals: np.ndarray
    corners: tuple[tuple[float, float, int, np.ndarray], ...]


@lru_cache(maxsize=64)
def _plan(parts: Parts) -> _Plan:
    halves = (*parts.beyond, *((parts.at_zero,) if parts.at_zero else ()))
    width = max(len(p) for p in (parts.polynomial, *(half.polynomial for half in halves)))
    lines: list[HalfLine] = []
    # the law is symmetric: a half line and its mirror image share their means
    shared: dict[HalfLine, tuple[int, float]] = {}
    for half in parts.beyond:
        for sign in (1.0, -1.0):
            polynomial = tuple(sign * c for c in half.polynomial)
            alike = (k for k, line in enumerate(lines) if (line.level, line.polynomial) == (half.level, polynomial))
            place = next(alike, None)
            if place is not None:
                shared[half] = place, sign
                break
        else:
            shared[half] = len(lines), 1.0
            lines.append(half)
    geometries = _geometries(halves)
    functionals = np.zeros((len(lines), 2 + 2 * len(geometries), width))

    def add(row: int, half: HalfLine, polynomial: Polynomial, side: int) -> None:
        place, factor = shared[half]
        functionals[place, row, : len(polynomial)] += (
            factor * np.array(polynomial) * float(side) ** np.arange(len(polynomial))
        )

    for half in parts.beyond:
        add(0, half, parts.polynomial, half.side)
    for one in halves:
        for other in halves:
            outer, inner = (one, other) if one.level >= other.level else (other, one)
            if outer.level > 0 and outer.side == inner.side:
                add(1, outer, inner.polynomial, 1)
    corners = []
    for place, ((level, beside, sign), pairs) in enumerate(geometries.items()):
        wide = max(len(half.polynomial) for pair in pairs for half in pair)
        coefficients = np.zeros((wide, wide))
        for one, two in pairs:
            coefficients[: len(one.polynomial), : len(two.polynomial)] += np.outer(one.polynomial, two.polynomial)
            # the other sample's coordinate towards its own line is sign times the one towards this line
            if level > 0:
                add(2 + 2 * place, one, two.polynomial, sign)
            if beside > 0:
                add(3 + 2 * place, two, one.polynomial, sign)
        corners.append((level, beside, sign, coefficients))
    return _Plan(tuple(lines), functionals, tuple(corners))


def corner_map(parts: Parts, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, fine: float) -> np.ndarray:
    """E sigma(y_i) sigma(y_j) less that of the parts without kinks away from 0.

    Args:
        fine: 1, or less for more nodes.
    """
    plan = _plan(parts)
    degree = plan.functionals.shape[-1] - 1
    jumps = parts.at_zero is not None and parts.at_zero.polynomial[0] != 0
    rows = Rows(n, eigenvalues, vectors, degree, min(half.level for half in parts.beyond), fine, jumps)
    size = len(vectors)
    flat = sum(
        functionals @ rows.line_means(line).reshape(degree + 1, -1)
        for line, functionals in zip(plan.lines, plan.functionals, strict=True)
    )
    cross, alike, *inside = flat.reshape(-1, size, size)
    result = cross + cross.T
    np.fill_diagonal(result, result.diagonal() + alike.diagonal())
    upper = np.zeros(len(rows.first))
    for (level, other, sign, coefficients), of_i, of_j in zip(plan.corners, inside[::2], inside[1::2], strict=True):
        sums, line_i, line_j = rows.corner_sums(level, other, sign, coefficients)
        upper += sums + np.where(line_i, of_i[rows.first, rows.second], 0)
        upper += np.where(line_j, of_j[rows.second, rows.first], 0)
    result[rows.first, rows.second] += upper
    result[rows.second, rows.first] += upper
    return result


def _geometries(halves: tuple[HalfLine, ...]) -> dict[tuple[float, float, int], list[tuple[HalfLine, HalfLine]]]:
    """Ordered pairs of half lines by their levels and relative sign: a pair and its mirror image share their integrals."""
    found: dict[tuple[float, float, int], list[tuple[HalfLine, HalfLine]]] = {}
    for one in halves:
        for two in halves:
            if one.level > 0 or two.level > 0:
                found.setdefault((one.level, two.level, one.side * two.side), []).append((one, two))
    return found
