"""The probability of a false alarm, divided over a run before the run looks at data."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["ErrorBudget", "check_level"]


@dataclass(frozen=True)
class ErrorBudget:
    """The probability of any false alarm that a run may spend, divided before the run looks at data.

    By the union bound, tests at the levels handed out raise a false alarm together with probability at most `alpha`.

    Args:
        alpha: the probability for the whole run, between 0 and 1.

    Raises:
        ValueError: alpha is not strictly between 0 and 1.

    >>> run = ErrorBudget(1e-6)
    >>> example = run.share(10).share(200)      # ten claims, two hundred examples each
    >>> round(example.alpha, 15)
    5e-10
    """

    alpha: float

    def __post_init__(self) -> None:
        check_level(self.alpha)

    def share(self, parts: int) -> ErrorBudget:
        """Return one of `parts` equal shares; `parts` must be fixed in advance.

        Raises:
            ValueError: `parts` is below 1.
        """
        if parts < 1:
            raise ValueError(f"a budget is divided into at least 1 part, not {parts}")
        return ErrorBudget(self.alpha / parts)

    def term(self, index: int) -> ErrorBudget:
        """Return share number `index` = 0, 1, 2, ... of an endless sequence, 6/(pi (index + 1))^2 of the whole.

        For runs whose number of tests is not known in advance: the shares of all indices sum to `alpha`.

        Raises:
            ValueError: `index` is negative.
        """
        if index < 0:
            raise ValueError(f"terms of a budget are counted from 0, not {index}")
        return ErrorBudget(self.alpha * 6.0 / (math.pi * (index + 1)) ** 2)


def check_level(alpha: float) -> float:
    """Return alpha as a float, or raise ValueError where it is no probability of error."""
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"the error probability alpha is {alpha!r}: write a number strictly between 0 and 1")
    return float(alpha)
