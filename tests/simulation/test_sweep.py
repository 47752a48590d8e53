"""Sweeps: nothing lost, nothing twice, whatever happens to the processes or the disk."""

import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.executors import ExecutorError, SerialExecutor, open_executor
from numerics.simulation.gram_chain import sample
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.results import load_table
from numerics.simulation.simulate_record import join_chunks, relative_cost
from numerics.simulation.store import ResultStore
from numerics.simulation.sweep import SweepError, run_sweep, simulate_record, split_networks, task_key
from tests.simulation.sweep_tasks import die_always, die_once, fail_on_three, square, tasks, unfit_on_three

ROOT = Path(__file__).resolve().parents[2]


def _start(store, log, executor, number, seconds, **options):
    arguments = [sys.executable, "-m", "tests.simulation.sweep_tasks", store, log, executor, number, seconds]
    return subprocess.Popen([str(a) for a in arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


def _reported(log):
    return log.read_text().splitlines() if log.exists() else []


def _check_complete(store_path, log, number, seconds):
    with ResultStore(store_path) as store:
        rows = list(store.rows())
    assert sorted(settings["i"] for _, settings, _ in rows) == list(range(number))
    assert all(record["square"] == settings["i"] ** 2 for _, settings, record in rows)
    assert {key for key, _, _ in rows} == {task_key(task, "1") for task in tasks(number, seconds)}
    # a key is reported once over all runs, though a kill between storing and reporting may leave one unreported
    assert len(set(_reported(log))) == len(_reported(log))
    return rows


@pytest.mark.parametrize(("executor", "kills", "seconds"), [("serial", 5, 0.01), ("processes:2", 3, 0.02)])
def test_killed_at_random_moments_loses_nothing(tmp_path, executor, kills, seconds):
    store, log, number = tmp_path / "results.sqlite", tmp_path / "log", 60
    chance = random.Random(20261122)
    workers = set()
    for _ in range(kills):
        before = len(_reported(log))
        process = _start(store, log, executor, number, seconds)
        deadline = time.monotonic() + 30
        while len(_reported(log)) == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.1))
        process.kill()
        process.wait()
        process.stdout.close()
        # every record reported before the kill is stored
        with ResultStore(store) as opened:
            assert set(_reported(log)) <= opened.keys()
            workers |= {record["process"] for _, _, record in opened.rows()}
    assert 0 < len(_reported(log)) < number
    last = _start(store, log, executor, number, seconds)
    assert last.communicate(timeout=60)[0] == ""
    assert last.returncode == 0
    _check_complete(store, log, number, seconds)
    if executor != "serial":
        # the killed parents' workers are gone as well
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_interrupt_keeps_what_is_finished(tmp_path):
    store, log = tmp_path / "results.sqlite", tmp_path / "log"
    process = _start(store, log, "processes:2", 40, 0.05, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while len(_reported(log)) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode != 0
    with ResultStore(store) as opened:
        assert 3 <= len(opened) < 40
        assert set(_reported(log)) <= opened.keys()
        run_sweep(tasks(40, 0.05), square, opened, version="1", executor=ThreadPoolExecutor(8))
        assert len(opened) == 40


def test_full_disk_is_named_and_loses_nothing(tmp_path):
    # A file-size limit is what a full disk looks like to one process.
    store, log, number = tmp_path / "results.sqlite", tmp_path / "log", 400
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
    run = "from tests.simulation.sweep_tasks import main; main(*sys.argv[1:])"
    full = subprocess.run(
        [sys.executable, "-c", limit + run, str(store), str(log), "serial", str(number), "0"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert full.returncode == 2, full.stderr
    assert "free space, then run the same command again to resume" in full.stdout
    assert len(full.stdout.splitlines()) == 1
    stored = set(_reported(log))
    assert 10 < len(stored) < number
    with ResultStore(store) as opened:
        assert stored <= opened.keys()
    last = _start(store, log, "serial", number, 0)
    assert last.communicate(timeout=60)[0] == ""
    _check_complete(store, log, number, 0.0)


def test_finished_work_is_not_repeated_and_new_versions_are(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        assert run_sweep(tasks(5), square, store, version="1").computed == 5
        again = run_sweep(tasks(7), square, store, version="1")
        assert (again.computed, len(again.keys)) == (2, 7)
        assert run_sweep(tasks(7), square, store, version="2").computed == 7
        assert len(store) == 14
        # the same task twice in a list is one piece of work
        assert len(run_sweep([*tasks(3), *tasks(3)], square, store, version="3").keys) == 3


def test_progress_counts_and_estimates(tmp_path):
    seen = []
    with ResultStore(tmp_path / "s") as store:
        run_sweep(tasks(2), square, store, version="1")
        run_sweep(tasks(6, 0.0)[:2] + tasks(6, 0.02)[2:], square, store, version="1", progress=seen.append)
    assert [p.finished for p in seen] == [2, 3, 4, 5, 6]
    assert {p.total for p in seen} == {6}
    assert seen[0].seconds_left is None
    assert seen[0].key is None
    # four equal tasks: after the second about as long again is left
    assert seen[2].seconds_left == pytest.approx(seen[2].seconds, rel=1e-9)
    assert seen[-1].seconds_left == 0.0


def test_time_left_follows_the_cost(tmp_path):
    seen = []
    with ResultStore(tmp_path / "s") as store:
        run_sweep(tasks(2), square, store, version="1", progress=seen.append, cost=lambda task: 1.0 + 8.0 * task["i"])
    assert seen[1].seconds_left == pytest.approx(9 * seen[1].seconds, rel=1e-9)


@pytest.mark.parametrize(
    ("function", "reason"), [(fail_on_three, "three is refused"), (unfit_on_three, "cannot be stored")]
)
def test_failing_task_is_named_and_does_not_stop_the_others(tmp_path, function, reason):
    with ResultStore(tmp_path / "s") as store:
        with pytest.raises(SweepError, match=rf'1 of 6 tasks failed.*"i":3.*{reason}'):
            run_sweep(tasks(6), function, store, version="1")
        assert len(store) == 5


def test_dead_worker_is_replaced(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        work = [{"i": i, "marker": str(tmp_path / "died")} for i in range(6)]
        run_sweep(work, die_once, store, version="1", executor="processes:2")
        assert sorted(record["square"] for _, _, record in store.rows()) == [0, 1, 4, 9, 16, 25]


def test_dying_workers_end_the_sweep(tmp_path):
    with ResultStore(tmp_path / "s") as store, pytest.raises(SweepError, match="died 4 times"):
        run_sweep(tasks(1), die_always, store, version="1", executor="processes:1")


def test_executors_by_name(monkeypatch):
    with open_executor("processes:1") as (executor, workers):
        assert executor.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert workers == 1
    for name in ("threads", "processes:0", "processes:x", "dask", "dask:", ""):
        with pytest.raises(ExecutorError, match=r"write (serial|a whole number)"), open_executor(name):
            pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExecutorError, match=r"gramchain\[cluster\]"), open_executor("dask:tcp://127.0.0.1:1"):
        pass


def test_serial_executor_passes_errors_on():
    with pytest.raises(ZeroDivisionError):
        SerialExecutor().submit(divmod, 1, 0).result()


def _settings(**changes):
    gram = np.eye(4) + 0.5
    reference = sample(NetworkSpec(BUILTIN["relu"], "batch"), gram, width=4000, depth=2, seed=99)[0, -1]
    relu = {"activation": "relu", "tree": BUILTIN["relu"].tree, "normalization": "batch"}
    return {**relu, "gram": gram, "reference": reference, "width": 64, "depth": 2, "networks": 10, "seed": 3, **changes}


def test_record_is_what_the_sampler_gives():
    settings = _settings()
    record = simulate_record(pickle.loads(pickle.dumps(settings)))
    spec = NetworkSpec(BUILTIN["relu"], "batch")
    grams = sample(spec, settings["gram"], width=64, depth=2, networks=10, seed=3)[:, -1]
    distances = [np.linalg.norm(g - settings["reference"]) ** 2 for g in grams]
    assert record["mean_squared_error"] == pytest.approx(np.mean(distances), rel=1e-12)
    assert record["standard_error"] == pytest.approx(np.std(distances, ddof=1) / math.sqrt(10), rel=1e-12)
    assert record["mean_diagonal"] == pytest.approx(np.mean(np.diagonal(grams, axis1=1, axis2=2)), rel=1e-12)
    assert record["seconds"] > 0
    bare = simulate_record(_settings(reference=None, networks=1))
    assert math.isnan(bare["mean_squared_error"])
    assert math.isnan(bare["standard_error"])


def test_batch_stands_for_its_gram_matrix():
    batch = np.random.default_rng(0).standard_normal((7, 4))
    from_gram = simulate_record(_settings(gram=batch.T @ batch / 7))
    settings = _settings(batch=batch)
    del settings["gram"]
    from_batch = simulate_record(settings)
    assert from_batch["mean_squared_error"] == pytest.approx(from_gram["mean_squared_error"], rel=0.5)
    assert relative_cost(settings) == relative_cost(_settings()) == 64 * 2 * 4 * 10
    assert relative_cost(_settings(width=[10, 20])) == 30 * 4 * 10


def test_chunks_join_to_the_whole(tmp_path):
    whole = simulate_record(_settings())
    parts = [
        {**_settings(), "point": "p", "first_network": first, "last_network": last}
        for first, last in ((0, 1), (1, 6), (6, 10))
    ]
    with ResultStore(tmp_path / "s") as store:
        run_sweep(parts, simulate_record, store, version="1", cost=relative_cost)
    table = load_table(tmp_path / "s")
    assert table.shape == (1,)
    for name in ("mean_squared_error", "standard_error", "mean_diagonal", "mean_off_diagonal"):
        assert table[name][0] == pytest.approx(whole[name], rel=1e-10)
    assert table["number"][0] == table["networks"][0] == 10
    assert table["activation"][0] == "relu"
    assert table.dtype.names[:3] == ("activation", "normalization", "width")
    one = simulate_record(_settings(networks=1))
    assert math.isnan(join_chunks([one])["standard_error"])


def test_division_into_chunks_covers_every_network_once():
    parts = split_networks(_settings(width=10**6, depth=100, networks=5))
    assert [(p["first_network"], p["last_network"]) for p in parts] == [(i, i + 1) for i in range(5)]
    assert len({p["point"] for p in parts}) == 1
    assert len(split_networks(_settings(networks=5000))) == 1
    assert split_networks(_settings())[0]["point"] != split_networks(_settings(seed=4))[0]["point"]
    assert split_networks(_settings())[0]["point"] != split_networks(_settings(gram=np.eye(4)))[0]["point"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"widht": 3}, "unknown keys.*widht"),
        ({"batch": np.eye(4)}, "one of gram"),
        ({"batch_size": 5}, "batch_size is 5"),
        ({"reference": np.eye(3)}, "reference has shape"),
        ({"first_network": 5, "last_network": 5}, "first < last"),
        ({"last_network": 11}, "<= networks"),
        ({"normalization": "group"}, "normalization"),
        ({"gram": np.full((4, 4), np.nan)}, "finite|nan"),
    ],
)
def test_bad_settings_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        simulate_record(_settings(**changes))


def test_missing_settings_are_named():
    with pytest.raises(ValueError, match=r"lack \['depth'\]"):
        simulate_record({key: value for key, value in _settings().items() if key != "depth"})
