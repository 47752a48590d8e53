"""What goes wrong with a number, and how to say it."""

from __future__ import annotations


class EvaluationError(ValueError):
    """An expression has no value that can be computed as asked; the message says why and what to write instead."""


class UndecidedError(Exception):
    """Raised inside `numerics` where no enclosure can be given; `enclose` turns it into an undecided result.

    Args:
        advice: one sentence for the user.
        hopeless: more bits cannot help (an unbound symbol, a kink that cannot be located).
    """

    def __init__(self, advice: str, hopeless: bool = True):
        super().__init__(advice)
        self.advice = advice
        self.hopeless = hopeless


class TimeLimitError(UndecidedError):
    """The time is over."""

    def __init__(self) -> None:
        super().__init__("the time limit was reached: allow more seconds, or ask for fewer bits or digits")
