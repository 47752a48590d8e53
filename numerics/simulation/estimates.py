"""Estimates with confidence intervals: means, variances, probabilities, quantiles; never a bare float.

Every interval comes from a confidence sequence, so that adding data until the answer pleases does not spoil its level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numerics.simulation.betting import BoundedMean, Interval, check_values
from numerics.simulation.binomial import BernoulliMean
from numerics.simulation.quantiles import QuantileSequence

__all__ = ["Estimate", "estimate_mean", "estimate_probability", "estimate_quantile", "estimate_variance"]


@dataclass(frozen=True)
class Estimate:
    """A number estimated from observations, with its confidence interval.

    Args:
        estimate: the sample's own value (mean, frequency, quantile).
        interval: the confidence interval.
        number: how many observations it rests on.
    """

    estimate: float
    interval: Interval
    number: int


def estimate_mean(values: ArrayLike, *, lower: float, upper: float, alpha: float) -> Estimate:
    """Estimate the mean of a bounded variable from all of `values` at once.

    Args:
        values: observations, any shape, flattened.
        lower, upper: the range every observation lies in; one end may be infinite, and then the interval's is.
        alpha: the probability that the interval misses the mean.

    Returns:
        The sample mean and its interval. The interval is that of :class:`BoundedMean`, so looking again later is
        allowed.

    Raises:
        ValueError: no observation, or the causes of :class:`BoundedMean`.

    >>> estimate_mean([0.0] * 2000, lower=0.0, upper=1.0, alpha=0.05).interval.upper < 0.01
    True
    """
    mean = BoundedMean(lower, upper, alpha=alpha)
    mean.update(values)
    if not mean.number:
        raise ValueError("no observations: a mean needs at least 1")
    return Estimate(mean.estimate, mean.interval(), mean.number)


def estimate_variance(values: ArrayLike, *, lower: float, upper: float, alpha: float) -> Estimate:
    """Estimate the variance of a bounded variable through the mean of (X_1 - X_2)^2/2 over disjoint pairs.

    Pairs in the order given; they must be independent. Half of the sample's information on a Gaussian-like variable is
    lost against the pooled variance, and in exchange the interval needs no estimate of the mean.

    Args:
        values: at least two independent observations of one law; a last odd one is left out.
        lower, upper: the range of X; with an infinite end the variance has a lower limit only.
        alpha: the probability that the interval misses the variance.

    Returns:
        The estimate with its interval; `number` counts pairs.

    Raises:
        ValueError: fewer than two observations, or the causes of :class:`BoundedMean`.

    >>> round(estimate_variance([0.0, 1.0] * 500, lower=0.0, upper=1.0, alpha=0.05).estimate, 12)
    0.5
    """
    if math.isnan(lower) or math.isnan(upper) or not lower < upper:
        raise ValueError(f"the declared range is [{lower}, {upper}]: write lower < upper")
    array = check_values(values, lower, upper)
    pairs = array[: array.size // 2 * 2].reshape(-1, 2)
    if not pairs.size:
        raise ValueError(f"{array.size} observations: a variance needs at least 2")
    largest = (upper - lower) ** 2 / 2
    return estimate_mean(
        np.minimum((pairs[:, 0] - pairs[:, 1]) ** 2 / 2, largest), lower=0.0, upper=largest, alpha=alpha
    )


def estimate_probability(events: ArrayLike, *, alpha: float) -> Estimate:
    """Estimate a probability from independent yes-or-no observations.

    Args:
        events: booleans, or numbers that are all 0 or 1.
        alpha: the probability that the interval misses.

    Returns:
        The frequency with the interval of :class:`BernoulliMean`. For one look at a sample whose size was fixed in
        advance `clopper_pearson` is narrower.

    Raises:
        ValueError: no event, or a value that is neither 0 nor 1.

    >>> 0.5 in estimate_probability([True, False] * 100, alpha=1e-6).interval
    True
    """
    mean = BernoulliMean(alpha=alpha)
    mean.update(events)
    if not mean.number:
        raise ValueError("no events: a probability needs at least 1")
    return Estimate(mean.successes / mean.number, mean.interval(), mean.number)


def estimate_quantile(values: ArrayLike, probability: float, *, alpha: float) -> Estimate:
    """Estimate the quantile inf{v: P(X <= v) >= probability} of any real variable, without a declared range.

    Args:
        values: independent observations, flattened.
        probability: between 0 and 1; 0.5 for the median.
        alpha: the probability that the interval misses.

    Returns:
        The sample quantile and its interval between order statistics; infinite ends where the sample is too small.

    Raises:
        ValueError: no observation, one that is not finite, or a probability not strictly between 0 and 1.

    >>> estimate_quantile(np.arange(1001.0), 0.5, alpha=0.05).estimate
    500.0
    """
    sequence = QuantileSequence(probability, alpha=alpha)
    sequence.update(values)
    if not sequence.number:
        raise ValueError("no observations: a quantile needs at least 1")
    return Estimate(sequence.estimate, sequence.interval(), sequence.number)
