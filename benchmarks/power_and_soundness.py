"""Measure the judge on true and false claims: how often it is wrong, how often it does not tell.

    python -m benchmarks.power_and_soundness [--each 7] [--seconds 20] [--seed 0] [--stride 1]

Writes benchmarks/power_and_soundness.json.  The claims are those of tests/proofs_check/claim_suite.py: formulas of the
theory and single changes of them, whose truth mpmath decides without the judge.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_suffix(".json")


def judged(task: tuple[int, int, int, float, int]) -> dict[str, Any]:
    """One claim of the suite, by its place."""
    place, seed, each, seconds, total = task
    from proofs_check.judge import Settings, judge
    from tests.proofs_check.claim_suite import cases

    if (seed, each) not in _CASES:
        _CASES[seed, each] = cases(seed, each)
    case = _CASES[seed, each][place]
    started = time.monotonic()
    verdict = judge(case.claim, Settings(time_limit=seconds), share=1 / total)
    return {"id": case.claim.id, "claim": str(case.claim), "true": case.true, "change": case.change, "outcome": verdict.outcome.name,
            "first_gap": verdict.first_gap, "seconds": round(time.monotonic() - started, 2)}  # fmt: skip


_CASES: dict[tuple[int, int], Any] = {}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of the project: two kinds of error, and two kinds of silence."""
    false, true = [r for r in rows if not r["true"]], [r for r in rows if r["true"]]
    accepted = [r["outcome"] for r in false]
    return {
        "claims": len(rows),
        "false": len(false),
        "true": len(true),
        "false_proved": accepted.count("PROVED"),
        "false_supported": accepted.count("SUPPORTED"),
        "false_refuted_share": round(accepted.count("REFUTED") / max(1, len(false)), 4),
        "true_refuted": sum(r["outcome"] == "REFUTED" for r in true),
        "true_gap_share": round(sum(r["outcome"] == "GAP" for r in true) / max(1, len(true)), 4),
        "outcomes_false": dict(Counter(accepted)),
        "outcomes_true": dict(Counter(r["outcome"] for r in true)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stride", type=int, default=1, help="judge every k-th claim of the suite")
    options = parser.parse_args()
    from tests.proofs_check.claim_suite import cases

    total = len(cases(options.seed, options.each))
    tasks = [(k, options.seed, options.each, options.seconds, total) for k in range(0, total, options.stride)]
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(options.workers) as pool:
        for row in pool.map(judged, tasks, chunksize=2):
            rows.append(row)
            if len(rows) % 10 == 0:
                print(f"{len(rows)} of {len(tasks)}", file=sys.stderr, flush=True)
                written(rows, options)
    found = written(rows, options)
    print(json.dumps(found, indent=1))
    return 1 if found["false_proved"] or found["true_refuted"] else 0


def written(rows: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    """Write what is known so far."""
    found = summary(rows)
    found["seconds"] = round(sum(r["seconds"] for r in rows), 1)
    silent = [r for r in rows if (r["outcome"] == "GAP") or (r["true"] == (r["outcome"] == "REFUTED"))]
    TARGET.write_text(
        json.dumps({"summary": found, "settings": vars(options), "open_or_wrong": silent}, indent=1) + "\n"
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
