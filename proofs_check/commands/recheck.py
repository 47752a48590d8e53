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

Exit status: 1 a certificate is readable but not confirmed; 2 one is malformed.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", nargs="+", metavar="CERTIFICATE", help="JSON files")
    parser.add_argument(
        "--coq", action="store_true", help="also hand the inequalities of confirmed files to coqc with Coq-Interval"
    )


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import print_json
    from proofs_check.recheck import recheck_file

    found = [(path, *recheck_file(path)) for path in options.certificate]
    if options.coq:
        found = [(path, status, f"{reason}; {_coq(path)}" if status == 0 else reason) for path, status, reason in found]
    if options.json:
        rows = [{"path": path, "confirmed": status == 0, "reason": reason} for path, status, reason in found]
        print_json({"certificates": rows})
    else:
        for path, _, reason in found:
            print(f"{path}: {reason}")
    return max(status for _, status, _ in found)


def _coq(path: str) -> str:
    """What coqc says of a confirmed file; it changes no status, since a proof that Coq does not find is no disproof."""
    from pathlib import Path

    from proofs_check.certificate_trees import CertificateError
    from proofs_check.coq_export import check_with_coq, coq_source

    try:
        return check_with_coq(coq_source(Path(path).read_text(encoding="utf-8"))).reason
    except CertificateError as error:
        return f"coq: {error}"
