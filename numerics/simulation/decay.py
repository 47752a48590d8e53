"""How fast a stated observable falls from one layer to another, with an interval.

These are rates of one observable between two layers. They are not the mixing rate of the chain, which is about the
total variation distance of its law: an observable that falls slowly limits the mixing rate from above, one that falls
fast says nothing about it. A distance to the fixed point stops falling at its finite-width floor, of order 1/width in
mean square: choose the last layer before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.simulation.betting import Interval, check_values, log_wealth, log_wealth_threshold
from numerics.simulation.error_budget import check_level
from numerics.simulation.quantiles import QuantileSequence

__all__ = ["DecayRate", "mean_decay_rate", "median_decay_rate"]


@dataclass(frozen=True)
class DecayRate:
    """A factor per layer by which an observable falls (below 1) or grows (above 1).

    Args:
        rate: the sample's value.
        interval: confidence interval of the rate.
        kind: what the rate is, in words.
        first_layer, last_layer: the two layers compared.
        number: networks used.
    """

    rate: float
    interval: Interval
    kind: str
    first_layer: int
    last_layer: int
    number: int


def mean_decay_rate(
    first: ArrayLike, last: ArrayLike, *, first_layer: int, last_layer: int, upper: float, alpha: float
) -> DecayRate:
    """Estimate (E Y_last / E Y_first)^(1/(last_layer - first_layer)), the rate of the observable's mean.

    For each candidate ratio r the mean of Y_last - r Y_first is tested against 0 by betting, pairing the two layers of
    a network; the interval holds the ratios that neither side refutes.

    Args:
        first, last: the observable at the two layers, one value a network, in [0, upper].
        first_layer, last_layer: first_layer < last_layer.
        upper: a bound that the observable never exceeds; a loose one widens the interval.
        alpha: the probability that the interval misses.

    Returns:
        The rate; its interval may reach 0 or infinity where the data say no more.

    Raises:
        ValueError: different numbers of values, none, values outside [0, upper], only zeros at the first layer, or
            layers out of order.

    >>> start = np.linspace(0.5, 1.0, 500)
    >>> fall = mean_decay_rate(start, start / 16, first_layer=0, last_layer=4, upper=1.0, alpha=1e-3)
    >>> round(fall.rate, 12), 0.5 in fall.interval
    (0.5, True)
    """
    depth = _depth(first_layer, last_layer)
    if not 0.0 < upper < math.inf:
        raise ValueError(
            f"upper is {upper}: the rate of a mean needs a finite bound on the observable; median_decay_rate needs none"
        )
    y, x = _paired(last, first, upper)
    if not x.any():
        raise ValueError("the observable is 0 at the first layer in every network: it has no rate")
    ratio, threshold = float(y.mean() / x.mean()), log_wealth_threshold(check_level(alpha) / 2)

    def above(r: float) -> bool:  # "E Y_last <= r E Y_first" refuted; falls with r
        with np.errstate(over="ignore"):
            return log_wealth((y / r - x) / upper) >= threshold

    def below(r: float) -> bool:  # "E Y_last >= r E Y_first" refuted; grows with r
        with np.errstate(over="ignore"):
            return log_wealth((r * x - y) / upper) >= threshold

    low = _refuted_end(0.0, ratio, above)
    high = ratio if ratio > 0 else np.finfo(float).tiny
    while high < math.inf and not below(high):
        high *= 2.0
    high = _refuted_end(high, ratio, below) if high < math.inf else high
    interval = Interval(low ** (1 / depth), high ** (1 / depth), alpha)
    return DecayRate(ratio ** (1 / depth), interval, "rate of the mean", first_layer, last_layer, x.size)


def median_decay_rate(
    first: ArrayLike, last: ArrayLike, *, first_layer: int, last_layer: int, alpha: float
) -> DecayRate:
    """Estimate the median over networks of (Y_last / Y_first)^(1/(last_layer - first_layer)).

    Needs no bound on the observable and no moments. Not the rate of the mean: where a few networks fall slowly the
    mean's rate is larger.

    Args:
        first, last: the observable at the two layers, one positive value a network.
        first_layer, last_layer: first_layer < last_layer.
        alpha: the probability that the interval misses.

    Raises:
        ValueError: different numbers of values, none, one that is not positive, or layers out of order.

    >>> fall = median_decay_rate([1.0] * 99, [0.25] * 99, first_layer=3, last_layer=5, alpha=1e-3)
    >>> fall.rate, fall.interval.lower, fall.interval.upper
    (0.5, 0.5, 0.5)
    """
    depth = _depth(first_layer, last_layer)
    y, x = _paired(last, first, math.inf)
    if not (x.all() and y.all()):
        raise ValueError("the observable is 0 in some network: its median rate is over positive values only")
    sequence = QuantileSequence(0.5, alpha=alpha)
    sequence.update(np.exp((np.log(y) - np.log(x)) / depth))
    interval = sequence.interval()
    interval = Interval(max(interval.lower, 0.0), interval.upper, alpha)
    return DecayRate(sequence.estimate, interval, "median of the networks' rates", first_layer, last_layer, x.size)


def _depth(first_layer: int, last_layer: int) -> int:
    if not 0 <= first_layer < last_layer:
        raise ValueError(f"layers {first_layer} and {last_layer}: write 0 <= first_layer < last_layer")
    return last_layer - first_layer


def _paired(last: ArrayLike, first: ArrayLike, upper: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = check_values(last, 0.0, upper), check_values(first, 0.0, upper)
    if x.size != y.size or not x.size:
        raise ValueError(f"{x.size} values at the first layer and {y.size} at the last: pass one a network at each")
    return y, x


def _refuted_end(outside: float, inside: float, refuted: Callable[[float], bool]) -> float:
    """Bisect from a refuted end towards the estimate, stopping on the refuted side."""
    width = abs(inside - outside)
    while abs(inside - outside) > 1e-5 * width:
        middle = 0.5 * (inside + outside)
        if middle in (inside, outside):
            break
        if refuted(middle):
            outside = middle
        else:
            inside = middle
    return outside
