"""Means of bounded variables by betting: e-processes and confidence sequences valid at any stopping time.

A gambler starts with capital 1 and bets against "the mean is m". For nonnegative u with mean at most m, the factor
1 + c (u/m - 1), 0 <= c < 1, is nonnegative and has mean at most 1, so that the average over a fixed grid of c of the
products of these factors is a nonnegative supermartingale: by Ville's inequality it ever reaches 1/alpha with a
probability of at most alpha. With u = X - lower it tests "E X <= m", with u = upper - X it tests "E X >= m".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.simulation.error_budget import check_level

__all__ = ["BoundedMean", "EProcess", "Interval"]

# Fractions of the largest bet that cannot ruin the gambler. Near 1: few, extreme observations; small: many, near the
# mean (the best one falls like 1/sqrt(number), so 2^-22 serves some 10^11 observations). Mixing costs log(27).
_FRACTIONS = np.array([1 - 2.0**-k for k in (5, 4, 3, 2)] + [3 / 8] + [2.0**-k for k in range(1, 23)])
_GROUP = 8  # factors multiplied before one logarithm is taken
_CHUNK = 256 * _GROUP  # all fractions of a chunk stay in cache
_LARGE = 1e30  # 8 factors up to this stay below the largest double
# Rounding in the sums of logarithms stays far below this; a limit must clear the threshold by it.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Interval:
    """A closed interval with the probability that it (or any earlier one of its sequence) misses, at most `alpha`.

    Raises:
        ValueError: lower > upper.
    """

    lower: float
    upper: float
    alpha: float

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise ValueError(f"an interval needs lower <= upper, not [{self.lower}, {self.upper}]")

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.upper - self.lower

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper


def check_values(values: ArrayLike, lower: float, upper: float) -> NDArray[np.float64]:
    """Return the observations as a flat array; ValueError where one is not finite or outside the range."""
    array = np.asarray(values, dtype=np.float64).ravel()
    if not np.all(np.isfinite(array)):
        position = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"observation {position} is {array[position]}: observations must be finite")
    if array.size and (array.min() < lower or array.max() > upper):
        position = int(np.flatnonzero((array < lower) | (array > upper))[0])
        raise ValueError(
            f"observation {position} is {float(array[position])!r}, outside the declared range [{lower}, {upper}]: "
            "declare a range that every observation must lie in; none can be read off the data"
        )
    return array


def check_range(lower: float, upper: float) -> None:
    """Raise ValueError where [lower, upper] is no range in which a mean can be tested."""
    if math.isnan(lower) or math.isnan(upper) or not lower < upper:
        raise ValueError(f"the declared range is [{lower}, {upper}]: write lower < upper")
    if math.isinf(lower) and math.isinf(upper):
        raise ValueError(
            "the mean of a variable unbounded on both sides cannot be tested without a moment bound: "
            "declare lower or upper, or test a bounded function of it, a probability or a quantile"
        )


def _log_products(excess: NDArray[np.float64], fractions: NDArray[np.float64] = _FRACTIONS) -> NDArray[np.float64]:
    """Return log prod_i (1 + c excess_i) for every fraction c, where excess = u/m - 1 >= -1."""
    total = np.zeros(fractions.size)
    if excess.size and excess.max() > _LARGE:
        return np.array([np.log1p(c * excess).sum() for c in fractions])
    for start in range(0, excess.size, _CHUNK):
        block = excess[start : start + _CHUNK]
        block = np.concatenate([block, np.zeros(-block.size % _GROUP)]).reshape(_GROUP, -1)
        factors = 1.0 + fractions[:, None, None] * block
        total += np.log(np.multiply.reduce(factors, axis=1)).sum(axis=-1)
    return total


def _log_mixture(logs: NDArray[np.float64]) -> float:
    """Logarithm of the capital: the products' average over all fractions; products left out count as zero."""
    largest = float(logs.max())
    if math.isinf(largest):
        return largest
    return largest + math.log(float(np.exp(logs - largest).sum()) / _FRACTIONS.size)


def log_wealth(excess: NDArray[np.float64]) -> float:
    """Logarithm of the grid-mixture capital after payoffs 1 + c excess, all excess >= -1 with conditional mean <= 0."""
    return math.inf if np.isinf(excess).any() else _log_mixture(_log_products(excess))


def log_wealth_threshold(alpha: float) -> float:
    """The log-capital that is reached with probability at most alpha, rounding included."""
    return -math.log(alpha) + _ROUNDING


def _largest_refuted_mean(values: NDArray[np.float64], known: float, log_threshold: float) -> float:
    """Return the largest m >= known found with capital against "E u <= m" at the threshold, for nonnegative u.

    The capital falls as m grows, so every smaller mean is refuted as well. The search stops on the refuted side, within
    2e-4 of the distance to the sample mean, which is never refuted (the logarithm is concave).
    """
    if not values.size:
        return known
    low, high = known, float(values.mean())
    centre, fractions = high, _FRACTIONS

    def refuted(mean: float) -> bool:
        nonlocal fractions
        with np.errstate(over="ignore"):
            excess = values / mean - 1.0
        if np.isinf(excess).any():
            return True
        logs = _log_products(excess, fractions)
        if high - low < 0.5 * (centre - low):
            # Near the answer few fractions carry the capital; leaving out the rest only lowers it.
            fractions = fractions[logs > logs.max() - 6.0]
        return _log_mixture(logs) >= log_threshold

    # Begin where a normal variable would end.
    step = float(values.std()) * math.sqrt(2.0 * (log_threshold + 4.0) / values.size)
    while step > 0 and low < centre - step < high:
        if refuted(centre - step):
            low = centre - step
            break
        high = centre - step
        step *= 1.5
    while high - low > 2e-4 * (centre - low):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if refuted(middle):
            low = middle
        else:
            high = middle
    return low


class EProcess:
    """Evidence against a bound on a mean: under the bound the e-value has mean at most 1, whenever one stops.

    The e-value is the grid-mixture capital of a gambler betting against the bound; the bound is refuted at level alpha
    once the e-value has reached 1/alpha. It needs E[X_i | past] on the bound's good side for every i, not
    independence. The range is the caller's promise and cannot be read off the data.

    Testing "E X <= bound" needs X >= lower only: an unbounded nonnegative X can refute an upper bound on its mean,
    without clipping. Testing "E X >= bound" needs X <= upper only. Nothing here confirms a bound: for that use
    :class:`BoundedMean`, whose interval is finite on the sides where the declared range is.

    Args:
        bound: the bound on the mean, with lower <= bound <= upper.
        relation: "at_most" tests E X <= bound, "at_least" tests E X >= bound.
        lower, upper: the range of X; the far one may be infinite.

    Raises:
        ValueError: an unknown relation, a range that is not one, a bound outside it, or no declared range on the side
            that the test needs.

    >>> process = EProcess(0.25, "at_most", lower=0.0)
    >>> process.update(np.full(50, 0.5))
    >>> process.refutes(1e-6)
    True

    Source: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS-B 86 (2024), the
        grid
    Kelly bets; here the grid is geometric, so that variables of small variance or mean cost little.
    """

    def __init__(self, bound: float, relation: str = "at_most", *, lower: float = 0.0, upper: float = math.inf) -> None:
        if relation not in ("at_most", "at_least"):
            raise ValueError(f"relation is {relation!r}: write 'at_most' or 'at_least'")
        check_range(lower, upper)
        end = lower if relation == "at_most" else upper
        if math.isinf(end):
            raise ValueError(
                f"'E X {'<=' if relation == 'at_most' else '>='} {bound}' cannot be refuted for X unbounded "
                f"{'below' if relation == 'at_most' else 'above'}: rare values of any size may restore it; "
                f"declare {'lower' if relation == 'at_most' else 'upper'}"
            )
        if not lower <= bound <= upper:
            raise ValueError(
                f"the bound {bound} lies outside the declared range [{lower}, {upper}], which alone decides it"
            )
        self.bound, self.relation, self.lower, self.upper = float(bound), relation, float(lower), float(upper)
        self.number = 0
        self.sum = 0.0
        self._log_products = np.zeros(_FRACTIONS.size)
        self._largest = 0.0

    def update(self, values: ArrayLike) -> None:
        """Take further observations, in any grouping.

        Raises:
            ValueError: an observation is not finite or lies outside the declared range; nothing of this call is kept.
        """
        array = check_values(values, self.lower, self.upper)
        if not array.size:
            return
        at_most = self.relation == "at_most"
        gains = array - self.lower if at_most else self.upper - array
        mean = self.bound - self.lower if at_most else self.upper - self.bound
        self.number += array.size
        self.sum += float(array.sum())
        if mean > 0:
            with np.errstate(over="ignore"):
                excess = gains / mean - 1.0
            self._log_products += math.inf if np.isinf(excess).any() else _log_products(excess)
        elif np.any(gains > 0):  # a mean at the end of the range allows the end alone
            self._log_products += math.inf
        self._largest = max(self._largest, self.log_e_value)

    @property
    def log_e_value(self) -> float:
        """Natural logarithm of the present e-value; e-values of independent runs multiply."""
        return _log_mixture(self._log_products)

    def refutes(self, alpha: float) -> bool:
        """Whether the e-value has reached 1/alpha at some update: wrong in at most a share alpha of runs."""
        return self._largest >= log_wealth_threshold(check_level(alpha))


class BoundedMean:
    """Confidence sequence for a bounded variable's mean: all intervals hold together with probability 1 - alpha.

    Half of alpha goes to each side, all of it to the one finite side where the declared range has an infinite end: for
    X >= 0 without upper limit the sequence says how large the mean is at least, never how small.
    Keeps the observations (8 bytes each), since the limits are roots of a capital that involves all of them.

    Args:
        lower, upper: the range that every observation lies in; one of them may be infinite.
        alpha: the probability that any interval of the sequence misses the mean.

    Raises:
        ValueError: a range that is not one, or infinite on both sides; alpha not between 0 and 1.

    >>> mean = BoundedMean(0.0, 1.0, alpha=1e-3)
    >>> mean.update(np.linspace(0.4, 0.6, 1001))
    >>> 0.5 in mean.interval() and mean.interval().width < 0.02
    True

    Source: the hedged grid-Kelly confidence sequence of Waudby-Smith and Ramdas (2024), running intersection taken.
    """

    def __init__(self, lower: float = 0.0, upper: float = 1.0, *, alpha: float) -> None:
        check_range(lower, upper)
        self.lower, self.upper, self.alpha = float(lower), float(upper), check_level(alpha)
        self._batches: list[NDArray[np.float64]] = []
        self._limits = (self.lower, self.upper)
        self._stale = False

    @property
    def values(self) -> NDArray[np.float64]:
        """All observations so far, in order."""
        if len(self._batches) != 1:
            self._batches = [np.concatenate([np.empty(0), *self._batches])]
        return self._batches[0]

    @property
    def number(self) -> int:
        """How many observations were taken."""
        return sum(batch.size for batch in self._batches)

    @property
    def estimate(self) -> float:
        """The sample mean; NaN before the first observation."""
        return float(self.values.mean()) if self.number else math.nan

    def update(self, values: ArrayLike) -> None:
        """Take further observations, in any grouping.

        Raises:
            ValueError: an observation is not finite or lies outside the declared range; nothing of this call is kept.
        """
        array = check_values(values, self.lower, self.upper)
        if array.size:
            self._batches.append(array.copy())
            self._stale = True

    def interval(self) -> Interval:
        """Return the intersection of the intervals asked for so far, at all times together of level 1 - alpha.

        Raises:
            ValueError: the intersection is empty, which observations of one mean produce with probability at most
                alpha.
        """
        if self._stale:
            sides = math.isfinite(self.lower) + math.isfinite(self.upper)
            threshold = log_wealth_threshold(self.alpha / sides)
            lower, upper = self._limits
            if math.isfinite(self.lower):
                lower = self.lower + _largest_refuted_mean(self.values - self.lower, lower - self.lower, threshold)
            if math.isfinite(self.upper):
                upper = self.upper - _largest_refuted_mean(self.upper - self.values, self.upper - upper, threshold)
            if lower > upper:
                raise ValueError(
                    f"no mean is left: one part of the run puts it above {lower}, another below {upper}; "
                    f"observations with one common mean do this with probability at most {self.alpha}"
                )
            self._limits, self._stale = (lower, upper), False
        return Interval(*self._limits, self.alpha)
