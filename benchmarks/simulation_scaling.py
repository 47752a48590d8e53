"""How the samplers' times grow with the batch, the width, the depth, the networks and the workers."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks.timing import fastest
from numerics.simulation import ensemble, gram_chain
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.observables import Trace

RELU = NetworkSpec(BUILTIN["relu"], "batch")
BASE = {"samples": 16, "width": 1024, "depth": 20, "networks": 4, "workers": 1}
CURVES: dict[str, tuple[int, ...]] = {
    "samples": (4, 16, 64, 256),
    "width": (64, 256, 1024, 4096, 16384),
    "depth": (10, 40, 160, 640),
    "networks": (1, 4, 16, 64),
    "workers": (1, 2),
}


def start(samples: int) -> np.ndarray:
    """A Gram matrix of full rank."""
    batch = np.random.default_rng(0).normal(size=(samples, samples))
    return batch.T @ batch / samples


def contender(setting: dict[str, int], compiled: bool) -> Callable[[], object]:
    """All trajectories of a setting; several workers are threads."""
    gram = start(setting["samples"])
    arguments: dict[str, Any] = {"width": setting["width"], "depth": setting["depth"], "compiled": compiled}
    if setting["workers"] == 1:
        return lambda: gram_chain.sample(RELU, gram, networks=setting["networks"], **arguments)

    def run() -> None:
        with ThreadPoolExecutor(setting["workers"]) as threads:
            ensemble.run(
                RELU,
                gram,
                networks=setting["networks"],
                observables={"trace": Trace()},
                workers=setting["workers"],
                executor=threads,
                **arguments,
            )

    return run


def curves(seconds: float, compiled: bool) -> list[dict[str, Any]]:
    """Seconds along each curve, the other settings at `BASE`, and the exponent between neighbouring points."""
    found = []
    for name, points in CURVES.items():
        # enough work for a thread to pay
        base = {**BASE, "networks": 64} if name == "workers" else BASE
        for sampler in ("numpy float64", "compiled float64") if compiled else ("numpy float64",):
            runs = {point: contender({**base, name: point}, sampler.startswith("compiled")) for point in points}
            for run in runs.values():
                run()
            times = fastest({str(point): run for point, run in runs.items()}, seconds)
            values = list(times.values())
            exponents = [
                round(math.log(b / a) / math.log(q / p), 2)
                for a, b, p, q in zip(values, values[1:], points, points[1:])
            ]
            found.append({"along": name, "sampler": sampler, "others": {k: v for k, v in base.items() if k != name},
                          "seconds": times, "exponents": exponents})  # fmt: skip
    return found


def show(found: list[dict[str, Any]]) -> None:
    for curve in found:
        times = "  ".join(f"{point}: {value * 1e3:.2f}" for point, value in curve["seconds"].items())
        print(f"  {curve['along']:9s} {curve['sampler']:17s} ms  {times}   exponents {curve['exponents']}")
