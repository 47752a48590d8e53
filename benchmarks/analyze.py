"""Time of `gramchain analyze ACT --batch-size 16 --digits 30` for every built-in activation, and the digits that it states.

python -m benchmarks.analyze                 # print the table
python -m benchmarks.analyze --write         # the same, into results/analyze.json and benchmarks/README.md

Each activation runs in a process of its own: nothing is remembered from one to the next.  The time is processor time from the
first line after the imports to the last number, loading and self-check of the activation included; the fastest of three.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.page import write_section
from benchmarks.timing import machine

RESULTS = Path(__file__).parent / "results" / "analyze.json"
BATCH_SIZE, DIGITS, REACH, STATED_DIGITS = 16, 30, 1.0, 10
_CODE = """
import json, sys, time
import numerics.enclose, proofs_check.analysis
from theory.network import Network
start = time.process_time()
numbers = proofs_check.analysis.analyze_network(Network(sys.argv[1], batch_size=int(sys.argv[2])), int(sys.argv[3]))
seconds = time.process_time() - start
print(json.dumps({"seconds": seconds, "numbers": {key: number.to_json() for key, number in numbers.items()}}))
"""


def measured(name: str, rounds: int) -> dict[str, Any]:
    """Seconds, and what is stated about the fluctuation constant."""
    runs = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-c", _CODE, name, str(BATCH_SIZE), str(DIGITS)],
            capture_output=True,
            text=True,
            timeout=170,
        )
        if done.returncode:
            return {"seconds": None, "error": done.stderr.strip().splitlines()[-1]}
        runs.append(json.loads(done.stdout))
    constant = runs[0]["numbers"]["fluctuation_constant"]
    without = [key for key, number in runs[0]["numbers"].items() if number["method"].startswith("estimate")]
    return {"seconds": min(run["seconds"] for run in runs), "fluctuation_constant": constant, "estimates": without}


def table(found: dict[str, dict[str, Any]]) -> str:
    """A row an activation, slowest first."""
    rows = ["| activation | seconds | fluctuation_constant | error bound | only estimated |", "|---|---|---|---|---|"]
    for name, one in sorted(found.items(), key=lambda item: -(item[1]["seconds"] or 1e9)):
        if one["seconds"] is None:
            rows.append(f"| {name} | - | {one['error']} | | |")
            continue
        constant = one["fluctuation_constant"]
        value = constant["value"] or constant["method"]
        rows.append(
            f"| {name} | {one['seconds']:.2f} | {value} | {constant['error_bound'] or ''} | {', '.join(one['estimates'])} |"
        )
    within = sum(1 for one in found.values() if one["seconds"] is not None and one["seconds"] < REACH)
    return "\n".join(rows) + f"\n\n{within} of {len(found)} within {REACH:g} s."


def main() -> None:
    from theory.activations import names

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("only", nargs="*", help="activations; all built-in ones if none is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write needs all activations: leave the names out")
    where = machine()
    found = {name: measured(name, options.rounds) for name in options.only or names()}
    text = table(found)
    print(text)
    if options.write:
        RESULTS.write_text(json.dumps({"machine": where, "activations": found}, indent=1, sort_keys=True) + "\n")
        heading = (
            f"## Analysis of one network\n\n`gramchain analyze ACT --batch-size {BATCH_SIZE} --digits {DIGITS}`, processor seconds "
            f"beyond starting the interpreter and importing (reach: {REACH:g} s, the fluctuation constant to {STATED_DIGITS} "
            f"digits). `python -m benchmarks.analyze --write`; {where['processor']}, {where['date']}, "
            f"load {where['load_average_at_start'][0]} at the start."
        )
        write_section("analyze", f"{heading}\n\n{text}")


if __name__ == "__main__":
    main()
