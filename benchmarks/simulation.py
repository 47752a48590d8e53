"""Finite-width samplers beside the dense network and beside their floor, drawing the normals: ratios, measured in one
run.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.simulation [--json FILE] [--seconds 4]

Every row times its contenders in turn, round after round, and takes each one's fastest round, so that a machine busy
with other work distorts the ratios as little as it can. Dense runs are cut to a few layers and scaled to the full
depth (its layers cost the same). One thread unless a row says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from numerics.simulation import dense, gram_chain
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec

RELU = NetworkSpec(BUILTIN["relu"], "batch")


def fastest(contenders: dict[str, Callable[[], object]], seconds: float, rounds_least: int = 3) -> dict[str, float]:
    """Each contender's fastest time, all of them run in turn until the time is spent."""
    best = dict.fromkeys(contenders, float("inf"))
    start = time.perf_counter()
    rounds = 0
    while rounds < rounds_least or time.perf_counter() - start < seconds:
        for name, run in contenders.items():
            begun = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - begun)
        rounds += 1
    return best


def floor(width: int, rank: int, depth: int, dtype: type) -> Callable[[], object]:
    """Drawing a trajectory's normals with numpy, a layer at a time, and nothing else."""
    rng = np.random.Generator(np.random.SFC64(0))
    normals = np.empty((rank, width), dtype)
    return lambda: [rng.standard_normal(out=normals, dtype=dtype) for _ in range(depth)]


def start(samples: int) -> np.ndarray:
    batch = np.random.default_rng(0).normal(size=(samples, samples))
    return batch.T @ batch / samples


def compiled_contenders(gram: np.ndarray, arguments: dict, repeat: int = 1) -> dict[str, Callable[[], object]]:
    try:
        import numba  # noqa: F401
    except ModuleNotFoundError:
        return {}
    found = {}
    for name, dtype in (("compiled float64", np.float64), ("compiled float32", np.float32)):
        found[name] = lambda dtype=dtype: gram_chain.sample(RELU, gram, dtype=dtype, compiled=True, **arguments)
        found[name]()
    return found


def trajectories(width: int, seconds: float, samples: int = 16, depth: int = 100) -> dict[str, float]:
    """One network: Gram trajectories, centred batch normalisation, ReLU."""
    gram = start(samples)
    rng = np.random.default_rng(1)
    short = 4 if width <= 1024 else 2
    arguments = {"width": width, "depth": depth}
    contenders = {
        "dense numpy": lambda: dense.grams(RELU, gram, width, short, rng, start_is="gram"),
        "floor float64": floor(width, samples - 1, depth, np.float64),
        "numpy float64": lambda: gram_chain.sample(RELU, gram, **arguments),
        "numpy float32": lambda: gram_chain.sample(RELU, gram, dtype=np.float32, **arguments),
        **compiled_contenders(gram, arguments),
    }
    times = fastest(contenders, seconds)
    # the first dense layer multiplies a d x n matrix made from the Gram matrix; the others are d x d
    times["dense numpy"] *= depth / (short - 1)
    return times


def many_small(seconds: float, width: int = 128, samples: int = 4, depth: int = 20) -> dict[str, float]:
    """Many small networks, seconds for one."""
    gram = start(samples)
    rng = np.random.default_rng(1)
    count = 512
    arguments = {"width": width, "depth": depth, "networks": count}
    draw = floor(width, samples - 1, depth, np.float64)
    contenders = {
        "dense numpy": lambda: [dense.grams(RELU, gram, width, depth, rng, start_is="gram") for _ in range(4)],
        "floor float64": lambda: [draw() for _ in range(16)],
        "numpy float64": lambda: gram_chain.sample(RELU, gram, **arguments),
        "numpy float32": lambda: gram_chain.sample(RELU, gram, dtype=np.float32, **arguments),
        **compiled_contenders(gram, arguments),
    }
    runs = {"dense numpy": 4, "floor float64": 16}
    return {name: value / runs.get(name, count) for name, value in fastest(contenders, seconds).items()}


def report(title: str, times: dict[str, float]) -> dict[str, object]:
    print(f"\n{title}")
    base, drawing = times["dense numpy"], times["floor float64"]
    for name, value in times.items():
        print(
            f"  {name:18s} {value * 1e3:10.3f} ms   dense/this {base / value:8.1f}   this/floor {value / drawing:6.2f}"
        )
    return {"title": title, "seconds": times}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="time for each row")
    parser.add_argument("--json", help="write the seconds of every contender here")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, numpy {np.__version__}")
    rows = [
        report("centred BN, ReLU, n = 16, L = 100, d = 1024, one network", trajectories(1024, options.seconds)),
        report("the same, d = 4096", trajectories(4096, options.seconds)),
        report("many small networks, d = 128, n = 4, L = 20, each", many_small(options.seconds)),
    ]
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
