"""The dual activation: E[sigma(u) sigma(v)] for (u, v) centred Gaussian with given variances and covariance."""

from __future__ import annotations

import argparse

from proofs_check.commands.options import add_activation, add_digits, exact_number

EXAMPLES = """\
examples:
  gramchain dual relu --at 0.5
  gramchain dual erf --at 1/3 --q1 2 --q2 1/2 --digits 40
  gramchain dual tanh --at=-0.9 --json

--at is the covariance, which at unit variances is the correlation.  Decimals are taken exactly: 0.1 is one tenth.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_activation(parser)
    parser.add_argument("--at", type=exact_number(), required=True, metavar="C", help="covariance of u and v")
    parser.add_argument("--q1", type=exact_number(0, strict=True), default="1", metavar="Q", help="variance of u (1)")
    parser.add_argument("--q2", type=exact_number(0, strict=True), default="1", metavar="Q", help="variance of v (1)")
    add_digits(parser, 20)


def run(options: argparse.Namespace) -> int:
    if options.at**2 > options.q1 * options.q2:
        from proofs_check.commands import InputError

        raise InputError(f"--at {options.at} exceeds what the variances allow: its square must be at most q1 q2 = "
                         f"{options.q1 * options.q2}")  # fmt: skip
    from proofs_check.commands.output import print_json, print_table
    from proofs_check.dual_value import dual_value
    from proofs_check.latex import expression_latex
    from theory import activations

    found = dual_value(activations.get(options.activation), options.at, options.q1, options.q2, options.digits)
    number = found.number
    closed_form = None if found.closed_form is None else expression_latex(found.closed_form)
    if options.json:
        print_json({"value": number.value, "error_bound": number.error_bound, "closed_form": closed_form,
                    "method": number.method})  # fmt: skip
        return 0
    rows = [
        ("value", "-" if number.value is None else str(number.value)),
        ("error bound", number.error_bound or "-"),
        ("method", number.method),
        ("closed form", "-" if found.closed_form is None else str(found.closed_form)),
        ("its checks", found.checks or "-"),
    ]
    print_table(("quantity", ""), rows)
    return 0
