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


def both_cores(width: int, seconds: float, samples: int = 16, depth: int = 100) -> dict[str, float]:
    """Trajectories a second on two threads and two processes, as seconds for one; the dense network and the floor as above."""
    from concurrent.futures import ThreadPoolExecutor

    from numerics.simulation import ensemble
    from numerics.simulation.observables import Trace

    gram = start(samples)
    rng = np.random.default_rng(1)
    short = 4 if width <= 1024 else 2
    count = 8
    arguments = {
        "width": width,
        "depth": depth,
        "layers": [depth],
        "networks": count,
        "observables": {"trace": Trace()},
    }
    contenders: dict[str, Callable[[], object]] = {
        "dense numpy": lambda: dense.grams(RELU, gram, width, short, rng, start_is="gram"),
        "floor float64": floor(width, samples - 1, depth, np.float64),
    }
    with ThreadPoolExecutor(2) as threads:
        if compiled_contenders(gram, {"width": 8, "depth": 1}):
            for name, dtype in (("compiled float64", np.float64), ("compiled float32", np.float32)):
                contenders[f"{name}, 2 threads"] = lambda dtype=dtype: ensemble.run(
                    RELU, gram, dtype=dtype, compiled=True, workers=2, executor=threads, **arguments
                )
        contenders["numpy float64, 2 threads"] = lambda: ensemble.run(
            RELU, gram, workers=2, executor=threads, **arguments
        )
        times = fastest(contenders, seconds)
    return {
        name: value * depth / (short - 1) if name == "dense numpy" else value if "floor" in name else value / count
        for name, value in times.items()
    }


def time_split(seconds: float, width: int = 1024, samples: int = 16) -> None:
    """The parts of one numpy layer, each alone on arrays of a layer's shape: where the time beyond the normals goes."""
    from numerics.simulation.helmert import covariance_roots

    gram = start(samples)[None]
    rng = np.random.Generator(np.random.SFC64(0))
    normals = rng.standard_normal((samples - 1, width))
    root = covariance_roots(RELU, gram, 0, np.dtype(np.float64))[0]
    hidden, other, square = np.empty((samples, width)), np.empty((samples, width)), np.empty(width)
    flat = hidden.reshape(-1)
    np.matmul(root, normals, out=hidden)
    parts = {
        "normals": lambda: rng.standard_normal(out=normals),
        "root of the covariance": lambda: covariance_roots(RELU, gram, 0, np.dtype(np.float64)),
        "product with the root": lambda: np.matmul(root, normals, out=hidden),
        "normalisation": lambda: (
            np.einsum("nr,nr->r", hidden, hidden, out=square),
            np.divide(samples, square, out=other[0]),
            np.multiply(hidden, other[0], out=other),
        ),
        "activation": lambda: RELU.activation(flat, out=flat),
        "Gram matrix": lambda: np.matmul(hidden, other.T),
    }
    times = fastest(dict(parts), seconds, rounds_least=50)
    print(f"\none numpy layer, n = {samples}, d = {width}, in parts")
    for name, value in times.items():
        print(f"  {name:24s} {value * 1e6:8.1f} us  {100 * value / sum(times.values()):5.1f} %")


def report(title: str, times: dict[str, float]) -> dict[str, object]:
    print(f"\n{title}")
    base, drawing = times["dense numpy"], times["floor float64"]
    for name, value in times.items():
        print(
            f"  {name:28s} {value * 1e3:10.3f} ms   dense/this {base / value:8.1f}   this/floor {value / drawing:6.2f}"
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
    for width in (1024, 4096):
        title = f"n = 16, L = 100, d = {width}, both cores, each of 8 networks"
        rows.append(report(title, both_cores(width, options.seconds)))
    time_split(1.0)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
