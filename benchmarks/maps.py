"""The float64 maps beside the methods their peers use, in one run: times, ratios and errors.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.maps [--seconds 2] [--write]

Peers are transcribed here as numpy, since their packages pin other versions: GP4A's Laplace integral by Gauss-Laguerre for the
batch-normalised ReLU, neural-tangents' 2-D Gauss-Hermite quadrature of degree 100 for a smooth dual.  Errors of the maps are
against the same map with finer nodes of another family, or a closed form where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.page import write_section
from benchmarks.timing import fastest, machine
from numerics.maps.batch_norm import batch_norm_map
from numerics.maps.gaussian import gaussian_map
from numerics.maps.mean_field import mean_field_orbit
from numerics.maps.prepared import prepare
from theory import activations
from theory.network import Network

BATCH = 16
HERE = Path(__file__).parent
RECORDED = {
    "GP4A, batch norm + ReLU, n = 16": {
        "milliseconds": 0.57,
        "error": "5e-7 to 6e-6",
        "recipe": "its Laplace integral with Gauss-Laguerre nodes, 2 cores EPYC, one layer",
    },
    "neural-tangents, smooth dual, 16 x 16, degree 100": {
        "milliseconds": 13.0,
        "error": "3e-6",
        "recipe": "neural-tangents 0.6.5, jax 0.4.30, numpy < 2: stax.ElementwiseNumerical(fn, deg=100), kernel_fn jitted, 2 cores EPYC",
    },
}


def sample_gram() -> np.ndarray:
    rows = np.random.default_rng(3).normal(size=(BATCH, 2 * BATCH))
    return rows @ rows.T / (2 * BATCH)


def relu_dual(c: np.ndarray) -> np.ndarray:
    return (np.sqrt(1 - c * c) + (np.pi - np.arccos(c)) * c) / (2 * np.pi)


def laguerre_peer(gram: np.ndarray, count: int = 100) -> Callable[[], np.ndarray]:
    """E relu relu^T under batch normalisation as n int_0^oo e^-t e^t (...) dt with Gauss-Laguerre nodes in a scaled t."""
    nodes, weights = np.polynomial.laguerre.laggauss(count)
    kept = weights > 1e-300
    nodes, weights = nodes[kept], weights[kept]

    def run() -> np.ndarray:
        n = len(gram)
        centred = gram - gram.mean(0)
        centred = centred - centred.mean(1)[:, None]
        values, vectors = np.linalg.eigh(centred)
        scale = np.maximum(values, 0) / values.sum()
        t = nodes[:, None]
        shrunk = scale / (1 + 2 * t * scale)
        factor = weights * np.exp(nodes - 0.5 * np.log1p(2 * t * scale).sum(1))
        blocks = (vectors * shrunk[:, None, :]) @ vectors.T
        length = np.sqrt(np.einsum("tii->ti", blocks))
        outer = length[:, :, None] * length[:, None, :]
        return n * np.tensordot(factor, outer * relu_dual(np.clip(blocks / outer, -1, 1)), axes=1)

    return run


def hermite_peer(
    function: Callable[[np.ndarray], np.ndarray], gram: np.ndarray, degree: int = 100
) -> Callable[[], np.ndarray]:
    """E f f^T by the tensor Gauss-Hermite rule, the pair written as (x, c x + sqrt(1-c^2) y)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(degree)
    weights = weights / weights.sum()

    def run() -> np.ndarray:
        deviation = np.sqrt(np.diag(gram))
        c = np.clip(gram / np.outer(deviation, deviation), -1, 1)
        left = function(deviation[:, None] * nodes) * weights
        mixed = c[:, :, None, None] * nodes[:, None] + np.sqrt(1 - c * c)[:, :, None, None] * nodes
        right = function(deviation[None, :, None, None] * mixed) @ weights
        return np.einsum("ip,ijp->ij", left, right)

    return run


BURST = 10


def warm(run: Callable[[], Any]) -> Callable[[], float]:
    """The fastest of some calls in a row: beside a peer of many milliseconds a lone call would find the processor's caches cold."""

    def fastest_of_a_burst() -> float:
        times = []
        for _ in range(BURST):
            begun = time.perf_counter()
            run()
            times.append(time.perf_counter() - begun)
        return min(times)

    return fastest_of_a_burst


def row(
    name: str, contenders: dict[str, Callable[[], Any]], errors: dict[str, float], seconds: float
) -> dict[str, Any]:
    # a map beside its peer; both alone in their caches
    times = fastest({k: warm(v) if k == "map" and len(contenders) > 1 else v for k, v in contenders.items()}, seconds)
    return {"work": name, "milliseconds": {k: round(v * 1e3, 4) for k, v in times.items()}, "error": errors}


def measured(seconds: float) -> list[dict[str, Any]]:
    gram = sample_gram()
    table = []
    relu = prepare(activations.get("relu"))
    exact = batch_norm_map(relu, gram, refine=0.6)
    peer = laguerre_peer(gram)
    table.append(
        row(
            "batch norm map, ReLU",
            {"map": lambda: batch_norm_map(relu, gram), "Gauss-Laguerre": peer},
            {"map": _distance(batch_norm_map(relu, gram), exact), "Gauss-Laguerre": _distance(peer(), exact)},
            seconds,
        )
    )
    for text in (
        "tanh",
        "x*Phi(x)",
        "sin",
        "log(1+exp(x))",
        "max(x,0)+min(exp(x)-1,0)",
        "x/(1+abs(x))",
        "min(max(x,-1),1)",
        "abs(tanh(x)-1/3)",
    ):
        sigma = prepare(activations.get(text))
        errors = {"map": _distance(batch_norm_map(sigma, gram), batch_norm_map(sigma, gram, refine=0.6))}
        table.append(row(f"batch norm map, {text}", {"map": lambda s=sigma: batch_norm_map(s, gram)}, errors, seconds))
    erf = prepare(activations.get("erf"))
    q = np.diag(gram)
    closed = 2 / np.pi * np.arcsin(2 * gram / np.sqrt(np.outer(1 + 2 * q, 1 + 2 * q)))
    peer = hermite_peer(erf.value, gram)
    table.append(
        row(
            "dual over the Gram, erf",
            {"map": lambda: gaussian_map(erf, gram), "2-D Gauss-Hermite": peer},
            {"map": _distance(gaussian_map(erf, gram), closed), "2-D Gauss-Hermite": _distance(peer(), closed)},
            seconds,
        )
    )
    for text in ("relu", "tanh", "x*Phi(x)"):
        sigma = prepare(activations.get(text))
        errors = {"map": _distance(gaussian_map(sigma, gram), gaussian_map(sigma, gram, refine=0.6))}
        table.append(
            row(f"dual over the Gram, {text}", {"map": lambda s=sigma: gaussian_map(s, gram)}, errors, seconds)
        )
    for text in ("relu", "tanh"):
        network = Network(text, batch_size=BATCH)
        table.append(
            row(f"orbit of 100 layers, {text}", {"map": lambda w=network: mean_field_orbit(w, gram, 100)}, {}, seconds)
        )
    return table


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(f"{np.abs(a - b).max():.2e}")


ASKED = {"batch norm map": 0.6, "dual over the Gram": 0.2}


def table(record: dict[str, Any]) -> str:
    """The section of benchmarks/README.md."""
    where = record["machine"]
    lines = [
        "## Float64 maps of a Gram matrix",
        "",
        f"Written by `{record['recipe']}`; {where['processor']}, {where['date']}, load average at the start"
        f" {where['load_average_at_start'][0]}; numbers are in `results/maps.json`. n = {record['batch_size']}, an arbitrary Gram"
        " matrix; milliseconds, the ratio to the peer run beside it, and the largest error.",
        "",
        "| work | ms | asked | peer, ms | ratio | error | peer's error |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in record["rows"]:
        times, errors = entry["milliseconds"], entry["error"]
        peer = next((k for k in times if k != "map"), None)
        asked = next((f"<= {v}" for k, v in ASKED.items() if entry["work"].startswith(k)), "")
        beside = ("", "") if peer is None else (f"{peer}, {times[peer]:.3g}", f"{times[peer] / times['map']:.1f}")
        shown = [f"{errors[k]:.0e}" if k in errors else "" for k in ("map", peer)]
        work = entry["work"].replace("|", "\\|")
        lines.append(f"| {work} | {times['map']:.3g} | {asked} | {beside[0]} | {beside[1]} | {shown[0]} | {shown[1]} |")
    lines += ["", "Recorded elsewhere, in their own environments:", ""]
    lines += [
        f"* {k}: {v['milliseconds']} ms, error {v['error']} ({v['recipe']})" for k, v in record["recorded"].items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="time for each row")
    parser.add_argument("--write", action="store_true", help="write results/maps.json and its section of README.md")
    options = parser.parse_args()
    where = machine()
    rows = measured(options.seconds)
    for entry in rows:
        times = "  ".join(f"{k} {v:.3f} ms" for k, v in entry["milliseconds"].items())
        errors = "  ".join(f"{k} {v:.1e}" for k, v in entry["error"].items())
        print(f"{entry['work']:45s} {times}   error: {errors}")
    recipe = f"python -m benchmarks.maps --seconds {options.seconds:g} --write"
    record = {"recipe": recipe, "machine": where, "batch_size": BATCH, "rows": rows, "recorded": RECORDED}
    if options.write:
        (HERE / "results" / "maps.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        write_section("maps", table(record))


if __name__ == "__main__":
    main()
