"""Re-check certificates with the standard library and flint alone: nothing that wrote them is imported.

confirmed: every step of the file was shown again.  not confirmed: the file is readable, and some step could not be shown.
"""

from __future__ import annotations

import argparse

EXAMPLES = """\
examples:
  gramchain recheck certificates/*.json
  python proofs_check/recheck.py certificate.json          the same, without this project

Exit status: 1 a certificate is readable but not confirmed; 2 one is malformed.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", nargs="+", metavar="CERTIFICATE", help="JSON files")


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import print_json
    from proofs_check.recheck import recheck_file

    found = [(path, *recheck_file(path)) for path in options.certificate]
    if options.json:
        rows = [{"path": path, "confirmed": status == 0, "reason": reason} for path, status, reason in found]
        print_json({"certificates": rows})
    else:
        for path, _, reason in found:
            print(f"{path}: {reason}")
    return max(status for _, status, _ in found)
