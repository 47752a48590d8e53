"""The record of stability at 3 to 200 samples as certificates that `gramchain recheck` shows again with flint alone.

    python -m proofs_check.certificates.stability FOLDER [--activations tanh ...] [--sizes 3 38 39 ...]

A stable entry becomes -1 < lambda < 1 for each eigenvalue, an unstable one the eigenvalue that lies beyond.  The sphere means in the
eigenvalues are evaluated by the checker's own quadrature, a second or so for each inequality.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import S

from numerics.certificates.stability_record import RECORD, SIZES, TEXTS
from proofs_check.certificates.certificate import Certificate, sealed
from proofs_check.certificates.steps import inequality_step
from proofs_check.statement import Statement, less
from theory.linearization import linearize
from theory.network import Network

# precisions in turn, and whether means are taken in closed form: where there is one, that is quickest
WAYS = ((64, True), (32, False), (64, False), (128, False), (256, False))


def statements(activation: str, row: list[Any]) -> Iterator[Statement]:
    """What an entry of the record says, as inequalities.

    Args:
        row: n, STABLE or UNSTABLE, and the ends of each eigenvalue's enclosure.

    Raises:
        ValueError: an entry that says neither, or unstable without an eigenvalue beyond -1 or 1.
    """
    size, said, *ends = row
    found = linearize(Network(activation, batch_size=size))
    values = [v for v in (found.eigenvalue_standard, found.eigenvalue_pairs) if v is not None]
    intervals = [(Fraction(a), Fraction(b)) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    if said == "STABLE":
        for value in values:
            yield less(-S.One, value)
            yield less(value, S.One)
        return
    for value, (low, high) in zip(values, intervals, strict=True):
        if said == "UNSTABLE" and low > 1:
            yield less(S.One, value)
            return
        if said == "UNSTABLE" and high < -1:
            yield less(value, -S.One)
            return
    raise ValueError(f"{activation}, n = {size}: an entry {said} with the eigenvalues {ends} says nothing to certify")


def stability_certificate(activation: str, row: list[Any]) -> Certificate:
    """The certificate of one entry; its status says whether the checker confirms all of it.

    >>> stability_certificate("relu", [5, "STABLE", "0.6", "0.7", "0.4", "0.5"]).confirmed
    True
    """
    parts = []
    for statement in statements(activation, row):
        tried: dict[str, Any] = {}
        for bits, exact in WAYS:
            try:
                tried = inequality_step(statement, (), bits, exact)
            except ValueError:
                continue
            if sealed("trial", [tried]).confirmed:
                break
        parts.append(tried or {"kind": "symbolic", "note": f"{statement} has no form that the checker reads"})
    name = re.sub(r"\W+", "_", activation).strip("_")
    return sealed(f"stability_{name}_{row[0]}", parts, f"{activation} at n = {row[0]}: {row[1].lower()}", "PROVED")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--activations", nargs="*", default=list(TEXTS), choices=TEXTS, metavar="ACT")
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES), metavar="N")
    options = parser.parse_args(arguments)
    record = {data["activation"]: data["entries"] for data in json.loads(RECORD.read_text(encoding="ascii"))}
    missing = sorted(set(options.sizes) - set(SIZES))
    if missing:
        parser.error(f"the record has no batch size {missing[0]}: it goes from {SIZES[0]} to {SIZES[-1]}")
    options.folder.mkdir(parents=True, exist_ok=True)
    open_entries = 0
    for activation in options.activations:
        for row in record[activation]:
            if row[0] in options.sizes:
                found = stability_certificate(activation, row)
                name = json.loads(found.text)["id"]
                found.write(options.folder / f"{name}.json")
                open_entries += not found.confirmed
                print(f"{activation}, n = {row[0]}, {row[1].lower()}: {found.reason}")
    return 1 if open_entries else 0


if __name__ == "__main__":
    sys.exit(main())
