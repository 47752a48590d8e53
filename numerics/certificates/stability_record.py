"""The sign of 1 - contraction_rate(n) for 3 <= n <= 200 and four activations: computed, written, or computed again and compared.

python -m numerics.certificates.stability_record --write     docs/stability_3_to_200.json, minutes on two processes
python -m numerics.certificates.stability_record [--every 7] every 7th batch size again; status 1 where the record differs
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

from numerics.certificates.stability import StabilityAt, certify_stability
from theory.activations import get

RECORD = Path(__file__).parents[2] / "docs" / "stability_3_to_200.json"
TEXTS = ("relu", "tanh", "erf", "x*Phi(x)")
SIZES = range(3, 201)


def written(record: list[dict[str, Any]]) -> str:
    """JSON with a row a line."""
    blocks = []
    for data in record:
        head = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in data.items() if k != "entries")
        rows = ",\n".join(json.dumps(row) for row in data["entries"])
        blocks.append(f'{{{head}, "entries": [\n{rows}\n]}}')
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def differs(row: list[Any], again: StabilityAt) -> str:
    """How a row of the record and a fresh enclosure contradict each other, or an empty text."""
    if row[1] != again.stability.name:
        return f"n = {row[0]}: the record says {row[1]}, now {again.stability.name} {again.advice}"
    fresh = [ends for ends in (again.standard, again.pairs) if ends is not None]
    known = [tuple(map(Fraction, row[k : k + 2])) for k in range(2, len(row), 2)]
    if len(fresh) != len(known) or any(a[1] < b[0] or b[1] < a[0] for a, b in zip(fresh, known)):
        return f"n = {row[0]}: the enclosures do not overlap"
    return ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="compute every batch size and write the record")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="check every K-th batch size only")
    options = parser.parse_args(arguments)
    if options.every < 1:
        parser.error(f"--every takes a whole number of at least 1, not {options.every}")
    sizes = SIZES if options.write else SIZES[:: options.every]
    with ProcessPoolExecutor() as pool:
        found = [certify_stability(get(text), sizes, executor=pool) for text in TEXTS]
    if options.write:
        texts = [{**certificate.to_json(), "activation": text} for text, certificate in zip(TEXTS, found)]
        RECORD.write_text(written(texts), encoding="ascii")
        return 0 if all(certificate.complete for certificate in found) else 1
    record = {data["activation"]: data["entries"] for data in json.loads(RECORD.read_text(encoding="ascii"))}
    wrong = 0
    for text, certificate in zip(TEXTS, found):
        rows = {row[0]: row for row in record[text]}
        faults = [differs(rows[entry.batch_size], entry) for entry in certificate.entries]
        for fault in filter(None, faults):
            print(f"{text}: {fault}")
        wrong += sum(map(bool, faults))
        print(f"{text}: {len(faults)} batch sizes computed again, {sum(map(bool, faults))} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
