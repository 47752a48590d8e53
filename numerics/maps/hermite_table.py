r"""Hermite coefficients of an analytic activation as polynomials in the standard deviation, one table for each octave.

h_k(d) = E sigma(d z) phi_k(z) is analytic in d around the positive axis: some twenty Chebyshev polynomials on [D, 2 D] give it to
rounding, and a whole matrix of duals costs a small product of matrices and a power of the correlations for each order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import floor, log, log2

import numpy as np

from numerics.maps.hermite_dual import GRIDS, hermite_coefficients, hermite_rule, pairs_of
from numerics.maps.prepared import PreparedActivation
from theory.activations.base import Parity

# Chebyshev polynomials in the deviation, tried in turn; values between the nodes that must agree to ACCURATE
DEGREES = (16, 24, 34)
ACCURATE = 1e-15
BETWEEN = 9
LOG_NEGLIGIBLE = log(1e-17)
# largest |correlations| for which tables are kept
REACHES = (0.6, 0.9, 0.99, 1.0)


@dataclass(frozen=True)
class HermiteTable:
    """The coefficients for deviations from 2^(place/2) to 2^(place/2 + 1).

    Args:
        coefficients: (l, columns) from T_l of the deviation's place in the octave to h_0, h_2, ..., h_1, h_3, ..., and E sigma^2.
        counts: how many columns there are of even and of odd order.
        tails: for each parity, log of the largest sum of h_j^2 over this and later orders, relative to E sigma^2.
    """

    place: int
    coefficients: np.ndarray
    counts: tuple[int, int]
    tails: tuple[list[float], list[float]]

    @property
    def ends(self) -> tuple[float, float]:
        """The octave."""
        return 2.0 ** (self.place / 2), 2.0 ** (self.place / 2 + 1)

    def at(self, deviations: np.ndarray) -> np.ndarray:
        """(columns, deviations)."""
        low, high = self.ends
        place = (2 * deviations - (low + high)) / (high - low)
        angles = np.arccos(np.minimum(np.maximum(place, -1.0), 1.0))
        return (np.cos(np.multiply.outer(angles, np.arange(len(self.coefficients)))) @ self.coefficients).T

    def needed(self, parity: int, log_largest: float) -> int:
        """How many orders of a parity count at correlations up to exp(log_largest)."""
        tail = self.tails[parity]
        low, high = 0, len(tail)
        while low < high:
            middle = (low + high) // 2
            if tail[middle] + log_largest * (2 * middle + parity) < LOG_NEGLIGIBLE:
                high = middle
            else:
                low = middle + 1
        return low


@lru_cache(maxsize=256)
def hermite_table(sigma: PreparedActivation, place: int, reach: float) -> HermiteTable | None:
    """The table of an octave for correlations up to `reach`, None where the sums do not converge or no polynomial fits."""
    low, high = 2.0 ** (place / 2), 2.0 ** (place / 2 + 1)
    between = low + (high - low) * (np.arange(BETWEEN) + 0.3) / BETWEEN
    for degrees in DEGREES:
        angles = (np.arange(degrees, dtype=np.longdouble) + 0.5) * (4 * np.arctan(np.longdouble(1))) / degrees
        points = ((low + high) / 2 + (high - low) / 2 * np.cos(angles)).astype(np.float64)
        deviations = np.concatenate([points, between])
        found = hermite_coefficients(sigma, deviations, reach)
        if found is None:
            return None
        orders, values = _sums(sigma, deviations, found[0])
        transform = 2 * np.cos(np.multiply.outer(np.arange(degrees), angles)) / degrees
        transform[0] /= 2
        masses = values[:, -1]
        if masses.min() <= 0:
            return None
        squares = values[:, :-1] ** 2 / masses[:, None]
        even, odd = squares[:, orders % 2 == 0], squares[:, orders % 2 == 1]
        table = HermiteTable(
            place,
            (transform @ values[:degrees]).astype(np.float64),
            (even.shape[1], odd.shape[1]),
            (_tails(even), _tails(odd)),
        )
        error = np.abs(table.at(between).T - values[degrees:]) / np.sqrt(masses.min())
        if error[:, :-1].max() <= ACCURATE and error[:, -1].max() <= 2 * ACCURATE * np.sqrt(masses.min()):
            return table
    return None


def _tails(squares: np.ndarray) -> list[float]:
    sums = np.cumsum(squares[:, ::-1], axis=1)[:, ::-1].max(axis=0, initial=0.0)
    return np.log(np.maximum(sums.astype(np.float64), 1e-300)).tolist()


def _sums(sigma: PreparedActivation, deviations: np.ndarray, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orders, the even ones first, and their h_k and last E sigma^2, by the finest rule, added up in long double.

    Interpolation would double the rounding of sums in float64.
    """
    z, numbers, matrix = hermite_rule(GRIDS[-1], int(orders[-1]) + 1, sigma.parity, np.longdouble)
    samples = sigma.value(np.multiply.outer(deviations, z.astype(np.float64))).astype(np.longdouble)
    _, _, even = hermite_rule(GRIDS[-1], 2, Parity.NONE if sigma.parity is Parity.NONE else Parity.EVEN, np.longdouble)
    order = np.argsort(numbers % 2, kind="stable")
    return numbers[order], np.concatenate([samples @ matrix[:, order], samples**2 @ even[:, :1]], axis=1)


def table_dual(sigma: PreparedActivation, cosines: np.ndarray, deviations: np.ndarray) -> np.ndarray | None:
    """The dual matrix from tables, or None where there are none: Mehler's series, diagonals by E sigma^2.

    Args:
        cosines: (n, n) correlations, 1 on the diagonal.
        deviations: (n,) standard deviations.
    """
    lowest, highest = float(deviations.min()), float(deviations.max())
    if lowest <= 0:
        return None
    first, second, flat, mirrored = pairs_of(len(deviations))
    pairs = cosines.take(flat)
    largest = max(float(pairs.max()), -float(pairs.min())) if len(pairs) else 0.0
    reach = next(limit for limit in REACHES if largest <= limit)
    tables = []
    while True:
        table = hermite_table(sigma, floor(2 * log2(lowest)), reach)
        if table is None:
            return None
        tables.append(table)
        if highest <= table.ends[1]:
            break
        lowest = float(deviations[deviations > table.ends[1]].min())
    log_largest = log(max(largest, 1e-300))
    counts = [max(table.needed(parity, log_largest) for table in tables) for parity in (0, 1)]
    even, odd, masses = _coefficients(tables, counts, deviations)
    total = np.empty((len(deviations), len(deviations)))
    entries = total.ravel()
    entries[:: len(deviations) + 1] = masses
    powers = _powers(pairs * pairs, max(counts))
    sums: np.ndarray | float = 0.0
    for values, shift in ((even, None), (odd, pairs)):
        if len(values):
            products = values.take(first, axis=1)
            products *= values.take(second, axis=1)
            products *= powers[: len(values)]
            part = products.sum(axis=0)
            sums = sums + (part if shift is None else part * shift)
    entries[flat] = entries[mirrored] = sums
    return total


def _coefficients(
    tables: list[HermiteTable], counts: list[int], deviations: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """h_k of the even and of the odd orders, (k, n), and E sigma^2, (n,); each sample from its own octave's table."""
    if len(tables) == 1:
        (table,) = tables
        found = table.at(deviations)
        return found[: counts[0]], found[table.counts[0] : table.counts[0] + counts[1]], found[-1]
    even, odd = (np.zeros((count, len(deviations))) for count in counts)
    masses = np.empty(len(deviations))
    edges = [0.0, *(table.ends[1] for table in tables)]
    for table, (low, high) in zip(tables, pairwise(edges)):
        members = (deviations > low) & (deviations <= high)
        found = table.at(deviations[members])
        evens, odds = (min(count, has) for count, has in zip(counts, table.counts))
        even[:evens, members] = found[:evens]
        odd[:odds, members] = found[table.counts[0] : table.counts[0] + odds]
        masses[members] = found[-1]
    return even, odd, masses


def _powers(base: np.ndarray, count: int) -> np.ndarray:
    """1, base, base^2, ..., (count, pairs), by doubling."""
    powers = np.empty((count, len(base)))
    powers[:1] = 1.0
    known, square = 1, base
    while known < count:
        more = min(known, count - known)
        np.multiply(powers[:more], square, out=powers[known : known + more])
        known += more
        square = square * square
    return powers
