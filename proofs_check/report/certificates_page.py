"""docs/certificates.md: which claims of the ledger the checker of certificates shows again, and why not the others.

Write it again with ``python -m proofs_check.report.certificates_page [CLAIM ...]``, which judges those claims, or the whole ledger.
"""

from __future__ import annotations

import enum
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from proofs_check import ledger
from proofs_check.verdict import Grounds, Outcome, Verdict

PATH = Path(__file__).parents[2] / "docs" / "certificates.md"
ROOM = "../proofs_check/claims"


class Standing(enum.Enum):
    """What `gramchain recheck` says of a verdict's certificate, or why it cannot say more."""

    CONFIRMED = "confirmed: shown again with flint alone"
    CITATION = "rests on a citation"
    SIMULATION = "rests on simulation"
    GAP = "the claim itself is open"
    FINITE_WIDTH = "a finite-width number, derived or simulated"
    UNKNOWN = "a function, a law or a limit that the checker does not know"
    NOT_SHOWN = "within the checker's language, and not shown"


def standing(verdict: Verdict) -> Standing:
    """Of a verdict of a run with ``certify=True``; the first reason that applies, in the order of `Standing`.

    Raises:
        ValueError: the verdict carries no certificate.
    """
    if not verdict.certificate:
        raise ValueError(f"the verdict on {verdict.id} carries no certificate: run with certify=True")
    notes = [step["note"] for step in json.loads(verdict.certificate)["steps"] if step["kind"] == "symbolic"]
    if not notes:
        return Standing.CONFIRMED
    if verdict.outcome is Outcome.GAP:
        return Standing.GAP
    if verdict.grounds in (Grounds.CITATION, Grounds.SIMULATION):
        return Standing.CITATION if verdict.grounds is Grounds.CITATION else Standing.SIMULATION
    said = " ".join(notes)
    if "finite-width numbers" in said:
        return Standing.FINITE_WIDTH
    known = (
        "the checker does not know",
        "the checker knows",
        "the checker takes",
        "no limit of a quotient",
        "no bound for",
    )
    return Standing.UNKNOWN if any(part in said for part in known) else Standing.NOT_SHOWN


def counted(standings: Sequence[Standing]) -> str:
    """How many of each, such as "104 confirmed: shown again with flint alone; 4 rests on a citation"."""
    return "; ".join(f"{standings.count(s)} {s.value}" for s in Standing if s in standings)


def page(found: Mapping[str, Standing]) -> str:
    """The page for all claims of the ledger, by name."""
    confirmed = [name for name, s in found.items() if s is Standing.CONFIRMED]
    link = lambda name: f"[`{name}`]({ROOM}/{name}.py)"
    rows = [f"| {link(name)} | {s.value} |" for kind in Standing for name, s in found.items()
            if s is kind is not Standing.CONFIRMED]  # fmt: skip
    reasons = [f"| {s.value} | {list(found.values()).count(s)} |" for s in Standing]
    return "\n".join([
        "# What the checker of certificates confirms", "",
        "<!-- written by python -m proofs_check.report.certificates_page -->", "",
        "`gramchain verify --report DIR` writes a certificate of every claim; `gramchain recheck`, or `proofs_check/recheck.py` by itself",
        "with the standard library and flint alone, shows again what it can. A certificate counts as confirmed if every step of it is.",
        "The first reason that applies is counted.", "",
        "| certificate | claims |", "|---|---|", *reasons, "",
        f"## Confirmed ({len(confirmed)} of {len(found)})", "", ", ".join(map(link, confirmed)), "",
        "## Not confirmed", "", "| claim | why |", "|---|---|", *rows, "",
    ])  # fmt: skip


def written(text: str) -> dict[str, Standing]:
    """What a page says of each claim."""
    confirmed, _, rest = text.partition("## Not confirmed")
    found = dict.fromkeys(re.findall(r"\[`(\w+)`\]", confirmed), Standing.CONFIRMED)
    return found | {name: Standing(why) for name, why in re.findall(r"\| \[`(\w+)`\]\S+ \| (.+) \|", rest)}


def main(names: Sequence[str]) -> None:
    from proofs_check.commands.verify import DEFAULT_SEED
    from proofs_check.runner import ClaimReference, RunSettings, judge_references

    known = written(PATH.read_text(encoding="utf-8")) if names else {}
    references = [ClaimReference(name) for name in names or ledger.names()]
    verdicts = judge_references(references, RunSettings(DEFAULT_SEED, len(ledger.names()), certify=True), 2)
    known |= {verdict.id: standing(verdict) for verdict in verdicts}
    PATH.write_text(page({name: known[name] for name in ledger.names()}), encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    main(sys.argv[1:])
