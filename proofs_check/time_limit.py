"""Stop a computation after some seconds, wherever it is: sympy's simplifications can run for ever."""

from __future__ import annotations

import gc
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# seconds until the alarm comes again: where it came at a moment that swallows exceptions, and where a library swallowed it
_SOON, _AGAIN = 0.01, 0.5


class TimeLimitReached(BaseException):
    """The time is up.  No `Exception`, so that no library on the way swallows it."""


@contextmanager
def time_limit(seconds: float | None, of_process: bool = False) -> Iterator[None]:
    """Raise `TimeLimitReached` in the body after `seconds`; limits nest, the sooner wins.

    With `of_process` the seconds are processor time of this process, which a busy machine does not shorten.
    A no-op for None, and outside the main thread
    (signals reach the main thread only).

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
        swallowed = _swallows_exceptions(frame)
        signal.setitimer(timer, _SOON if swallowed else _AGAIN)
        if not swallowed:
            raise TimeLimitReached

    clock = time.process_time if of_process else time.monotonic
    timer, number = (signal.ITIMER_PROF, signal.SIGPROF) if of_process else (signal.ITIMER_REAL, signal.SIGALRM)
    started = clock()
    previous = signal.signal(number, stop)
    outer = signal.getitimer(timer)[0]
    signal.setitimer(timer, max(1e-3, seconds if outer == 0 else min(seconds, outer)))
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, previous)
        if outer:
            signal.setitimer(timer, max(1e-3, outer - (clock() - started)))


def _swallows_exceptions(frame: FrameType | None) -> bool:
    """Whether Python would print an exception raised here and go on: in finalisers and callbacks of its own."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        if (
            frame.f_code in callbacks
            or frame.f_code.co_name == "__del__"
            or frame.f_code.co_filename == weakref.__file__
        ):
            return True
        frame = frame.f_back
    return False
