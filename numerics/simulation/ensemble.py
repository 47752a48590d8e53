"""Thousands of independent networks on any executor, with observables computed where the networks run."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.simulation import gram_chain
from numerics.simulation.blas_threads import one_blas_thread, set_blas_threads
from numerics.simulation.depth_plan import depth_plan
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.observables import Observable

# neurons times samples, and numbers recorded, in one task
TASK_NUMBERS = 1 << 25
TASK_NETWORKS = 1024
TASKS_A_WORKER = 4


@dataclass(frozen=True, eq=False)
class Task:
    """Everything a worker needs for some of the networks."""

    spec: NetworkSpec
    gram: np.ndarray
    arguments: dict[str, Any]
    networks: range
    observables: dict[str, Observable]
    layers: tuple[int, ...]
    home: int

    def __call__(self) -> dict[str, np.ndarray]:
        # a worker process is for such tasks alone; at home the caller has seen to it
        if os.getpid() != self.home:
            set_blas_threads(1)
        layers = np.array(self.layers)
        values = {name: np.empty((len(self.networks), len(layers))) for name in self.observables}
        for piece in gram_chain.stream(self.spec, self.gram, networks=self.networks, **self.arguments):
            for name, observable in self.observables.items():
                values[name][piece.networks, piece.positions] = observable(piece.grams, layers[piece.positions])
        return values


def run(
    spec: NetworkSpec,
    gram: np.ndarray,
    *,
    width: int | Sequence[int],
    depth: int,
    networks: int | range,
    observables: Mapping[str, Observable],
    seed: int = 0,
    layers: Iterable[int] | None = None,
    dtype: type | np.dtype = np.float64,
    compiled: bool | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Observables of independent networks at the recorded layers.

    The values are those of `gram_chain.sample` with the same arguments, network by network: the same for any number of
    workers, any executor and any order of completion. BLAS runs on one thread meanwhile.

    Args:
        spec, gram, width, depth, seed, layers, dtype, compiled: as in `gram_chain.sample`.
        networks: how many, or a range of indices with step 1: `range(1000, 2000)` continues `range(1000)`.
        observables: by the name under which their values return.
        workers: tasks at a time. Without an executor, more than one means threads of this process where `compiled` is
            true (the kernel runs without the interpreter lock), else processes (a script then needs `if __name__ ==
            "__main__":`).
        executor: any concurrent.futures Executor; `workers` then says how many tasks to keep it busy with. It is not
            shut down.
        progress: called with (networks done, networks asked for) after every task.

    Returns:
        For each name an array of shape (networks, recorded layers).

    Raises:
        ValueError: as `gram_chain.sample`; workers below 1; no observables; networks with a step.
        KeyboardInterrupt: at once; worker processes started here are ended.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> from numerics.simulation.observables import Trace
        >>> spec = NetworkSpec(BUILTIN["identity"], "batch")
        >>> traces = run(spec, np.eye(3), width=20, depth=2, networks=4, observables={"trace": Trace()})["trace"]
        >>> traces.round(9).tolist()[0]
        [3.0, 3.0, 3.0]
    """
    chosen = networks if isinstance(networks, range) else range(len(gram_chain.network_indices(networks)))
    if chosen.step != 1 or len(chosen) == 0 or chosen.start < 0:
        raise ValueError(f"networks is {networks!r:.60}; write a number >= 1 or a range of step 1")
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers is {workers!r:.40}; write a whole number >= 1")
    if not observables:
        raise ValueError("no observables; name at least one, such as {'trace': Trace()}")
    plan = depth_plan(width, depth, layers)
    arguments = {
        "width": width,
        "depth": depth,
        "seed": seed,
        "layers": plan.layers,
        "dtype": np.dtype(dtype),
        "compiled": bool(compiled),
    }
    gram = np.asarray(gram)
    work = len(gram) * sum(plan.widths) + len(plan.layers)
    size = max(1, min(TASK_NUMBERS // max(1, work), TASK_NETWORKS, -(-len(chosen) // (TASKS_A_WORKER * workers))))
    tasks = [
        Task(spec, gram, arguments, chosen[first : first + size], dict(observables), plan.layers, os.getpid())
        for first in range(0, len(chosen), size)
    ]
    values = {name: np.empty((len(chosen), len(plan.layers))) for name in observables}
    done = 0

    def store(task: Task, found: dict[str, np.ndarray]) -> None:
        nonlocal done
        first = task.networks.start - chosen.start
        for name, array in found.items():
            values[name][first : first + len(array)] = array
        done += len(task.networks)
        if progress is not None:
            progress(done, len(chosen))

    with one_blas_thread():
        if executor is None and workers == 1:
            for task in tasks:
                store(task, task())
        elif executor is not None:
            _submit(executor, tasks, workers, store)
        elif compiled:
            with ThreadPoolExecutor(workers) as threads:
                _submit(threads, tasks, workers, store)
        else:
            _in_processes(tasks, workers, store)
    return values


def _submit(
    executor: Executor, tasks: Sequence[Task], workers: int, store: Callable[[Task, dict[str, np.ndarray]], None]
) -> None:
    """Keep a few tasks waiting for each worker; on any error cancel those that have not started."""
    waiting: dict[Future, Task] = {}
    following = iter(tasks)
    try:
        while True:
            for task in following:
                waiting[executor.submit(task)] = task
                if len(waiting) >= 2 * workers:
                    break
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                store(waiting.pop(future), future.result())
    except BaseException:
        for future in waiting:
            future.cancel()
        raise


def _in_processes(tasks: Sequence[Task], workers: int, store: Callable[[Task, dict[str, np.ndarray]], None]) -> None:
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet_interrupts)
    try:
        _submit(pool, tasks, workers, store)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    pool.shutdown()


def _quiet_interrupts() -> None:
    """Ctrl-C reaches a terminal's whole process group: workers end without a traceback each."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
