"""A claim, or the analysis of a network, as LaTeX that compiles."""

from __future__ import annotations

import argparse

from proofs_check.commands import InputError
from proofs_check.commands.options import activation_text, add_digits, whole_number

EXAMPLES = """\
examples:
  gramchain latex one_step_is_unbiased
  gramchain latex --claims examples/my_claim.py my_claim
  gramchain latex analyze relu --batch-size 5 > relu.tex && pdflatex relu.tex
  gramchain latex one_step_is_unbiased --fragment            without the preamble, for your own document

The claim is printed as it is stated; verify judges it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="+", metavar="CLAIM | analyze ACT", help="names of claims, or: analyze ACT")
    parser.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="a Python file with claims")
    parser.add_argument("--batch-size", type=whole_number(2, 10**6), metavar="N", help="for analyze")
    parser.add_argument(
        "--normalization", choices=("batch", "batch-uncentered"), default="batch", help="for analyze (default: batch)"
    )
    add_digits(parser, 10)
    parser.add_argument("--fragment", action="store_true", help="the body alone, without preamble")


def run(options: argparse.Namespace) -> int:
    if options.what[0] == "analyze":
        body = _analysis(options)
    else:
        body = _claims(options)
    from proofs_check.commands.output import print_json
    from proofs_check.latex import document

    text = body + "\n" if options.fragment else document(body)
    if options.json:
        print_json({"latex": text})
    else:
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
    from proofs_check.latex import analysis_latex
    from theory.network import Network

    network = Network(options.what[1], options.normalization, options.batch_size)
    return analysis_latex(network, analyze_network(network, options.digits))


def _claims(options: argparse.Namespace) -> str:
    from proofs_check.commands.verify import select

    references, complaints = select(options.what, options.claims)
    if complaints:
        raise InputError("; ".join(complaints))
    from proofs_check.latex import claim_latex, escape
    from proofs_check.runner import load

    parts = []
    for reference in references:
        claim = load(reference)
        words = claim.title or reference.id.replace("_", " ")
        parts.append(rf"\subsection*{{{escape(words[:1].upper() + words[1:])}}}" + "\n" + claim_latex(claim))
    return "\n\n".join(parts)
