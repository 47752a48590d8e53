"""Precision and time limits as arguments: flint's global precision is set for the length of a block and always
restored."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from flint import ctx

from numerics.errors import TimeLimitError


@contextmanager
def working_bits(bits: int) -> Iterator[None]:
    """Ball arithmetic at `bits` inside the block; the old precision comes back whatever leaves it, an interrupt
    included."""
    before = ctx.prec
    ctx.prec = int(bits)
    try:
        yield
    finally:
        ctx.prec = before


@contextmanager
def series_of(terms: int) -> Iterator[None]:
    """Power series of at least so many terms inside the block: beyond ``flint.ctx.cap`` (10 by default) flint leaves terms out silently,
    and reads them as 0."""
    before = ctx.cap
    ctx.cap = max(before, int(terms))
    try:
        yield
    finally:
        ctx.cap = before


Step = TypeVar("Step")
_moment: ContextVar[float | None] = ContextVar("_moment", default=None)


def pulse() -> None:
    """Raise TimeLimitError where the time of a block of `Deadline.running` around the caller is over.

    Every function of balls or mpmath numbers that `numerics` compiles begins with it, and so does every long loop of bare
    arithmetic: a rule that knows of no time limit keeps to the one of `enclose` or `evaluate` all the same.
    """
    moment = _moment.get()
    if moment is not None and time.monotonic() > moment:
        raise TimeLimitError


def paced(steps: Iterable[Step]) -> Iterator[Step]:
    """The same steps, a `pulse` before each."""
    for step in steps:
        pulse()
        yield step


@dataclass(frozen=True)
class Deadline:
    """A moment (of `time.monotonic`) after which work gives up; None never ends.

    Attributes:
        quick: leave out methods that take more than seconds (the caller has another way to the number).
    """

    at: float | None = None
    quick: bool = False

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        return cls(None if seconds is None else time.monotonic() + seconds)

    @property
    def passed(self) -> bool:
        return self.at is not None and time.monotonic() > self.at

    def check(self) -> None:
        """Raise TimeLimitError once the time is over."""
        if self.passed:
            raise TimeLimitError
        pulse()

    @contextmanager
    def running(self) -> Iterator[None]:
        """A block in which `pulse` keeps to this moment, or to the one of a block around it that comes sooner."""
        outer = _moment.get()
        token = _moment.set(self.at if outer is None or (self.at is not None and self.at < outer) else outer)
        try:
            yield
        finally:
            _moment.reset(token)


NO_DEADLINE = Deadline()
