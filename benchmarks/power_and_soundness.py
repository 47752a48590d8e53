"""Measure the judge on true and false claims: how often it is wrong, how often it does not tell.

    python -m benchmarks.power_and_soundness [--suite tuned, held-out, third or fourth] [--write] [--seconds 20] [--limit SECONDS] [--fresh]

The claims are formulas of the theory and single changes of them, whose truth mpmath decides without the judge (a mean without a law, as
where a hypothesis on its covariance was dropped, counts as false: it may not be proved, and no number refutes it); the judge's methods were
tuned on the suite "tuned" (tests/proofs_check/claim_suite.py); "held-out" has other formulas and another seed, and so has "third", which
was written later and without a look at the methods; "fourth" (one change of each claim) was written and judged before the methods that
were then added for such claims.  One command judges all suites to the end, in about ten minutes on two idle cores; stopped at any moment,
or by --limit, the same command goes on where it stopped: verdicts lie in benchmarks/results/.power_and_soundness.jsonl, each with the
version of the judge, and those of claims that the suite no longer has are left out.  --fresh judges everything again.  --write puts the
figures of all suites into benchmarks/results/power_and_soundness.json, where "left" says how many claims are still to be judged.
power_held_out_first_look.json, power_third_first_look.json and power_fourth_first_look.json beside it keep what those suites showed when
they were judged for the first time, before anything was changed because of them; the third's was a loaded machine, where 21 claims met
the limit of 20 s.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
TARGET, SO_FAR = RESULTS / "power_and_soundness.json", RESULTS / ".power_and_soundness.jsonl"
SUITES = {
    "tuned": (0, 9),
    "held-out": (20261125, 9),
    "third": (20261126, 5),
    "fourth": (20261127, 1),
}  # seed, mutations of each base claim


def suite(name: str) -> list[Any]:
    """The cases of a suite."""
    from tests.proofs_check.claim_suite import BASES, cases
    from tests.proofs_check.claim_suite_fourth import FOURTH
    from tests.proofs_check.claim_suite_held_out import HELD_OUT
    from tests.proofs_check.claim_suite_third import THIRD

    if name not in _CASES:
        seed, each = SUITES[name]
        bases = {"tuned": BASES, "held-out": HELD_OUT, "third": THIRD, "fourth": FOURTH}
        _CASES[name] = cases(seed, each, bases[name])
    return _CASES[name]


_CASES: dict[str, list[Any]] = {}


def identity(name: str, case: Any) -> dict[str, Any]:
    """What a verdict is filed under: a claim that changes is another claim."""
    return {"suite": name, "id": case.claim.id, "claim": str(case.claim), "true": case.true}


@functools.cache
def version() -> str:
    """The commit of the judge, with a plus where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude", "*"]
    found = subprocess.run(command, cwd=RESULTS, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def judged(task: tuple[str, int, float]) -> dict[str, Any]:
    """One claim of a suite, by its place."""
    name, place, seconds = task
    from proofs_check.judge import Settings, judge

    case, total = suite(name)[place], len(suite(name))
    started = time.process_time()
    verdict = judge(case.claim, Settings(time_limit=seconds), share=1 / total)
    return {**identity(name, case), "judge": version(), "change": case.change,
            "outcome": verdict.outcome.name, "first_gap": verdict.first_gap,
            "seconds": round(time.process_time() - started, 2)}  # fmt: skip


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
        "changes": dict(sorted(Counter(r.get("change", "none") for r in rows).items())),
    }


def known() -> dict[str, dict[str, Any]]:
    """The verdicts of earlier runs, by what they are filed under; a line cut short by a stop is judged again."""
    found = {}
    for line in SO_FAR.read_text(encoding="utf-8").splitlines() if SO_FAR.exists() else ():
        try:
            row = json.loads(line)
            found[json.dumps([row[key] for key in ("suite", "id", "claim", "true", "judge")][:4])] = row
        except (json.JSONDecodeError, KeyError):
            continue
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=list(SUITES), help="one suite alone (default: all)")
    parser.add_argument("--seconds", type=float, default=20.0, help="time limit of a claim")
    parser.add_argument(
        "--limit", type=float, default=float("inf"), help="seconds after which the run stops, to be gone on with"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stride", type=int, default=1, help="judge every k-th claim")
    parser.add_argument("--fresh", action="store_true", help="forget the verdicts of earlier runs")
    parser.add_argument("--write", action="store_true", help="write the figures")
    options = parser.parse_args()
    if options.fresh:
        SO_FAR.unlink(missing_ok=True)
    names = [options.suite] if options.suite else list(SUITES)
    cases = {
        (name, k): json.dumps(list(identity(name, case).values()))
        for name in SUITES
        for k, case in enumerate(suite(name))
    }
    done = known()
    tasks = [(name, k, options.seconds) for (name, k), key in cases.items()
             if name in names and k % options.stride == 0 and key not in done]  # fmt: skip
    started = time.monotonic()
    size = 4 * options.workers
    with ProcessPoolExecutor(options.workers) as pool, SO_FAR.open("a", encoding="utf-8") as file:
        for first in range(0, len(tasks), size):
            if time.monotonic() - started > options.limit:
                print(f"{len(tasks) - first} claims are left: run the same command again", file=sys.stderr)
                break
            for row in pool.map(judged, tasks[first : first + size]):
                file.write(json.dumps(row) + "\n")
                file.flush()
            print(f"{min(first + size, len(tasks))} of {len(tasks)}", file=sys.stderr, flush=True)
    done = known()
    rows = [done[key] for key in cases.values() if key in done]
    found = {name: {"left": sum(key not in done for (suite_, _), key in cases.items() if suite_ == name),
                    **summary([r for r in rows if r["suite"] == name])} for name in SUITES}  # fmt: skip
    if options.write:
        silent = [r for r in rows if r["outcome"] == "GAP" or (r["true"] == (r["outcome"] == "REFUTED"))]
        judges = dict(sorted(Counter(r["judge"] for r in rows).items()))
        page = {"figures": found, "verdicts_of_each_version": judges, "open_or_wrong": silent}
        TARGET.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 1 if any(f["false_proved"] or f["true_refuted"] for f in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
