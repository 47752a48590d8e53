"""Judge claims: those of the ledger, or your own from a Python file that defines CLAIM or CLAIMS (the file is run).

PROVED: every step holds, none by simulation alone.  SUPPORTED: some step rests on a test at the stated level.  GAP: a step
is open; the claim may be true.  REFUTED: an enclosed counterexample, or a test at the stated level.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from proofs_check.commands import InputError
from proofs_check.commands.options import add_seconds, add_seed, whole_number

if TYPE_CHECKING:
    from proofs_check.runner import ClaimReference
    from proofs_check.verdict import Verdict

EXAMPLES = """\
examples:
  gramchain verify                                         the whole ledger
  gramchain verify one_step_is_unbiased                    one claim
  gramchain verify --claims examples/my_claim.py           your own claims
  gramchain verify --report gramchain-report               also write index.html, report.tex, certificates/*.json

Exit status: 1 if a claim falls below its ledger entry or, unless the ledger expects it, is refuted.
"""

DEFAULT_SEED = 20260101


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", nargs="*", metavar="CLAIM", help="names of claims; all of them if omitted")
    parser.add_argument(
        "--claims", action="append", default=[], metavar="FILE.py", help="a Python file with CLAIM or CLAIMS"
    )
    parser.add_argument(
        "--report", metavar="DIR", help="write index.html, report.tex and one certificate a claim into this directory"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the claims and leave")
    parser.add_argument(
        "--workers", type=whole_number(1, 256), metavar="K",
        help="processes (default: the number of cores, at most 8); the verdicts do not depend on it",
    )  # fmt: skip
    add_seconds(parser, 120.0, "one claim; what is undecided by then is a GAP")
    add_seed(parser, DEFAULT_SEED)


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import note, prepare_directory, print_json
    from proofs_check.commands.progress import ProgressBar
    from proofs_check.runner import RunSettings, judge_references

    references, complaints = select(options.claim, options.claims)
    if options.list:
        if options.json:
            print_json({"names": [reference.id for reference in references]})
        else:
            print("\n".join(reference.id for reference in references))
        return _tell(complaints)
    if not references:
        return _tell(complaints)
    directory = None if options.report is None else prepare_directory(options.report)
    settings = RunSettings(options.seed, len(references), certify=directory is not None, seconds=options.seconds)
    workers = options.workers or min(8, os.cpu_count() or 1)
    with ProgressBar("claims", len(references), options.quiet) as progress:
        verdicts = judge_references(
            references, settings, workers, lambda reference, v: progress.advance(1, f"{v.id}: {v.outcome.name}")
        )
    if options.json:
        print_json({"claims": [verdict.to_json() for verdict in verdicts]})
    else:
        _print(verdicts)
    for verdict in verdicts:
        if verdict.first_gap:
            note(f"{verdict.id}: {verdict.first_gap}", options.quiet)
    if directory is not None:
        from proofs_check.report import write_certificates, write_report
        from proofs_check.report.certificates_page import counted, standing
        from proofs_check.runner import load

        files = write_report(directory, [load(reference) for reference in references], verdicts)
        note(f"report: {', '.join(map(str, files))}", options.quiet)
        written = len(write_certificates(directory, verdicts))
        stands = counted([standing(v) for v in verdicts if v.certificate])
        note(f"certificates: {written} in {directory / 'certificates'}: {stands}", options.quiet)
    fallen = [line for reference, v in zip(references, verdicts, strict=True) if (line := _falls_short(reference, v))]
    for line in fallen:
        note(line, options.quiet)
    return _tell(complaints) or (1 if fallen else 0)


def select(names: list[str], files: list[str]) -> tuple[list[ClaimReference], list[str]]:
    """The claims to judge, and one line for each file that could not be read.

    Raises:
        InputError: an unknown name.
    """
    from proofs_check import ledger
    from proofs_check.runner import ClaimReference, claims_of_file

    if not files:
        if not names:
            names = ledger.names()
        for name in names:
            ledger.expected(name)  # an unknown name is refused here, before anything heavy is loaded
        return [ClaimReference(name) for name in dict.fromkeys(names)], []
    found: dict[str, ClaimReference] = {}
    complaints = []
    for path in dict.fromkeys(files):
        try:
            for name in claims_of_file(path):
                if name in found:
                    complaints.append(
                        f"{path}: a claim {name} stands in {found[name].path} already: rename one of them"
                    )
                else:
                    found[name] = ClaimReference(name, path)
        except ledger.LedgerError as error:
            complaints.append(str(error))
    if not names:
        return list(found.values()), complaints
    chosen = []
    for name in dict.fromkeys(names):
        if name not in found and name not in ledger.names():
            raise InputError("; ".join(complaints) or ledger.unknown(name, [*found, *ledger.names()]))
        chosen.append(found.get(name, ClaimReference(name)))
    return chosen, complaints


def _tell(complaints: list[str]) -> int:
    from proofs_check.cli import BAD_INPUT, one_line

    for complaint in complaints:
        print(f"gramchain: {one_line(complaint)}", file=sys.stderr)
    return BAD_INPUT if complaints else 0


def _falls_short(reference: ClaimReference, verdict: Verdict) -> str | None:
    """Why a verdict makes the exit status 1, or None."""
    from proofs_check import ledger
    from proofs_check.verdict import Outcome

    if reference.path is None and ledger.falls_below(verdict):
        entry = ledger.expected(verdict.id)
        pinned = f"{entry['outcome']}, {entry['grounds']}, rests on {', '.join(entry['rests_on']) or 'nothing cited'}"
        return f"{verdict.id} falls below its ledger entry ({pinned})"
    if reference.path is None and ledger.expected(verdict.id)["outcome"] == "REFUTED":
        return None  # known to be false, and shown to be
    return f"{verdict.id} is refuted: {verdict.evidence}" if verdict.outcome is Outcome.REFUTED else None


def _print(verdicts: list[Verdict]) -> None:
    from proofs_check.commands.output import print_table

    rows = [
        (v.id, v.outcome.name, "-" if v.grounds is None else v.grounds.name.lower(),
         ", ".join(v.rests_on) or "-", f"{v.seconds:.1f}")
        for v in verdicts
    ]  # fmt: skip
    print_table(("claim", "outcome", "grounds", "rests on", "seconds"), rows, numbers=("seconds",))
    counts = {name: sum(v.outcome.name == name for v in verdicts) for name in ("PROVED", "SUPPORTED", "GAP", "REFUTED")}
    print(", ".join(f"{count} {name.lower()}" for name, count in counts.items() if count))
