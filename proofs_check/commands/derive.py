"""Check a derivation a = b <= c < d link by link: the first false link is named with a counterexample.

The file declares its variables, then writes the chain, one link a line; "--" starts a reason, "#" a comment:

    for t in [0, 1]
    t*(1-t) = t - t^2 <= 1/4          -- largest at t = 1/2

Declarations: for x in [a, b), for integer n >= 3, for d in {16, 64}, let u, v ~ N(0, [[1, c], [c, 1]]),
let z1, z2 ~ sphere(n), assume c > 0.  E[...] is a mean; LaTeX spellings such as \\frac{1}{2} and \\le are read,
and a reason in the third column of an align: && \\text{...}.
"""

from __future__ import annotations

import argparse
import os

from proofs_check.commands.options import add_seconds

EXAMPLES = """\
examples:
  gramchain derive chain.txt
  gramchain derive chain.txt --latex                       an align* environment, a mark on each line

Exit status: 1 if a link is false.
"""
MOST_BYTES = 200_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a text file")
    parser.add_argument("--latex", action="store_true", help="print the judged chain as LaTeX")
    add_seconds(parser, 60.0, "one link")


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands import InputError
    from proofs_check.commands.output import note, print_json

    if not os.path.isfile(options.file):
        raise InputError(f"there is no file {options.file}: name a text file with a derivation")
    if os.path.getsize(options.file) > MOST_BYTES:
        raise InputError(f"{options.file} is longer than {MOST_BYTES} bytes")
    with open(options.file, encoding="utf-8", errors="replace") as file:
        text = file.read()
    from proofs_check.derivation import DerivationError
    from proofs_check.derivation_text import parse_derivation
    from proofs_check.judge import Settings
    from proofs_check.verdict import Outcome

    try:
        chain = parse_derivation(text, os.path.basename(options.file))
    except DerivationError as error:
        raise InputError(f"{options.file}: {error}") from None
    judged = chain.judge(
        Settings(time_limit=options.seconds),
        lambda place, v: note(f"link {place + 1}: {v.outcome.name}", options.quiet),
    )
    if options.json:
        print_json(judged.to_json())
    else:
        print(judged.latex() if options.latex else judged)
    return 1 if judged.outcome is Outcome.REFUTED else 0
