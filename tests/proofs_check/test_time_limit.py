"""Time limits stop what does not end, nest, and leave no alarm behind."""

import contextlib
import gc
import signal
import threading
import time

import pytest

from proofs_check.time_limit import TimeLimitReached, time_limit


def forever():
    while True:
        pass


def test_the_sooner_of_two_nested_limits_wins():
    started = time.monotonic()
    with pytest.raises(TimeLimitReached), time_limit(0.1), time_limit(30):
        forever()
    with pytest.raises(TimeLimitReached), time_limit(30), time_limit(0.1):
        forever()
    assert time.monotonic() - started < 5


def stopped_within():
    with pytest.raises(TimeLimitReached), time_limit(0.05):
        forever()
    forever()


def test_the_outer_limit_goes_on_after_the_inner_one():
    with pytest.raises(TimeLimitReached), time_limit(0.3):
        stopped_within()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_no_library_swallows_it():
    def swallowing():
        while True:
            with contextlib.suppress(Exception):
                forever()

    with pytest.raises(TimeLimitReached), time_limit(0.05):
        swallowing()


def busy(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def after(action):
    action()
    forever()


class Finalised:
    def __del__(self):
        busy(0.1)


def test_an_alarm_during_a_callback_of_the_garbage_collector_comes_again():
    """Raised there it would be printed and lost: warnings of that kind are errors in this suite."""

    def slow(phase, info):
        busy(0.1)

    gc.callbacks.append(slow)
    try:
        with pytest.raises(TimeLimitReached), time_limit(0.05):
            after(gc.collect)
    finally:
        gc.callbacks.remove(slow)
    with pytest.raises(TimeLimitReached), time_limit(0.05):
        after(Finalised)


def test_an_alarm_that_a_library_swallows_comes_again():
    def swallowing():
        with contextlib.suppress(BaseException):
            forever()

    with pytest.raises(TimeLimitReached), time_limit(0.05):
        after(swallowing)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_the_main_thread_and_without_seconds_it_does_nothing():
    done = []

    def body():
        with time_limit(0.001):
            time.sleep(0.02)
            done.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    with time_limit(None):
        done.append(True)
    assert done == [True, True]


def test_processor_time_does_not_pass_while_the_process_sleeps():
    with time_limit(0.2, of_process=True):
        time.sleep(0.5)
    with pytest.raises(TimeLimitReached), time_limit(0.2, of_process=True):
        forever()
