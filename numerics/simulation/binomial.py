"""Probabilities: exact binomial tails for a sample fixed in advance, a beta-mixture sequence for one that is not."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from numerics.simulation.betting import Interval
from numerics.simulation.error_budget import check_level

__all__ = ["BernoulliMean", "binomial_log_probability", "binomial_lower_tail", "binomial_upper_tail", "clopper_pearson"]

_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)
_ROUNDING = 1e-6


def _stirling_error(n: int) -> float:
    """log n! - log(sqrt(2 pi n) (n/e)^n)."""
    if n < 16:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TWO_PI if n else 0.0
    square = 1.0 / (n * n)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / n


def _deviance(x: float, mean: float) -> float:
    """x log(x/mean) + mean - x, without the cancellation near x = mean."""
    if abs(x - mean) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    ratio = (x - mean) / (x + mean)
    total, term, j = (x - mean) * ratio, 2.0 * x * ratio, 1
    while True:
        term *= ratio * ratio
        following = total + term / (2 * j + 1)
        if following == total:
            return total
        total, j = following, j + 1


def binomial_log_probability(successes: int, number: int, probability: float) -> float:
    """log P(S = successes) for S binomial, by Loader's saddle-point form, which keeps its digits for large `number`.

    Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
    """
    k, n, p = successes, number, probability
    if p == 0.0 or p == 1.0:
        return 0.0 if k == (n if p == 1.0 else 0) else -math.inf
    if k == 0:
        return n * math.log1p(-p)
    if k == n:
        return n * math.log(p)
    exponent = _stirling_error(n) - _stirling_error(k) - _stirling_error(n - k)
    exponent -= _deviance(k, n * p) + _deviance(n - k, n * (1.0 - p))
    return exponent - _HALF_LOG_TWO_PI + 0.5 * math.log(n / (k * (n - k)))


def _check(successes: int, number: int, probability: float) -> tuple[int, int, float]:
    try:
        k, n = operator.index(successes), operator.index(number)
    except TypeError:
        raise ValueError(f"{successes!r} successes of {number!r}: write two integers") from None
    if not 0 <= k <= n:
        raise ValueError(f"{k} successes of {n}: write 0 <= successes <= number")
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"the probability is {probability!r}: write a number from 0 to 1")
    return k, n, float(probability)


def _decreasing_sum(k: int, n: int, p: float, upward: bool) -> float:
    """P(S >= k) for k >= n p, or P(S <= k) for k <= n p: the terms decrease away from k. Works with p as given, since
    1 - p would lose the digits of a tiny p."""
    odds = p / (1.0 - p) if upward else (1.0 - p) / p
    total, last, steps, block = 1.0, 1.0, n - k if upward else k, 256
    for start in range(0, steps, block):
        j = np.arange(start, min(start + block, steps))
        ratios = (n - k - j) / (k + j + 1.0) if upward else (k - j) / (n - k + j + 1.0)
        terms = last * np.cumprod(ratios * odds)
        total += float(terms.sum())
        last = float(terms[-1])
        if last < 1e-18 * total:
            break
    return min(1.0, math.exp(binomial_log_probability(k, n, p)) * total)


def binomial_upper_tail(successes: int, number: int, probability: float) -> float:
    """P(S >= successes) for S binomial(number, probability): the exact p-value against "at most `probability`".

    Valid where `number` was fixed before looking; for a sample that stops when it pleases use :class:`BernoulliMean`.

    Args:
        successes: 0 to `number`.
        number: number of independent trials.
        probability: of a success, 0 to 1.

    Returns:
        The tail to relative error 1e-10 (absolute 1e-13 where it is above one half); it underflows to 0 below 1e-308.

    Raises:
        ValueError: the arguments are no such numbers.

    >>> binomial_upper_tail(2, 2, 0.5)
    0.25
    """
    k, n, p = _check(successes, number, probability)
    if k == 0 or p == 1.0:
        return 1.0
    if p == 0.0:
        return 0.0
    return _decreasing_sum(k, n, p, True) if k >= n * p else 1.0 - _decreasing_sum(k - 1, n, p, False)


def binomial_lower_tail(successes: int, number: int, probability: float) -> float:
    """P(S <= successes) for S binomial(number, probability): the exact p-value against "at least `probability`".

    Arguments, accuracy and errors as in :func:`binomial_upper_tail`.

    >>> binomial_lower_tail(0, 2, 0.5)
    0.25
    """
    k, n, p = _check(successes, number, probability)
    if k == n or p == 0.0:
        return 1.0
    if p == 1.0:
        return 0.0
    return _decreasing_sum(k, n, p, False) if k <= n * p else 1.0 - _decreasing_sum(k + 1, n, p, True)


def clopper_pearson(successes: int, number: int, *, alpha: float) -> Interval:
    """Return the exact two-sided interval for a probability, for a number of trials fixed before looking.

    Half of alpha goes to each side; for a one-sided limit at level alpha pass 2 alpha and read one end.

    Args:
        successes: 0 to `number`.
        number: number of independent trials, at least 1.
        alpha: the probability of missing, at most.

    Raises:
        ValueError: the arguments are no such numbers.

    >>> round(clopper_pearson(0, 100, alpha=0.1).upper, 6)
    0.029513
    """
    k, n, _ = _check(successes, number, 0.5)
    if n == 0:
        raise ValueError("0 trials say nothing about a probability: pass at least 1")
    level = check_level(alpha) / 2

    def outermost(inside: float, outside: float, tail_at: Callable[[float], float]) -> float:
        # Ends on the excluded side, so that rounding can only widen the interval.
        while abs(inside - outside) > 1e-12 * outside:
            middle = 0.5 * (inside + outside)
            if middle in (inside, outside):
                break
            if tail_at(middle) <= level:
                outside = middle
            else:
                inside = middle
        return outside

    frequency = k / n
    lower = outermost(frequency, 0.0, lambda p: binomial_upper_tail(k, n, p)) if k else 0.0
    upper = outermost(frequency, 1.0, lambda p: binomial_lower_tail(k, n, p)) if k < n else 1.0
    return Interval(lower, upper, alpha)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def log_capital(successes: int, number: int, probability: float) -> float:
    """Logarithm of the Beta(1/2, 1/2) mixture of likelihoods over the likelihood of `probability`.

    A martingale of mean 1 under that probability; as a function of it, lowest at the frequency.
    """
    failures = number - successes
    if (successes and probability <= 0.0) or (failures and probability >= 1.0):
        return math.inf
    likelihood = successes * math.log(probability) if successes else 0.0
    likelihood += failures * math.log1p(-probability) if failures else 0.0
    return _log_beta(successes + 0.5, failures + 0.5) - _log_beta(0.5, 0.5) - likelihood


def log_threshold(alpha: float, number: int) -> float:
    """log(1/alpha), and what rounding in the log-gamma functions may have added to a capital."""
    return -math.log(alpha) + _ROUNDING + 1e-15 * number * math.log(number + 1.0)


class BernoulliMean:
    """Confidence sequence and e-values for a probability, valid at any stopping time.

    The e-value against p is the Beta(1/2, 1/2) mixture of likelihoods over the likelihood of p, a nonnegative
    martingale under p, which depends on the counts alone. The set where it stays below 1/alpha is an interval.

    Args:
        alpha: the probability that any interval of the sequence misses.

    Raises:
        ValueError: alpha is not between 0 and 1.

    >>> coin = BernoulliMean(alpha=1e-3)
    >>> coin.update([True] * 40)
    >>> coin.interval().lower > 0.5
    True

    Source: Ville's inequality for the mixture likelihood ratio; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform,
    nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021), for the beta-binomial mixture.
    """

    def __init__(self, *, alpha: float) -> None:
        self.alpha = check_level(alpha)
        self.successes = 0
        self.number = 0
        self._limits = (0.0, 1.0)

    def update(self, events: ArrayLike) -> None:
        """Take further events.

        Raises:
            ValueError: a value is neither 0 nor 1; nothing of this call is kept.
        """
        array = np.asarray(events).ravel()
        if array.size and not np.all((array == 0) | (array == 1)):
            raise ValueError(f"an event is true or false (1 or 0), not {array[(array != 0) & (array != 1)][0]!r}")
        self.add(int(np.count_nonzero(array)), array.size)

    def add(self, successes: int, number: int) -> None:
        """Take `successes` out of `number` further trials.

        Raises:
            ValueError: not 0 <= successes <= number.
        """
        successes, number, _ = _check(successes, number, 0.5)
        self.successes += successes
        self.number += number

    def log_e_value(self, bound: float, relation: str = "at_most") -> float:
        """Return the logarithm of the e-value against "probability <= bound" (or ">=", or "equal").

        The smallest capital over all probabilities that the statement allows, hence an e-value for each of them.

        Raises:
            ValueError: an unknown relation, or a bound outside [0, 1].
        """
        if relation not in ("at_most", "at_least", "equal"):
            raise ValueError(f"relation is {relation!r}: write 'at_most', 'at_least' or 'equal'")
        if not 0.0 <= bound <= 1.0:
            raise ValueError(f"the bound is {bound!r}: write a probability from 0 to 1")
        frequency = self.successes / self.number if self.number else bound
        if relation == "at_most":
            return log_capital(self.successes, self.number, min(bound, frequency))
        return log_capital(self.successes, self.number, max(bound, frequency) if relation == "at_least" else bound)

    def interval(self) -> Interval:
        """Return the intersection of the intervals asked for so far.

        Raises:
            ValueError: the intersection is empty, which trials of one probability produce with probability at most
                alpha.
        """
        if not self.number:
            return Interval(*self._limits, self.alpha)
        threshold, frequency = log_threshold(self.alpha, self.number), self.successes / self.number
        limits = []
        for end in self._limits:
            inside, outside = frequency, end
            if log_capital(self.successes, self.number, end) < threshold:
                limits.append(end)
                continue
            while abs(inside - outside) > 1e-6 * abs(frequency - outside):
                middle = 0.5 * (inside + outside)
                if middle in (inside, outside):
                    break
                if log_capital(self.successes, self.number, middle) >= threshold:
                    outside = middle
                else:
                    inside = middle
            limits.append(outside)
        lower, upper = max(limits[0], self._limits[0]), min(limits[1], self._limits[1])
        if lower > upper:
            raise ValueError(
                f"no probability is left: one part of the run puts it above {lower}, another below {upper}; "
                f"trials of one probability do this with probability at most {self.alpha}"
            )
        self._limits = (lower, upper)
        return Interval(lower, upper, self.alpha)
