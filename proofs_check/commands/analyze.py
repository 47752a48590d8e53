"""Everything known about one network with batch normalisation: the exchangeable fixed point G_* = b((1-c) I + c 11^T),
how fast it attracts, how gradients grow, and how strongly a finite width fluctuates about it.
"""

from __future__ import annotations

import argparse

from proofs_check.commands.options import add_activation, add_batch_size, add_digits

EXAMPLES = """\
examples:
  gramchain analyze relu --batch-size 5
  gramchain analyze "x*tanh(log(1+exp(x)))" --batch-size 16 --digits 30
  gramchain analyze erf --batch-size 4 --normalization batch-uncentered --json

Every number comes with an error bound and the method behind it: "exact", "ball" (certain), or "estimate".
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_activation(parser)
    add_batch_size(parser)
    parser.add_argument(
        "--normalization", choices=("batch", "batch-uncentered"), default="batch", help="default: batch (centred)"
    )
    add_digits(parser, 20)


def run(options: argparse.Namespace) -> int:
    from proofs_check.analysis import analyze_network
    from proofs_check.commands.output import print_json, print_table
    from theory.network import Network

    network = Network(options.activation, options.normalization, options.batch_size)
    numbers = analyze_network(network, options.digits)
    if options.json:
        print_json({key: number.to_json() for key, number in numbers.items()})
        return 0
    shown = {True: "yes", False: "no", None: "-"}
    rows = [
        (
            key,
            shown[n.value] if n.value is None or isinstance(n.value, bool) else n.value,
            n.error_bound or "",
            n.method,
        )
        for key, n in numbers.items()
    ]
    if not options.quiet:
        print(f"{network!r}: sigma(x) = {network.activation.formula}")
    print_table(("quantity", "value", "error bound", "method"), rows)
    return 0
