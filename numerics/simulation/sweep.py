"""Sweeps: many independent pieces of work, run anywhere, stored once each, resumed where they stopped.

The engine knows nothing of networks: a task is plain settings, a picklable function turns them into a record.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.simulation.canonical import canonical
from numerics.simulation.executors import open_executor
from numerics.simulation.simulate_record import simulate_record, split_networks
from numerics.simulation.store import ResultStore, StoreError

__all__ = ["Progress", "SweepError", "SweepSummary", "run_sweep", "simulate_record", "split_networks", "task_key"]

_RESTARTS = 3


class SweepError(ValueError):
    """Some tasks failed; all others are stored, and the message has the first failure."""


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Args:
        finished: tasks stored, earlier runs included.
        total: tasks of the sweep.
        seconds: since this run began.
        seconds_left: by the cost of what is left and the speed of this run; None before its first task.
        key: of the task just stored; None at the start.
    """

    finished: int
    total: int
    seconds: float
    seconds_left: float | None
    key: str | None


@dataclass(frozen=True)
class SweepSummary:
    """What a run of a sweep did.

    Args:
        keys: of all tasks, in their order, without repetition; all are in the store.
        computed: tasks that this run added to the store.
        seconds: that it took.
    """

    keys: tuple[str, ...]
    computed: int
    seconds: float


def task_key(settings: Mapping[str, Any], version: str) -> str:
    """Name a piece of work: a hash of its settings (seed and chunk among them) and of the version of what computes it.

    Raises:
        TypeError: the settings are not plain data.

    >>> task_key({"width": 8, "seed": 0}, "1") == task_key({"seed": 0, "width": 8}, "1")
    True
    """
    return hashlib.blake2b(canonical([version, dict(settings)]).encode(), digest_size=16).hexdigest()


def run_sweep(
    tasks: Iterable[Mapping[str, Any]],
    function: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    store: ResultStore,
    *,
    version: str,
    executor: str | Executor = "serial",
    progress: Callable[[Progress], None] | None = None,
    cost: Callable[[Mapping[str, Any]], float] | None = None,
) -> SweepSummary:
    """Compute the tasks that the store lacks, and store each as it finishes.

    Stop it in any way and call it again: what was stored is not computed again, what was not is. A task that fails does
    not stop the others.

    Args:
        tasks: settings of each piece of work, plain data; arrays are known to the store by their hash alone.
        function: importable by name (it travels to the workers); takes settings, returns a record that JSON can hold.
        store: open store, of which this process is the writer.
        version: of `function`: change it when its results change.
        executor: a name for `open_executor`, or any open concurrent.futures executor, which stays open.
        progress: called once at the start and after each stored task.
        cost: relative cost of a task, for the time left; equal by default.

    Returns:
        The keys of the tasks, and how many were computed now.

    Raises:
        SweepError: tasks failed, or worker processes died again and again.
        StoreError: the store cannot be written; everything stored so far is safe.
        ExecutorError: no such executor.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with ResultStore(folder.name + "/results.sqlite") as store:
    ...     for widths in ([8, 16], [8, 16, 32]):
    ...         tasks = [{"width": width} for width in widths]
    ...         summary = run_sweep(tasks, lambda task: {"error": 1 / task["width"]}, store, version="1")
    ...         print(summary.computed, "of", len(summary.keys))
    2 of 2
    1 of 3
    >>> folder.cleanup()
    """
    begun = time.monotonic()
    named = {task_key(task, version): task for task in tasks}
    done = store.keys()
    left = deque((key, task) for key, task in named.items() if key not in done)
    run = _Run(
        function, version, store, progress, cost, len(named), len(named) - len(left), begun, _total_cost(left, cost)
    )
    run.report(None)
    if left:
        if isinstance(executor, str):
            _run_named(run, left, executor)
        else:
            _run_on(run, left, executor, 64)
    if run.failures:
        key, error = run.failures[0]
        raise SweepError(
            f"{len(run.failures)} of {len(named)} tasks failed, the others are stored; the first: "
            f"{canonical(_shown(named[key]))}: {type(error).__name__}: {error}"
        ) from error
    return SweepSummary(tuple(named), run.computed, time.monotonic() - begun)


def _total_cost(
    tasks: Iterable[tuple[str, Mapping[str, Any]]], cost: Callable[[Mapping[str, Any]], float] | None
) -> float:
    return float(sum(cost(task) if cost else 1.0 for _, task in tasks))


def _shown(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a person reads and a table has as columns: arrays, nested data and null are left out."""
    plain = (bool, int, float, str, np.bool_, np.integer, np.floating)
    shown: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, plain):
            shown[key] = value.item() if isinstance(value, np.generic) else value
        elif isinstance(value, list | tuple) and all(isinstance(item, plain) for item in value):
            shown[key] = ",".join(map(str, value))
    return shown


@dataclass
class _Run:
    function: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    version: str
    store: ResultStore
    progress: Callable[[Progress], None] | None
    cost: Callable[[Mapping[str, Any]], float] | None
    total: int
    finished: int
    begun: float
    cost_left: float
    cost_done: float = 0.0
    computed: int = 0

    def __post_init__(self) -> None:
        self.failures: list[tuple[str, BaseException]] = []

    def report(self, key: str | None) -> None:
        if self.progress is not None:
            seconds = time.monotonic() - self.begun
            left = seconds * self.cost_left / self.cost_done if self.cost_done else None
            self.progress(Progress(self.finished, self.total, seconds, left if self.cost_left > 0 else 0.0, key))

    def take(self, key: str, task: Mapping[str, Any], future: Future[Any]) -> None:
        """Store what a finished future holds, or note its failure; BrokenExecutor is the pool's, not the task's."""
        error = future.exception()
        if isinstance(error, BrokenExecutor):
            raise error
        price = self.cost(task) if self.cost else 1.0
        self.cost_left -= price
        self.cost_done += price
        if error is not None:
            self.failures.append((key, error))
            return
        try:
            self.store.put(key, {**_shown(task), "version": self.version}, future.result())
        except TypeError as unfit:  # a record that JSON cannot hold is the task's failure, not the sweep's end
            self.failures.append((key, unfit))
            return
        self.computed += 1
        self.finished += 1
        self.report(key)


def _run_named(run: _Run, left: deque[tuple[str, Mapping[str, Any]]], name: str) -> None:
    for attempt in range(_RESTARTS + 1):
        with open_executor(name) as (executor, workers):
            try:
                return _run_on(run, left, executor, 2 * workers if workers > 1 else workers)
            except BrokenExecutor as error:
                if attempt == _RESTARTS:
                    raise SweepError(
                        f"worker processes died {attempt + 1} times; {run.finished} of {run.total} tasks are stored: use fewer "
                        "processes if memory ran out, or put the script's main part under `if __name__ == "
                        "'__main__':`, then run it again"
                    ) from error


def _run_on(run: _Run, left: deque[tuple[str, Mapping[str, Any]]], executor: Executor, in_hand: int) -> None:
    """Run what is left with at most `in_hand` tasks submitted; on any exception unfinished tasks are back in `left`."""
    submitted: dict[Future[Any], tuple[str, Mapping[str, Any]]] = {}
    try:
        while left or submitted:
            while left and len(submitted) < in_hand:
                future = executor.submit(run.function, left[0][1])
                submitted[future] = left.popleft()
            for future in wait(submitted, return_when=FIRST_COMPLETED).done:
                run.take(*submitted[future], future)
                del submitted[future]
    except BaseException as error:
        for future in submitted:
            future.cancel()
        if not isinstance(error, StoreError):
            # what has just finished is not lost
            for future in [f for f in submitted if f.done() and not f.cancelled() and f.exception() is None]:
                run.take(*submitted.pop(future), future)
        left.extend(submitted.values())
        raise
