"""How long it takes to start: ``import theory`` beside ``import sympy``, and ``gramchain --help``.

    python -m benchmarks.startup --write     (a few seconds)

Each is a fresh process; the fastest of several is taken. Subprocesses are started in turn, so that what else the machine does falls
on all of them alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.timing import fastest, machine

RESULTS = Path(__file__).parent / "results" / "startup.json"
PAGE = Path(__file__).parent / "STARTUP.md"
CONTENDERS = {
    "python alone": ["-c", "pass"],
    "import sympy": ["-c", "import sympy"],
    "import theory": ["-c", "import theory"],
    "from theory import Network, fixed_point, linearize": ["-c", "from theory import Network, fixed_point, linearize"],
    "import theory, and use it": ["-c", "from theory import Network; Network('relu', batch_size=5)"],
    "import sympy, and use it": ["-c", "from sympy import Symbol, Max; Max(Symbol('x', real=True), 0)"],
    "gramchain --help": ["-m", "proofs_check.cli", "--help"],
    "gramchain analyze --help": ["-m", "proofs_check.cli", "analyze", "--help"],
}


def start(words: list[str]) -> None:
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)


def measure(seconds: float) -> dict[str, float]:
    """Seconds of each contender."""
    return fastest(
        {name: lambda words=words: start(words) for name, words in CONTENDERS.items()}, seconds, rounds_least=5
    )


def page(record: dict) -> str:
    """The results as Markdown."""
    seconds = record["seconds"]
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in seconds.items())
    light = seconds["import theory"] / seconds["import sympy"]
    used = seconds["import theory, and use it"] / seconds["import sympy, and use it"]
    shown = seconds["gramchain --help"]
    return f"""# Benchmarks: starting

Written by `python -m benchmarks.startup --write`; {record["machine"]["processor"]}, {record["machine"]["cores"]} cores, python \
{record["machine"]["versions"]["python"]}, {record["machine"]["date"]}, load average {record["machine"]["load_average_at_start"][0]}.

| fresh process | seconds |
|---|---|
{rows}

| asked | reach | measured |
|---|---|---|
| `import theory` / `import sympy` | <= 1.3 | {light:.2f} |
| the same, with a first network built | - | {used:.2f} |
| `gramchain --help` | < 0.3 s | {shown:.3f} s |
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    about = machine()
    record = {"machine": about, "seconds": measure(options.seconds)}
    print(page(record))
    if options.write:
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(record), encoding="utf-8")


if __name__ == "__main__":
    main()
