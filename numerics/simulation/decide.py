"""Run until decided: draw until a confidence sequence lies on one side of a bound, or the budget is spent."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numerics.simulation.betting import BoundedMean, EProcess, Interval, check_range
from numerics.simulation.error_budget import check_level

__all__ = ["Decided", "Decision", "decide"]


class Decision(enum.Enum):
    """What a sampled mean says about a bound."""

    HOLDS = "the confidence sequence lies on the good side of the bound"
    VIOLATED = "the confidence sequence lies on the bad side of the bound"
    UNDECIDED = "the confidence sequence still contains the bound: raise the budget"


@dataclass(frozen=True)
class Decided:
    """The outcome of :func:`decide`, with what it rests on.

    Args:
        decision: HOLDS, VIOLATED or UNDECIDED.
        relation: "at_most", "at_least" or "equal".
        bound: the number that the mean was compared with.
        measured: the sample mean; NaN where the declared range decided without data.
        interval: confidence interval for the mean. Every upper bound below `interval.lower`, and every lower bound
            above `interval.upper`, would have been refuted by the same run: how much room the test leaves.
        number: observations used.
        alpha: probability that the decision, or the interval, is wrong.
        ratio: bound/measured; a bound that holds by a large factor was hardly tested.
        log_e_value: logarithm of the e-value against the statement (two-sided for "equal").
        margin: for "equal", HOLDS says no more than |mean - bound| <= margin; None otherwise.
    """

    decision: Decision
    relation: str
    bound: float
    measured: float
    interval: Interval
    number: int
    alpha: float
    ratio: float
    log_e_value: float
    margin: float | None = None

    def __bool__(self) -> bool:
        raise TypeError("a decision has three values: compare .decision with Decision.HOLDS, VIOLATED or UNDECIDED")


def decide(
    sampler: Callable[[int, int], ArrayLike],
    bound: float,
    relation: str,
    *,
    alpha: float,
    budget: int,
    lower: float = 0.0,
    upper: float = math.inf,
    relative_margin: float | None = None,
    absolute_margin: float | None = None,
    first: int = 64,
) -> Decided:
    """Sample a mean until it is known to lie on one side of `bound`, or `budget` observations are spent.

    The looks are at growing batch ends, and the levels hold whatever the number of looks. The decision uses the betting
    e-processes at the bound, half of alpha each way, which decide exactly where the interval of :class:`BoundedMean`
    would.

    Args:
        sampler: sampler(k, start) returns k fresh observations, numbers start, start + 1, ... of one sequence, so that
            a result does not depend on the batches drawn.
        bound: a finite number.
        relation: "at_most" (E X <= bound), "at_least", or "equal".
        alpha: probability of a wrong decision, at most.
        budget: most observations to draw.
        lower, upper: the range of X. With upper infinite "at_most" can be refuted but never confirmed, and the other
            way round for lower.
        relative_margin, absolute_margin: for "equal" one of them: HOLDS means the mean is within |bound| *
            relative_margin, or within absolute_margin, of the bound; no finite sample says more. VIOLATED means the
            mean is not the bound.
        first: size of the first batch; later ones grow by half of what is there.

    Returns:
        The decision with its evidence.

    Raises:
        ValueError: an unknown relation, a bound that is not finite, a budget below 1, a range that cannot be tested
            (both ends infinite), a missing or superfluous margin, or an observation outside the range.

    >>> rng = np.random.default_rng(0)
    >>> fair = decide(lambda k, start: rng.random(k), 0.6, "at_most", alpha=1e-6, budget=10**5, upper=1.0)
    >>> fair.decision.name, 0.5 in fair.interval
    ('HOLDS', True)
    """
    if relation not in ("at_most", "at_least", "equal"):
        raise ValueError(f"relation is {relation!r}: write 'at_most', 'at_least' or 'equal'")
    if not math.isfinite(bound):
        raise ValueError(f"the bound is {bound}: a mean can be tested against a finite number only")
    if budget < 1 or first < 1:
        raise ValueError(f"budget is {budget} and first is {first}: write at least 1 each")
    check_level(alpha)
    check_range(lower, upper)
    margin = _margin(bound, relation, relative_margin, absolute_margin)
    share = alpha / (math.isfinite(lower) + math.isfinite(upper))

    not_above = _Refuter(bound, "at_most", lower, upper, share)
    not_below = _Refuter(bound, "at_least", lower, upper, share)
    near_above = not_above if margin is None else _Refuter(bound - margin, "at_most", lower, upper, share)
    near_below = not_below if margin is None else _Refuter(bound + margin, "at_least", lower, upper, share)
    refuters = {id(r): r for r in (not_above, not_below, near_above, near_below)}.values()

    def verdict() -> Decision:
        if relation == "at_most":
            good, bad = not_below.refuted, not_above.refuted
        elif relation == "at_least":
            good, bad = not_above.refuted, not_below.refuted
        else:
            good, bad = near_above.refuted and near_below.refuted, not_above.refuted or not_below.refuted
        return Decision.VIOLATED if bad else Decision.HOLDS if good else Decision.UNDECIDED

    mean = BoundedMean(lower, upper, alpha=alpha)
    number, decision = 0, verdict()
    while decision is Decision.UNDECIDED and number < budget:
        count = min(first if number == 0 else max(first, number // 2), budget - number)
        values = np.asarray(sampler(count, number), dtype=np.float64).ravel()
        if values.size != count:
            raise ValueError(f"the sampler was asked for {count} observations and returned {values.size}")
        mean.update(values)
        for refuter in refuters:
            refuter.update(values)
        number += count
        decision = verdict()

    low, high = mean.interval().lower, mean.interval().upper
    # The search for the limits stops a little early; what the e-processes at the given points refuted is refuted.
    low = max([low, *(r.point for r in (not_above, near_above) if r.refuted)])
    high = min([high, *(r.point for r in (not_below, near_below) if r.refuted)])
    measured = mean.estimate
    ratio = math.copysign(math.inf, bound) if measured == 0.0 and bound else bound / measured if measured else math.nan
    against = {"at_most": [not_above], "at_least": [not_below], "equal": [not_above, not_below]}[relation]
    logs = [r.log_e_value for r in against if r.possible]
    log_e_value = float(np.logaddexp.reduce(logs)) - math.log(len(logs)) if logs else 0.0
    interval = Interval(low, high, alpha)
    return Decided(decision, relation, bound, measured, interval, number, alpha, ratio, log_e_value, margin)


class _Refuter:
    """The e-process against "E X <= point" (or ">="), where the declared range leaves anything to test."""

    def __init__(self, point: float, relation: str, lower: float, upper: float, alpha: float) -> None:
        self.point, self.alpha = point, alpha
        beyond = point < lower if relation == "at_most" else point > upper
        self.possible = math.isfinite(lower if relation == "at_most" else upper)
        self.refuted = beyond
        self._process = (
            EProcess(point, relation, lower=lower, upper=upper) if self.possible and lower <= point <= upper else None
        )

    def update(self, values: ArrayLike) -> None:
        if self._process is not None:
            self._process.update(values)
            self.refuted = self.refuted or self._process.refutes(self.alpha)

    @property
    def log_e_value(self) -> float:
        if self._process is not None:
            return self._process.log_e_value
        return math.inf if self.refuted else 0.0


def _margin(bound: float, relation: str, relative: float | None, absolute: float | None) -> float | None:
    given = [margin for margin in (relative, absolute) if margin is not None]
    if relation != "equal":
        if given:
            raise ValueError(f"a margin belongs to relation 'equal', not to {relation!r}: leave it out")
        return None
    if len(given) != 1:
        raise ValueError("'equal' needs one of relative_margin and absolute_margin: no sample shows an exact equality")
    if not 0.0 < given[0] < math.inf:
        raise ValueError(f"the margin is {given[0]!r}: write a positive number")
    if absolute is not None:
        return absolute
    if bound == 0.0:
        raise ValueError("a relative margin around the bound 0 is 0: write absolute_margin")
    return abs(bound) * float(given[0])
