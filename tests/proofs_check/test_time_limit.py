"""Time limits stop what does not end, nest, and leave no alarm behind."""

import contextlib
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
