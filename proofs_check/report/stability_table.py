"""docs/stability.md: which activations have an attracting symmetric fixed point, from stored enclosures in docs/stability.json.

Compute again and write both with ``python -m proofs_check.report.stability_table`` (minutes; ``--only gelu`` for one row).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "docs" / "stability.json"
PAGE = DATA.with_suffix(".md")
LARGEST = 128
BITS = 40
SECONDS = 20.0


@dataclass(frozen=True)
class StabilityRow:
    """One activation.

    Args:
        activation: built-in name, defaults for parameters.
        kind: name of a `numerics.critical_batch.Stability`.
        stable, unstable: neighbouring batch sizes with rates enclosed below and above 1; None where there is none.
        complete: whether every batch size up to `stable` is proved stable.
        root: the real root to six digits, where the rate is a formula in n.
        limit_standard, limit_pairs: enclosures of the eigenvalues as n grows, as decimal text; None where not enclosed.
        limit_margin: enclosure of 1 - rate as n grows.
        largest: largest batch size tried.
    """

    activation: str
    kind: str
    stable: int | None
    unstable: int | None
    complete: bool
    root: str | None
    limit_standard: str | None
    limit_pairs: str | None
    limit_margin: str | None
    largest: int


def stability_row(activation: str, largest: int = LARGEST) -> StabilityRow:
    """Enclosures of one row."""
    from numerics.critical_batch import find_critical_batch
    from theory import activations
    from theory.large_batch import large_batch_limit

    sigma = activations.get(activation)
    limit = large_batch_limit(sigma)
    found = find_critical_batch(sigma, largest=largest, bits=BITS, seconds=SECONDS)
    return StabilityRow(
        activation,
        found.kind.name,
        found.stable,
        found.unstable,
        found.complete,
        None if found.root is None else f"{float(found.root[0]):.7g}",
        _decimal(limit.eigenvalue_standard),
        _decimal(limit.eigenvalue_pairs),
        _decimal(1 - limit.contraction_rate),
        largest,
    )


def _decimal(number: Any) -> str | None:
    """Digits that an enclosure vouches for, at most six after the point; None where it does not decide."""
    from numerics.enclose import enclose

    ball = enclose(number, 53, seconds=SECONDS)
    if not ball.decided:
        return None
    low, high = float(ball.lower()), float(ball.upper())
    return next((f"{low:.{k}f}" for k in range(6, 0, -1) if f"{low:.{k}f}" == f"{high:.{k}f}"), None)


def read_rows() -> list[StabilityRow]:
    """The stored rows."""
    return [StabilityRow(**row) for row in json.loads(DATA.read_text(encoding="utf-8"))]


def stability_page(rows: Sequence[StabilityRow]) -> str:
    """The page as markdown."""
    proved = [r.activation for r in rows if r.kind == "NEVER_LOST"]
    lost = [r for r in rows if r.unstable is not None]
    lines = [
        "# Stability of every built-in activation, a table",
        "",
        "Centred batch normalisation, exchangeable fixed point G_* = b((1-c) I + c 11^T). It attracts where the contraction rate",
        "max(|eigenvalue_standard|, |eigenvalue_pairs|) is below 1. Built-in activations, defaults for parameters; written by",
        "`python -m proofs_check.report.stability_table`, from `docs/stability.json`.",
        "",
        "* **every n (proved)**: the eigenvalues are formulas in n, and -1 < eigenvalue < 1 is covered by balls for all real n >= 3.",
        "* **a / a+1**: the rate is enclosed below 1 at batch size a and above 1 at a+1. With a star every batch size up to a is proved",
        "  stable; otherwise 3, 4, 6, 8, 12, ... and the bisection's sizes are enclosed.",
        "* **up to N**: every size tried (3, 4, 6, 8, 12, ..., N) is enclosed as stable; beyond, the limit says what to expect, and",
        "  nothing is proved (a negative limit of 1 - rate: lost at some larger batch size).",
        "* A limit that is given as a decimal is an enclosure's, rounded; a dash says that the enclosure did not decide.",
        "",
        "| activation | stable at | real root | limit of eigenvalue_standard | limit of eigenvalue_pairs | limit of 1 - rate |",
        "|---|---|---|---|---|---|",
        *(_line(row) for row in rows),
        "",
        f"Stable at every batch size, proved: {', '.join(proved)}.",
        "",
        f"Stability is lost at a finite batch size for {len(lost)} of {len(rows)}: "
        + ", ".join(f"{r.activation} ({r.unstable})" for r in lost)
        + ".",
        *missing_line(rows),
    ]
    return "\n".join(lines) + "\n"


def missing_line(rows: Sequence[StabilityRow]) -> list[str]:
    """What the table leaves out, as a paragraph; empty where every built-in activation has a row."""
    from theory import activations

    missing = [name for name in activations.names() if name not in {row.activation for row in rows}]
    return ["", f"Not in the table, since their enclosures take long: {', '.join(missing)}."] if missing else []


def _line(row: StabilityRow) -> str:
    if row.kind == "NEVER_LOST":
        where = "every n (proved)"
    elif row.kind == "ENCLOSED":
        where = f"{row.stable} / {row.unstable}{'*' if row.complete else ''}"
    elif row.kind == "NOT_LOST_SO_FAR":
        where = f"up to {row.stable}"
    else:
        where = f"up to {row.stable}, undecided beyond"
    cells = (row.activation, where, row.root, row.limit_standard, row.limit_pairs, row.limit_margin)
    return "| " + " | ".join("-" if cell is None else cell for cell in cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute the rows and write data and page."""
    from theory import activations

    parser = argparse.ArgumentParser(prog="python -m proofs_check.report.stability_table", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="compute this row again and keep the others")
    parser.add_argument("--largest", type=int, default=LARGEST, help="largest batch size tried (default %(default)s)")
    options = parser.parse_args(arguments)
    only = options.only
    stored = {row.activation: row for row in read_rows()} if DATA.exists() else {}
    for name in only or activations.names():
        stored[name] = stability_row(name, options.largest)
        print(_line(stored[name]), file=sys.stderr, flush=True)
        rows = [stored[key] for key in activations.names() if key in stored]
        DATA.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(stability_page(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
