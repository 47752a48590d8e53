"""Stop a computation after some seconds, wherever it is: sympy's simplifications can run for ever."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitReached(BaseException):
    """The time is up.  No `Exception`, so that no library on the way swallows it."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeLimitReached` in the body after `seconds`; limits nest, the sooner wins.

    A no-op for None, and outside the main thread (signals reach the main thread only).

    >>> import itertools
    >>> try:
    ...     with time_limit(0.05):
    ...         for _ in itertools.count():
    ...             pass
    ... except TimeLimitReached:
    ...     print("stopped")
    stopped
    """
    if seconds is None or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeLimitReached

    started = time.monotonic()
    previous = signal.signal(signal.SIGALRM, stop)
    outer = signal.getitimer(signal.ITIMER_REAL)[0]
    signal.setitimer(signal.ITIMER_REAL, max(1e-3, seconds if outer == 0 else min(seconds, outer)))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        if outer:
            signal.setitimer(signal.ITIMER_REAL, max(1e-3, outer - (time.monotonic() - started)))
