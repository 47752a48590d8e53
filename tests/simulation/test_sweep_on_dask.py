"""A sweep on a dask cluster of separate processes, one of which is killed on the way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from numerics.simulation.executors import ExecutorError, open_executor
from numerics.simulation.store import ResultStore
from numerics.simulation.sweep import run_sweep
from tests.simulation.sweep_tasks import square, tasks

ROOT = Path(__file__).resolve().parents[2]


def _wait(ready, seconds=60):
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "the cluster did not start"
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path):
    """Address of a scheduler on loopback with two single-threaded workers, and the workers' processes."""
    file = tmp_path / "scheduler.json"
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = {**os.environ, "PYTHONPATH": str(ROOT)}
    python = [sys.executable, "-m"]
    scheduler = [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = [*python, "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    worker += ["--host", "127.0.0.1", "--local-directory", str(tmp_path), "--scheduler-file", str(file)]
    processes = [subprocess.Popen([*scheduler, "--scheduler-file", str(file)], **quiet)]
    try:
        _wait(lambda: file.exists() and "tcp://" in file.read_text())
        processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        yield f"tcp://{file.read_text().split('tcp://', 1)[1].split(chr(34))[0]}", processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_loses_nothing(cluster, tmp_path):
    from distributed import Client

    address, workers = cluster
    with Client(address, timeout="30s") as client:
        client.wait_for_workers(2, timeout=60)
    seen = []

    def kill_one_on_the_way(progress):
        if progress.key is not None:
            seen.append(progress.key)
        if progress.finished == 20:
            workers[0].send_signal(signal.SIGKILL)

    with ResultStore(tmp_path / "s") as store:
        work = tasks(60, 0.03)
        summary = run_sweep(work, square, store, version="1", executor=f"dask:{address}", progress=kill_one_on_the_way)
        rows = list(store.rows())
    assert workers[0].wait(timeout=10) == -signal.SIGKILL
    assert summary.computed == 60 == len(set(seen)) == len(seen)
    assert sorted(settings["i"] for _, settings, _ in rows) == list(range(60))
    assert all(record["square"] == settings["i"] ** 2 for _, settings, record in rows)
    # both took part before the kill, one alone after it
    assert {record["process"] for _, _, record in rows} == {worker.pid for worker in workers}
    assert {record["process"] for _, _, record in rows[-20:]} == {workers[1].pid}


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
def test_no_scheduler_is_named():
    message = r"no dask scheduler answers at tcp://127\.0\.0\.1:9"
    with pytest.raises(ExecutorError, match=message), open_executor("dask:tcp://127.0.0.1:9"):
        pass
