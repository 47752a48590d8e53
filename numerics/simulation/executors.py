"""Where tasks run: this process, processes of this machine, or a dask cluster, all as concurrent.futures executors."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import connection
from typing import Any

__all__ = ["ExecutorError", "SerialExecutor", "open_executor"]

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class ExecutorError(ValueError):
    """The executor named cannot be had; the message says why and what to write instead."""


class SerialExecutor(Executor):
    """An executor that runs each task when it is submitted, in the calling process."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run the call now; the future returned is done."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _prepare_worker() -> None:
    # An interrupt from the keyboard reaches every process of the group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker of a killed parent would wait for work for ever: both ends of its queue stay open among the workers.
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def open_executor(name: str = "serial") -> Iterator[tuple[Executor, int]]:
    """Open an executor by name, and close it at the end.

    Args:
        name: "serial"; "processes" (one for every core that this process may use) or "processes:N", each with one BLAS
            thread, started afresh (a script needs `if __name__ == "__main__":`); "dask:ADDRESS", for instance
            "dask:tcp://127.0.0.1:8786", whose workers have gramchain installed.

    Yields:
        The executor and how many tasks it can have in hand at once.

    Raises:
        ExecutorError: an unknown name, a number below 1, dask's client is not installed, or no scheduler answers.

    >>> with open_executor("serial") as (executor, workers):
    ...     executor.submit(max, 2, 3).result(), workers
    (3, 1)
    """
    kind, _, detail = name.partition(":")
    if name == "serial":
        yield SerialExecutor(), 1
    elif kind == "processes":
        with _processes(_number_of_processes(name, detail)) as opened:
            yield opened
    elif kind == "dask" and detail:
        with _dask(detail) as opened:
            yield opened
    else:
        raise ExecutorError(f"executor is {name!r}: write serial, processes, processes:N or dask:ADDRESS")


def _number_of_processes(name: str, detail: str) -> int:
    if name == "processes":
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not detail.isdecimal() or int(detail) < 1:
        raise ExecutorError(f"executor is {name!r}: write a whole number of processes after the colon, at least 1")
    return int(detail)


@contextlib.contextmanager
def _processes(number: int) -> Iterator[tuple[Executor, int]]:
    # Workers are spawned and inherit the environment: one BLAS thread each, or the cores are oversubscribed.
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=_prepare_worker)
        try:
            yield pool, number
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError("a dask executor needs the package distributed: pip install 'gramchain[cluster]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ExecutorError(
            f"no dask scheduler answers at {address} ({type(error).__name__}): check the address"
        ) from error
    try:
        workers = sum(client.nthreads().values())
        # not pure: two runs of one function on equal settings are two pieces of work to dask, one to the store
        yield client.get_executor(pure=False, retries=3), max(workers, 1)
    finally:
        client.close()
