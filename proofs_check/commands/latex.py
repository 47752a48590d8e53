"""Claims, or the analysis of a network, as LaTeX that compiles: a paper's appendix with one theorem a claim, its steps as
numbered equations, labels and a bibliography.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from proofs_check.commands import InputError
from proofs_check.commands.options import activation_text, add_digits, add_seed, whole_number

if TYPE_CHECKING:
    from proofs_check.claim import Claim
    from proofs_check.runner import ClaimReference
    from proofs_check.verdict import Verdict

EXAMPLES = """\
examples:
  gramchain latex one_step_is_unbiased > claim.tex && pdflatex claim.tex
  gramchain latex --claims examples/my_claim.py --judge    all claims of a file, judged
  gramchain latex one_step_is_unbiased relu_fixed_point_diagonal_is_half --notation yang
  gramchain latex one_step_is_unbiased --output paper      writes paper/appendix.tex and paper/gramchain.sty
  gramchain latex one_step_is_unbiased --fragment          the theorem alone, for a paper with \\usepackage{gramchain}
  gramchain latex analyze relu --batch-size 5 > relu.tex && pdflatex relu.tex

pdflatex resolves citations and references in its second run.
Without --judge a claim is printed as it is stated and headed "Claim"; with it, "Theorem" is what was proved.
With \\usepackage[seed]{gramchain} or [yang] a paper switches its letters; --notation does so for one file.
"""
NOTATIONS = ("ours", "seed", "yang")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="*",
        metavar="CLAIM | analyze ACT",
        help="names of claims (all of --claims if omitted), or: analyze ACT",
    )
    parser.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="a Python file with claims")
    parser.add_argument(
        "--notation", choices=NOTATIONS, default="ours",
        help="whose letters: ours (default), those of Joudaki et al. 2023 (seed) or of Yang et al. 2019",
    )  # fmt: skip
    parser.add_argument("--judge", action="store_true", help="judge the claims first, and say what became of each")
    parser.add_argument(
        "--output", metavar="DIR", help="write appendix.tex and gramchain.sty there instead of printing"
    )
    parser.add_argument("--fragment", action="store_true", help="the body alone, without preamble")
    parser.add_argument("--batch-size", type=whole_number(2, 10**6), metavar="N", help="for analyze")
    parser.add_argument(
        "--normalization", choices=("batch", "batch-uncentered"), default="batch", help="for analyze (default: batch)"
    )
    add_digits(parser, 10)
    add_seed(parser, 20260101)


def run(options: argparse.Namespace) -> int:
    if not options.what and not options.claims:
        raise InputError("name a claim (gramchain verify --list shows them), a file with --claims, or: analyze ACT")
    if options.what and options.what[0] == "analyze":
        if options.output is not None or options.judge:
            raise InputError("--output and --judge are for claims; send an analysis to a file with > FILE.tex")
        text = _analysis(options)
    else:
        if options.batch_size is not None:
            raise InputError("--batch-size is for an analysis: gramchain latex analyze ACT --batch-size N")
        text = _claims(options)
    from proofs_check.commands.output import print_json

    if options.json:
        print_json({"latex": text})
    elif options.output is None:
        print(text, end="")
    return 0


def _analysis(options: argparse.Namespace) -> str:
    if len(options.what) != 2:
        raise InputError("write: gramchain latex analyze ACT --batch-size N")
    if options.batch_size is None:
        raise InputError("an analysis needs a batch size: gramchain latex analyze ACT --batch-size N")
    try:
        activation_text(options.what[1])
    except argparse.ArgumentTypeError as error:
        raise InputError(str(error)) from None
    from proofs_check.analysis import analyze_network
    from proofs_check.latex import analysis_latex, document
    from theory.network import Network

    network = Network(options.what[1], options.normalization, options.batch_size)
    body = analysis_latex(network, analyze_network(network, options.digits), options.notation)
    return body + "\n" if options.fragment else document(body)


def _claims(options: argparse.Namespace) -> str:
    from proofs_check.commands.output import note
    from proofs_check.commands.verify import select

    references, complaints = select(options.what, options.claims)
    if complaints:
        raise InputError("; ".join(complaints))
    from proofs_check.commands.output import prepare_directory
    from proofs_check.report.appendix import Appendix
    from proofs_check.runner import load

    if options.output is not None:
        prepare_directory(options.output)  # a directory that cannot be written to is refused before anything is judged
    claims = [load(reference) for reference in references]
    appendix = Appendix(tuple(claims), _judged(references, claims, options), options.notation)
    if options.output is not None:
        note(f"wrote {', '.join(map(str, appendix.write(options.output)))}", options.quiet)
    return appendix.body + "\n" if options.fragment else appendix.document(standalone=options.output is None)


def _judged(
    references: list[ClaimReference], claims: list[Claim], options: argparse.Namespace
) -> tuple[Verdict, ...] | None:
    if not options.judge:
        return None
    from proofs_check.commands.progress import ProgressBar
    from proofs_check.runner import RunSettings, judge_references

    with ProgressBar("claims", len(claims), options.quiet) as progress:
        verdicts = judge_references(
            references, RunSettings(options.seed, len(claims)), min(8, os.cpu_count() or 1),
            lambda reference, v: progress.advance(1, f"{v.id}: {v.outcome.name}"),
        )  # fmt: skip
    return tuple(verdicts)
