"""Dieharder on the compiled kernel's random numbers, test by test, recorded in benchmarks/results/generator_battery.json.

    python -m benchmarks.generator_battery_report [--orders words networks normals normals32] [--tests 0 1 ...] [--again]

Every test of the battery reads a stream of its own seed. Tests already recorded are not run again unless --again is
given, so an interrupted run goes on. A test is one of dieharder's default settings with its own remedy for ambiguous
p-values (`-k 2 -Y 1`: a weak one is repeated with more samples until it passes or fails).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import page, timing
from benchmarks.generator_battery import ORDERS

RESULTS = Path(__file__).parent / "results" / "generator_battery.json"
# all that `dieharder -l` calls good, with the sizes that `dieharder -a` runs them at; None is a test's own
TESTS: dict[int, tuple[int | None, ...]] = {
    **dict.fromkeys((0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 100, 101, 102, *range(204, 210)), (None,)),
    200: tuple(range(1, 13)),
    201: tuple(range(2, 6)),
    202: tuple(range(2, 6)),
    203: tuple(range(33)),
}


def run_test(order: str, number: int, size: int | None) -> list[dict[str, Any]]:
    """One dieharder test on one stream."""
    battery = ["dieharder", "-d", str(number), "-g", "200", "-k", "2", "-Y", "1", "-D", "8", "-D", "16", "-D", "32",
               "-D", "64", "-D", "128", "-D", "256", "-c", ","]  # fmt: skip
    battery += [] if size is None else ["-n", str(size)]
    source = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "benchmarks.generator_battery",
            "--order",
            order,
            "--seed",
            str(1000 * number + (size or 0)),
        ],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    done = subprocess.run(battery, stdin=source.stdout, capture_output=True, text=True)
    assert source.stdout is not None
    source.stdout.close()
    source.wait()
    return [parse(line) for line in done.stdout.splitlines() if line.count(",") >= 5]


def parse(line: str) -> dict[str, Any]:
    name, size, samples, p_samples, p_value, assessment, *_ = (field.strip() for field in line.split(","))
    return {"test": name, "size": int(size), "samples": int(samples), "p_samples": int(p_samples),
            "p_value": float(p_value), "assessment": assessment}  # fmt: skip


def section(record: dict[str, Any]) -> str:
    """The battery's section of benchmarks/README.md."""
    lines = [
        "## The compiled kernel's random numbers",
        "",
        f"Dieharder, by `{record['recipe']}`; every p-value is in `results/generator_battery.json`. Of p-values from fair",
        "numbers one in a hundred is called weak.",
        "",
        f"| stream | tests run, of {len(TESTS)} | passed | weak | failed |",
        "|---|---|---|---|---|",
    ]
    for order, tests in record["streams"].items():
        counts = Counter(line["assessment"] for lines_of in tests.values() for line in lines_of)
        lines.append(f"| {order} | {len(tests)} | {counts['PASSED']} | {counts['WEAK']} | {counts['FAILED']} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS))
    parser.add_argument(
        "--tests", nargs="+", type=int, choices=TESTS, default=list(TESTS), help="numbers from dieharder -l"
    )
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    if shutil.which("dieharder") is None:
        raise SystemExit("dieharder is not installed; on Debian: apt-get install dieharder")
    record = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"streams": {}}
    record["recipe"] = "python -m benchmarks.generator_battery_report"
    record["machine"] = timing.machine()
    for order in options.orders:
        done = record["streams"].setdefault(order, {})
        for number in options.tests:
            if str(number) in done and not options.again:
                continue
            done[str(number)] = [line for size in TESTS[number] for line in run_test(order, number, size)]
            lines = [line for lines in done.values() for line in lines]
            record.setdefault("summary", {})[order] = dict(Counter(line["assessment"] for line in lines))
            RESULTS.write_text(json.dumps(record, indent=1) + "\n")
            page.write_section("random numbers", section(record))
            for line in done[str(number)]:
                print(order, number, line["test"], line["size"], line["p_value"], line["assessment"], flush=True)


if __name__ == "__main__":
    main()
