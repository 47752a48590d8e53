"""Quantiles of any real variable, valid at any stopping time, from the counts on either side of a candidate."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.simulation.betting import Interval, check_values
from numerics.simulation.binomial import log_capital, log_threshold
from numerics.simulation.error_budget import check_level

__all__ = ["QuantileSequence"]


class QuantileSequence:
    """Confidence sequence for one quantile, q = inf{v: P(X <= v) >= probability}.

    A candidate v below q has P(X <= v) < probability, one above q has P(X < v) >= probability; each side is a Bernoulli
    test at level alpha/2, so no range, moment, density or absence of ties is needed. The level is for this one
    quantile, not for several at once: divide alpha among them.

    Args:
        probability: strictly between 0 and 1; 0.5 for the median.
        alpha: the probability that any interval of the sequence misses.

    Raises:
        ValueError: one of the two is not strictly between 0 and 1.

    >>> median = QuantileSequence(0.5, alpha=0.01)
    >>> median.update(np.arange(1001.0))
    >>> 500.0 in median.interval() and median.interval().width < 170
    True

    Source: inverting Bernoulli tests at order statistics, as in Howard and Ramdas, "Sequential estimation of quantiles
    with applications to A/B testing and best-arm identification", Bernoulli 28 (2022); here with the beta mixture.
    """

    def __init__(self, probability: float, *, alpha: float) -> None:
        if not 0.0 < probability < 1.0:
            raise ValueError(f"the quantile's probability is {probability!r}: write a number strictly between 0 and 1")
        self.probability, self.alpha = float(probability), check_level(alpha)
        self._batches: list[NDArray[np.float64]] = []
        self._limits = (-math.inf, math.inf)

    @property
    def number(self) -> int:
        """How many observations were taken."""
        return sum(batch.size for batch in self._batches)

    def _sorted(self) -> NDArray[np.float64]:
        if len(self._batches) != 1:
            self._batches = [np.sort(np.concatenate([np.empty(0), *self._batches]))]
        return self._batches[0]

    @property
    def estimate(self) -> float:
        """The sample quantile; NaN before the first observation."""
        if not self.number:
            return math.nan
        rank = math.ceil(self.probability * self.number)
        return float(self._sorted()[min(max(rank, 1), self.number) - 1])

    def update(self, values: ArrayLike) -> None:
        """Take further observations.

        Raises:
            ValueError: an observation is not finite; nothing of this call is kept.
        """
        array = check_values(values, -math.inf, math.inf)
        if array.size:
            self._batches.append(np.sort(array))

    def interval(self) -> Interval:
        """Return the intersection of the intervals asked for so far; an end is infinite while the sample is too small.

        Raises:
            ValueError: the intersection is empty, which observations of one law produce with probability at most alpha.
        """
        number, p = self.number, self.probability
        if number:
            ordered, threshold = self._sorted(), log_threshold(self.alpha / 2, number)
            centre = math.ceil(p * number)
            # Counts so small that "P(X <= v) >= p" is refuted, then so large that "P(X < v) <= p" is; both are
            # monotone.
            few = _last(centre - 1, lambda s: s < p * number and log_capital(s, number, p) >= threshold)
            many = _last(
                number - centre,
                lambda s: number - s > p * number and log_capital(number - s, number, p) >= threshold,
            )
            lower = ordered[few] if few is not None else -math.inf
            upper = ordered[number - many - 1] if many is not None else math.inf
            lower, upper = max(float(lower), self._limits[0]), min(float(upper), self._limits[1])
            if lower > upper:
                raise ValueError(
                    f"no quantile is left: one part of the run puts it above {lower}, another below {upper}; "
                    f"observations of one law do this with probability at most {self.alpha}"
                )
            self._limits = (lower, upper)
        return Interval(*self._limits, self.alpha)


def _last(last: int, holds: Callable[[int], bool]) -> int | None:
    """The largest s in 0..last with holds(s), for a predicate true up to some s and false after it; None if none."""
    if last < 0 or not holds(0):
        return None
    low, high = 0, last + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
