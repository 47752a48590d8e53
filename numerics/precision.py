"""Precision and time limits as arguments: flint's global precision is set for the length of a block and always
restored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flint import ctx

from numerics.errors import UndecidedError


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
        """Raise UndecidedError once the time is over."""
        if self.passed:
            raise UndecidedError("the time limit was reached: allow more seconds or ask for fewer bits")


NO_DEADLINE = Deadline()
