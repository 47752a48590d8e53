"""Tasks that worker processes can import, and a sweep of them that a test runs, interrupts and kills.

python -m tests.simulation.sweep_tasks STORE LOG EXECUTOR NUMBER SECONDS
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from numerics.simulation.store import ResultStore, StoreError
from numerics.simulation.sweep import SweepError, run_sweep


def square(settings):
    """The square of i, after a while, with the process that computed it."""
    time.sleep(settings["seconds"])
    return {"square": settings["i"] ** 2, "process": os.getpid()}


def fail_on_three(settings):
    """Fails for i = 3."""
    if settings["i"] == 3:
        raise ValueError("three is refused")
    return {"square": settings["i"] ** 2}


def unfit_on_three(settings):
    """Returns what no store can hold for i = 3."""
    return {"thing": object() if settings["i"] == 3 else 1}


def die_once(settings):
    """Kills its own process the first time it is asked for i = 2, as the kernel does when memory is short."""
    marker = Path(settings["marker"])
    if settings["i"] == 2 and not marker.exists():
        marker.touch()
        os._exit(9)
    return {"square": settings["i"] ** 2}


def die_always(settings):
    """Kills its own process."""
    os._exit(9)


def tasks(number, seconds=0.0):
    """The tasks i = 0 .. number - 1."""
    return [{"i": i, "seconds": seconds} for i in range(number)]


def main(store_path, log_path, executor, number, seconds):
    """Run the sweep; every key is appended to the log once the sweep has reported it stored."""
    with ResultStore(store_path) as store, open(log_path, "a", encoding="utf-8") as log:

        def report(progress):
            if progress.key is not None:
                log.write(progress.key + "\n")
                log.flush()

        try:
            run_sweep(
                tasks(int(number), float(seconds)), square, store, version="1", executor=executor, progress=report
            )
        except (StoreError, SweepError) as error:
            print(error)
            sys.exit(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
