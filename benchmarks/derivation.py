"""Time to derive a dual with symbolic variances, beside `sympy.integrate` with a time limit at one fixed correlation.

python -m benchmarks.derivation                    # ours, for every activation with a closed form
python -m benchmarks.derivation --write            # the same, into results/derivation.json and results/derivation.md
python -m benchmarks.derivation --peer [NAME ...]  # sympy.integrate where it has not been tried; kept as it comes in

sympy gets the easier task (correlation 1/2, unit variances) and what it answers is compared with quadrature.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.timing import machine

RESULTS = Path(__file__).parent / "results"
REACH = 1.0
"""Seconds within which each closed form must be derived."""
CORRELATION = "1/2"


def closed() -> list[str]:
    """The built-in activations whose dual the rules derive; a form that is lost shows as a missing row."""
    from theory import activations
    from theory.dual import derive_dual

    return [name for name in activations.names() if derive_dual(name).solved]


def _ours(name: str) -> dict[str, Any]:
    from sympy import Symbol

    from theory.dual import as_activation, derive_dual

    derive_dual("sin", Symbol("q", positive=True))  # imports are no part of a derivation
    sigma = as_activation(name)
    q1, q2, c = Symbol("q1", positive=True), Symbol("q2", positive=True), Symbol("c", real=True)
    start = time.process_time()
    derivation = derive_dual(sigma, q1, q2, c)
    return {"seconds": time.process_time() - start, "solved": derivation.solved, "rules": derivation.rules}


def _integrate(name: str) -> dict[str, Any]:
    """sympy's own answer, and how far it is from quadrature."""
    from sympy import Integral, Rational, exp, integrate, oo, pi, sqrt, symbols, sympify

    from numerics.evaluate import evaluate
    from theory.dual import as_activation, dual_mean

    u, v = symbols("u v", real=True)
    r, sigma = Rational(CORRELATION), as_activation(name)
    density = exp(-(u**2 - 2 * r * u * v + v**2) / (2 * (1 - r**2))) / (2 * pi * sqrt(1 - r**2))
    start = time.perf_counter()
    answer = sympify(integrate(sigma(u) * sigma(v) * density, (u, -oo, oo), (v, -oo, oo)))
    seconds = time.perf_counter() - start
    if answer.has(Integral):
        return {"seconds": seconds, "outcome": "unevaluated"}
    value = complex(answer.evalf(15))
    gap = abs(value - float(evaluate(dual_mean(sigma, c=r), 15).value))
    outcome = "right" if gap < 1e-9 else "wrong"  # a nan is no answer either
    return {"seconds": seconds, "outcome": outcome, "gap": f"{gap:.3g}", "answer": str(answer)[:300]}


def _run(arguments: list[str], limit: float | None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.derivation", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)


def peer(name: str, limit: float) -> dict[str, Any]:
    """What `sympy.integrate` did: an answer, right or wrong, none in time, or an error."""
    try:
        return json.loads(_run(["--integrate", name], limit + 5).stdout)
    except subprocess.TimeoutExpired:
        return {"seconds": limit, "outcome": f"no answer within {limit:g} s"}
    except subprocess.CalledProcessError as error:
        return {"seconds": None, "outcome": "error", "answer": error.stderr.strip().splitlines()[-1][:200]}


def load() -> dict[str, Any]:
    path = RESULTS / "derivation.json"
    return json.loads(path.read_text()) if path.exists() else {"peer": {}, "ours": {}}


def save(record: dict[str, Any]) -> None:
    """Write under a temporary name, then rename: an interrupted run loses one entry at most."""
    part = RESULTS / "derivation.json.part"
    part.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    part.rename(RESULTS / "derivation.json")


def table(record: dict[str, Any]) -> str:
    """The page results/derivation.md."""
    on, rows = record["machine"], []
    for name, ours in sorted(record["ours"].items()):
        other = record["peer"].get(name)
        ratio = "-" if not other or not other["seconds"] else f"{other['seconds'] / ours['seconds']:.0f}"
        missed = "" if ours["seconds"] < REACH else " (missed)"
        took = "not run" if not other else "-" if other["seconds"] is None else f"{other['seconds']:.1f} s"
        said = "" if not other else other["outcome"] + (f" by {other['gap']}" if other["outcome"] == "wrong" else "")
        rules = ", ".join(ours["rules"])
        rows.append(f"| {name} | {ours['seconds']:.2f} s{missed} | {took} | {said} | {ratio} | {rules} |")
    slowest = max(ours["seconds"] for ours in record["ours"].values())
    return "\n".join(
        [
            "# Closed-form duals beside `sympy.integrate`",
            "",
            "Written by `python -m benchmarks.derivation --write`; all numbers are in `derivation.json`. "
            f"{on['processor']}, python {on['versions']['python']}, {on['date']}.",
            "",
            "Ours: symbolic variances and covariance, processor time of a fresh process without imports. `sympy.integrate`: the double",
            f"integral at unit variances and correlation {CORRELATION}, limit 120 s, its answer compared with quadrature.",
            f"Slowest of ours: {slowest:.2f} s (reach: {REACH:g} s each).",
            "",
            "| activation | ours | sympy.integrate | its answer | ratio | rules |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--peer", action="store_true", help="run sympy.integrate where it has not been tried")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for sympy.integrate")
    parser.add_argument("--write", action="store_true", help="write results/derivation.json and derivation.md")
    parser.add_argument("--integrate", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--ours", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.integrate or options.ours:
        print(json.dumps(_integrate(options.integrate) if options.integrate else _ours(options.ours)))
        return
    names = options.names or closed()
    if options.peer:
        for name in names:
            if name not in load()["peer"]:
                found = peer(name, options.limit)
                record = load()
                record["peer"][name] = found
                save(record)
            print(name, load()["peer"][name], flush=True)
        return
    record = load()
    record["machine"] = machine()
    record["ours"] = {}
    for name in names:
        record["ours"][name] = json.loads(_run(["--ours", name], None).stdout)
        print(f"{name:12} {record['ours'][name]['seconds']:8.3f} s", flush=True)
    if options.write:
        save(record)
        (RESULTS / "derivation.md").write_text(table(record))


if __name__ == "__main__":
    main()
