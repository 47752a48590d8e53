"""Re-check certificates with the standard library and flint alone: nothing that wrote them is imported.

confirmed: every step of the file was shown again.  not confirmed: the file is readable, and some step could not be shown.
"""

from __future__ import annotations

import argparse

EXAMPLES = """\
examples:
  gramchain recheck certificates/*.json
  gramchain recheck --coq certificate.json                 ask Coq's kernel as well (a no says nothing)
  python proofs_check/recheck.py certificate.json          the same, without this project
  gramchain recheck docs/certificates/three_samples_tanh.json     three samples converge (recheck_three_samples.py)

Exit status: 1 a certificate is readable but not confirmed; 2 one is malformed.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", nargs="+", metavar="CERTIFICATE", help="JSON files")
    parser.add_argument(
        "--coq", action="store_true", help="also hand the inequalities of confirmed files to coqc with Coq-Interval"
    )


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import print_json

    found = [(path, *_rechecked(path)) for path in options.certificate]
    if options.coq:
        found = [(path, status, f"{reason}; {_coq(path)}" if status == 0 else reason) for path, status, reason in found]
    if options.json:
        rows = [{"path": path, "confirmed": status == 0, "reason": reason} for path, status, reason in found]
        print_json({"certificates": rows})
    else:
        for path, _, reason in found:
            print(f"{path}: {reason}")
    return max(status for _, status, _ in found)


def _rechecked(path: str) -> tuple[int, str]:
    """By the checker of the file's format."""
    from proofs_check import recheck, recheck_three_samples

    try:
        with open(path, encoding="utf-8") as file:
            start = file.read(200)
    except (OSError, ValueError):
        start = ""
    checker = recheck_three_samples if recheck_three_samples.FORMAT in start else recheck
    return checker.recheck_file(path)


def _coq(path: str) -> str:
    """What coqc says of a confirmed file; it changes no status, since a proof that Coq does not find is no disproof."""
    from pathlib import Path

    from proofs_check.certificates.coq_export import check_with_coq, coq_source
    from proofs_check.certificates.trees import CertificateError

    try:
        return check_with_coq(coq_source(Path(path).read_text(encoding="utf-8"))).reason
    except CertificateError as error:
        return f"coq: {error}"
