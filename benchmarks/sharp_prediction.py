"""The sharp prediction (tr V)/d of E|G_l - G_*|^2 beside simulation, d = 50 n^2, for several activations and batch sizes.

python -m benchmarks.sharp_prediction                # print the table (about ten minutes; numba is used where installed)
python -m benchmarks.sharp_prediction --write        # the same, into results/sharp_prediction.json and benchmarks/README.md
python -m benchmarks.sharp_prediction erf --write    # the cases of one activation again, the others as they are recorded

Networks start at G_*, the first 20 layers are dropped, and each network's average over the rest is one independent observation.
Networks are added in blocks until the standard error is below 0.35 % of the prediction (a rule that looks at the spread alone): a
prediction that is exact leaves the margin of 2 % by more than five standard errors, with probability below 1e-6.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import write_section
from benchmarks.timing import machine

RESULTS = Path(__file__).parent / "results" / "sharp_prediction.json"
CENTRED, UNCENTRED = "batch", "batch-uncentered"
CASES = (
    ("relu", 4, CENTRED), ("tanh", 4, CENTRED), ("gelu", 4, CENTRED), ("elu", 4, CENTRED), ("sigmoid", 4, CENTRED),
    ("relu", 8, CENTRED), ("tanh", 8, CENTRED), ("erf", 16, CENTRED),
    ("leaky_relu(3/10)", 7, CENTRED), ("softplus", 6, CENTRED), ("hard_tanh", 6, CENTRED), ("x*exp(-x^2)", 5, CENTRED),
    ("relu", 4, UNCENTRED), ("softplus", 5, UNCENTRED), ("leaky_relu(3/10)", 7, UNCENTRED),
)  # fmt: skip
MARGIN, STANDARD_ERROR, DROPPED, LAYERS, BLOCK, MOST_BLOCKS = 0.02, 0.0035, 20, 60, 40, 200
SECONDS = 300.0


def _sharp(network: Any) -> tuple[float, float, np.ndarray]:
    """tr V, the contraction rate and G_*."""
    from numerics import evaluate
    from numerics.fixed_gram import fixed_point_gram
    from numerics.uncentered.fixed_point import uncentered_analysis
    from theory import linearize, stationary_fluctuations
    from theory.mean_field import has_correlated_rows

    if has_correlated_rows(network):
        n, found = int(network.batch_size), uncentered_analysis(network)
        b, c = found["b"].value, found["c"].value
        gram = b * ((1 - c) * np.eye(n) + c * np.ones((n, n)))
        return found["fluctuation_constant"].value, found["contraction_rate"].value, gram
    predicted = float(evaluate(stationary_fluctuations(network).fluctuation_constant, 9).value)
    return predicted, float(evaluate(linearize(network).contraction_rate, 9).value), fixed_point_gram(network)


def case(name: str, n: int, normalization: str = CENTRED) -> dict[str, Any]:
    """Simulated over predicted, its standard error, and the rate."""
    from numerics.lowering import lower
    from numerics.simulation import gram_chain
    from theory import Network

    network, width = Network(name, normalization, n), 50 * n * n
    predicted, rate, gram = _sharp(network)
    spec, observed = lower(network), np.empty(0)
    compiled = importlib.util.find_spec("numba") is not None
    start = time.perf_counter()
    for block in range(MOST_BLOCKS):
        chosen = range(block * BLOCK, (block + 1) * BLOCK)
        grams = gram_chain.sample(
            spec,
            gram,
            width=width,
            depth=DROPPED + LAYERS,
            networks=chosen,
            seed=7,
            layers=range(DROPPED + 1, DROPPED + LAYERS + 1),
            compiled=compiled,
        )
        squares = width * ((grams - gram) ** 2).sum((2, 3)).mean(1)
        observed = np.concatenate([observed, squares])
        error = observed.std(ddof=1) / np.sqrt(len(observed)) / predicted
        if error < STANDARD_ERROR or time.perf_counter() - start > SECONDS:
            break
    return {"activation": name, "normalization": normalization, "n": n,
            "width": width, "rate": rate, "predicted": predicted, "networks": len(observed),
            "ratio": float(observed.mean() / predicted), "standard_error": float(error)}  # fmt: skip


def table(rows: list[dict[str, Any]]) -> str:
    lines = ["| activation | BN | n | d | contraction rate | tr V | simulated / predicted | standard error | networks |",
             "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for r in rows:
        kind = "centred" if r["normalization"] == CENTRED else "uncentred"
        lines.append(f"| {r['activation']} | {kind} | {r['n']} | {r['width']} | {r['rate']:.3f} | {r['predicted']:.6g} | {r['ratio']:.4f} "
                     f"| {r['standard_error']:.4f} | {r['networks']} |")  # fmt: skip
    good = sum(abs(r["ratio"] - 1) < MARGIN and r["standard_error"] < STANDARD_ERROR for r in rows)
    return (
        "\n".join(lines) + f"\n\n{good} of {len(rows)} within {MARGIN:.0%}, standard error below {STANDARD_ERROR:.2%}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("only", nargs="*", help="activations; all cases if none is given")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    where, rows = machine(), []
    recorded = {(r["activation"], r["n"], r["normalization"]): r for r in json.loads(RESULTS.read_text())["cases"]}
    for name, n, normalization in CASES:
        again = not options.only or name in options.only
        rows.append(case(name, n, normalization) if again else recorded[name, n, normalization])
        print(table(rows[-1:]).splitlines()[2], flush=True)
    text = table(rows)
    print(text.splitlines()[-1])
    if options.write:
        RESULTS.write_text(json.dumps({"machine": where, "cases": rows}, indent=1) + "\n")
        heading = (
            "## Sharp prediction\n\n`python -m benchmarks.sharp_prediction --write`: E|G_l - G_*|^2 at d = 50 n^2, simulated over "
            f"(tr V)/d, {LAYERS} layers from the {DROPPED + 1}st on. Where the standard error is below "
            "0.35 % an exact prediction leaves the margin of 2 % with probability below 1e-6."
        )
        write_section("sharp_prediction", f"{heading}\n\n{text}")


if __name__ == "__main__":
    main()
