"""Finite-width samplers beside the dense network (numpy, torch, jax) and beside their floor, drawing the normals:
ratios, measured in one run.

    python -m benchmarks.simulation [--seconds 4] [--torch-python PATH] [--jax-python PATH] [--write]

Every row times its contenders in turn, round after round, and takes each one's fastest round, so that a machine busy
with other work distorts the ratios as little as it can. Dense runs are cut to a few layers and scaled to the full
depth (its layers cost the same). One thread unless a row says otherwise. torch and jax may live in interpreters of
their own; where they are missing the rows go without them. --write puts the numbers into
benchmarks/results/simulation.json and their table into its section of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks import page, simulation_page, simulation_parts, simulation_scaling, timing
from benchmarks.simulation_peers import Peer, find_peers
from benchmarks.simulation_scaling import RELU, start
from benchmarks.timing import fastest
from numerics.simulation import dense, ensemble, gram_chain
from numerics.simulation.observables import Trace

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "simulation.json"
Contenders = dict[str, Callable[[], object]]
# dense layers timed, of the trajectory's 100
DENSE_LAYERS = {1024: 4, 4096: 1}
# what design asks: row, contender, its peer, least ratio
REACH = (
    ("one thread, d = 1024", "numpy float64", "dense numpy", 50),
    ("one thread, d = 4096", "numpy float64", "dense numpy", 250),
    ("one thread, d = 1024", "compiled float64", "dense numpy", 350),
    ("one thread, d = 4096", "compiled float64", "dense numpy", 1600),
    ("two threads, d = 1024", "compiled float64", "dense numpy", 650),
    ("two threads, d = 4096", "compiled float64", "dense numpy", 2860),
    ("two threads, d = 1024", "compiled float32", "fastest dense float32", 200),
    ("two threads, d = 4096", "compiled float32", "fastest dense float32", 1400),
    ("many small networks", "numpy float64", "dense numpy", 25),
    ("many small networks", "compiled float64", "dense numpy", 120),
)
FLOOR_REACH = 1.5


def has_compiler() -> bool:
    try:
        import numba  # noqa: F401
    except ModuleNotFoundError:
        print("numba: not installed; pip install 'gramchain[fast]' for the compiled rows")
        return False
    return True


def numpy_floor(width: int, rank: int, depth: int, dtype: type) -> Callable[[], object]:
    """Drawing a trajectory's normals with numpy, a layer at a time, and nothing else."""
    rng = np.random.Generator(np.random.SFC64(0))
    normals = np.empty((rank, width), dtype)
    return lambda: [rng.standard_normal(out=normals, dtype=dtype) for _ in range(depth)] and None


def compiled_floor(width: int, rank: int, depth: int, dtype: type) -> Callable[[], object]:
    """The same with the compiled kernel's generator, in blocks that stay in the nearest cache."""
    from numba import njit

    from numerics.simulation.compiled import normals

    fill = normals.fill_normals
    state, late = np.empty(4, np.uint64), np.empty(normals.PART, np.int64)
    normals.seed_state(np.arange(4, dtype=np.uint64), 0, state)
    block = np.empty(rank * min(128, width), dtype)
    blocks = depth * -(-width // min(128, width))

    @njit(nogil=True)
    def draw(state: Any, block: Any, late: Any) -> None:
        for _ in range(blocks):
            fill(state, block, late)

    draw(state, block, late)
    return lambda: draw(state, block, late)


def samplers(gram: np.ndarray, compiled: bool, **arguments: Any) -> Contenders:
    """The four samplers, compiled ones warm."""
    found: Contenders = {}
    for dtype in (np.float64, np.float32):
        for kind in ("numpy", "compiled") if compiled else ("numpy",):
            name = f"{kind} {np.dtype(dtype).name}"
            found[name] = lambda dtype=dtype, kind=kind: gram_chain.sample(
                RELU, gram, dtype=dtype, compiled=kind == "compiled", **arguments
            )
            found[name]()
    return found


def floors(width: int, rank: int, depth: int, compiled: bool) -> Contenders:
    found = {}
    for dtype in (np.float64, np.float32):
        found[f"floor numpy {np.dtype(dtype).name}"] = numpy_floor(width, rank, depth, dtype)
        if compiled:
            found[f"floor compiled {np.dtype(dtype).name}"] = compiled_floor(width, rank, depth, dtype)
    return found


def dense_peers(peers: dict[str, Peer], width: int, samples: int, layers: int, threads: int) -> Contenders:
    """Dense trajectories of a few layers by the peers; jax, whose threads are the machine's, for the rows on both."""
    found: Contenders = {}
    for dtype in ("float64", "float32"):
        if "torch" in peers:
            found[f"dense torch {dtype}"] = lambda dtype=dtype: peers["torch"].seconds(
                width, samples, layers, dtype, threads
            )
    if "jax" in peers and threads > 1:
        # threefry, its default: the rbg generator took twice as long
        found["dense jax float32"] = lambda: peers["jax"].seconds(
            width, samples, layers, "float32", threads, "threefry2x32"
        )
    return found


def trajectories(width: int, seconds: float, compiled: bool, peers: dict[str, Peer]) -> dict[str, float]:
    """One network on one thread: Gram trajectories, centred batch normalisation, ReLU, n = 16, L = 100."""
    samples, depth, layers = 16, 100, DENSE_LAYERS[width]
    gram, rng = start(samples), np.random.default_rng(1)
    others = dense_peers(peers, width, samples, layers, 1)
    times = fastest(
        {
            "dense numpy": lambda: dense.grams(RELU, gram, width, layers + 1, rng, start_is="gram"),
            **others,
            **floors(width, samples - 1, depth, compiled),
            **samplers(gram, compiled, width=width, depth=depth),
        },
        seconds,
    )
    # the first dense layer multiplies a d x n matrix made from the Gram matrix; the others are d x d
    return {name: value * depth / layers if name.startswith("dense") else value for name, value in times.items()}


def both_cores(width: int, seconds: float, compiled: bool, peers: dict[str, Peer]) -> dict[str, float]:
    """The same on two threads, as seconds for each of 8 networks; dense numpy as above, on one thread."""
    samples, depth, layers, count = 16, 100, DENSE_LAYERS[width], 8
    gram, rng = start(samples), np.random.default_rng(1)
    arguments: dict[str, Any] = {"width": width, "depth": depth, "layers": [depth], "networks": count, "workers": 2}
    runs: Contenders = {}
    with ThreadPoolExecutor(2) as threads:
        for dtype in (np.float64, np.float32):
            for kind in ("numpy", "compiled") if compiled else ("numpy",):
                runs[f"{kind} {np.dtype(dtype).name}"] = lambda dtype=dtype, kind=kind: ensemble.run(
                    RELU, gram, dtype=dtype, compiled=kind == "compiled", observables={"trace": Trace()},
                    executor=threads, **arguments,
                )  # fmt: skip
        times = fastest(
            {
                "dense numpy": lambda: dense.grams(RELU, gram, width, layers + 1, rng, start_is="gram"),
                **dense_peers(peers, width, samples, layers, 2),
                **runs,
            },
            seconds,
        )
    return {n: v * depth / layers if n.startswith("dense") else v / count for n, v in times.items()}


def many_small(seconds: float, compiled: bool) -> dict[str, float]:
    """Many small networks, n = 4, d = 128, L = 20: seconds for one."""
    samples, width, depth, count = 4, 128, 20, 512
    gram, rng = start(samples), np.random.default_rng(1)
    few = {"dense numpy": 4}
    draw = floors(width, samples - 1, depth * 16, compiled)
    times = fastest(
        {
            "dense numpy": lambda: [dense.grams(RELU, gram, width, depth, rng, start_is="gram") for _ in range(4)],
            **draw,
            **samplers(gram, compiled, width=width, depth=depth, networks=count),
        },
        seconds,
    )
    return {name: value / (16 if name in draw else few.get(name, count)) for name, value in times.items()}


def compare(rows: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """Measured ratios beside what design asks; rows whose contenders are missing are left out."""
    found = []
    for row, name, peer, reach in REACH:
        times = rows[row]
        if peer == "fastest dense float32":
            dense32 = [value for key, value in times.items() if key.startswith("dense") and "float32" in key]
            base = min(dense32, default=None)
        else:
            base = times.get(peer)
        if base is not None and name in times:
            measured = base / times[name]
            found.append({"row": row, "contender": name, "beside": peer, "ratio": measured, "reach": reach,
                          "reached": measured >= reach})  # fmt: skip
    for row, times in rows.items():
        if not row.startswith("one thread"):
            continue
        for name, value in times.items():
            own, numpys = times.get(f"floor {name}"), times.get("floor numpy " + name.split()[-1])
            for floor, whose in ((own, "its own"), (numpys if name.startswith("compiled") else None, "numpy's")):
                if floor is not None:
                    found.append({"row": row, "contender": name, "beside": f"drawing {whose} normals alone",
                                  "ratio": value / floor, "reach": FLOOR_REACH, "reached": value / floor <= FLOOR_REACH,
                                  "at_most": True})  # fmt: skip
    return found


def show(title: str, times: dict[str, float]) -> None:
    print(f"\n{title}")
    for name, value in times.items():
        print(f"  {name:30s} {value * 1e3:10.3f} ms   dense numpy/this {times['dense numpy'] / value:8.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="time for each row")
    parser.add_argument("--torch-python", default=sys.executable, help="an interpreter with torch")
    parser.add_argument("--jax-python", default=sys.executable, help="an interpreter with jax")
    parser.add_argument("--write", action="store_true", help="write results/simulation.json and README.md")
    options = parser.parse_args()
    where = timing.machine()
    compiled = has_compiler()
    peers = find_peers({"torch": options.torch_python, "jax": options.jax_python})
    where["versions"].update({name: peer.version for name, peer in peers.items()})
    rows: dict[str, dict[str, float]] = {}
    for width in DENSE_LAYERS:
        rows[f"one thread, d = {width}"] = trajectories(width, options.seconds, compiled, peers)
        show(f"one thread, d = {width}", rows[f"one thread, d = {width}"])
    for width in DENSE_LAYERS:
        rows[f"two threads, d = {width}"] = both_cores(width, options.seconds, compiled, peers)
        show(f"two threads, d = {width}", rows[f"two threads, d = {width}"])
    for peer in peers.values():
        peer.close()
    rows["many small networks"] = many_small(options.seconds, compiled)
    show("many small networks, each", rows["many small networks"])
    parts = simulation_parts.split(start(16), 1024, options.seconds / 8, compiled)
    simulation_parts.show("parts of one layer, n = 16, d = 1024", parts)
    arithmetic = simulation_parts.arithmetic(16, 1024) if compiled else {}
    print("\nscaling")
    scaling = simulation_scaling.curves(options.seconds / 8, compiled)
    simulation_scaling.show(scaling)
    record = {
        "recipe": f"python -m benchmarks.simulation --seconds {options.seconds:g} --torch-python ... --jax-python ... --write",
        "machine": where,
        "seconds": rows,
        "ratios": compare(rows),
        "parts": parts,
        "arithmetic": arithmetic,
        "scaling": scaling,
    }
    print()
    for row in record["ratios"]:
        print(
            f"  {row['row']:22s} {row['contender']:17s} beside {row['beside']:36s} {row['ratio']:8.2f}  reach {row['reach']}"
        )
    if options.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(record, indent=1) + "\n")
        page.write_section("finite-width simulation", simulation_page.section(record))


if __name__ == "__main__":
    main()
