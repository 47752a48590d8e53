"""Random networks of finite width against the mean-field theory: how far G_L, the Gram matrix after L layers, is from the
mean-field orbit that starts at the same Gram matrix.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING, Any

from proofs_check.commands import InputError
from proofs_check.commands.options import (
    NORMALIZATIONS,
    add_activation,
    add_batch_size,
    add_seed,
    exact_number,
    whole_number,
)

if TYPE_CHECKING:
    import numpy as np

EXAMPLES = """\
examples:
  gramchain simulate relu --batch-size 5 --width 1000 --depth 50 --networks 200 --seed 1
  gramchain simulate relu --input examples/data/digits.csv --batch-size 16 --width 1024 --depth 100 --networks 20
  gramchain simulate identity --normalization none --batch-size 5 --width 1000 --depth 70 --networks 200

Without --input the samples are orthonormal: the start is G_0 = I.  A CSV file has one sample a row and no header; its
first N rows are used, and the start is G_0 = X X^T / features.
"""

MOST_OPERATIONS = 10**17
PARALLEL_ABOVE = 10**9  # normal numbers drawn; below, starting processes costs more than they bring


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_activation(parser)
    add_batch_size(parser)
    parser.add_argument("--width", type=whole_number(1), required=True, metavar="D", help="neurons of every layer")
    parser.add_argument("--depth", type=whole_number(0), required=True, metavar="L", help="number of layers")
    parser.add_argument(
        "--networks", type=whole_number(1), default=100, metavar="M", help="independent networks (default 100)"
    )
    add_seed(parser, 0)
    parser.add_argument("--input", metavar="FILE", help="CSV file, one sample a row; orthonormal samples if omitted")
    parser.add_argument("--normalization", choices=NORMALIZATIONS, default="batch", help="default: batch (centred)")
    parser.add_argument(
        "--weight-variance", type=exact_number(0, strict=True), default="1", metavar="V",
        help="width times the variance of a weight (default 1; He initialisation of ReLU: 2)",
    )  # fmt: skip
    parser.add_argument(
        "--bias-variance", type=exact_number(0), default="0", metavar="V", help="variance of a bias (default 0)"
    )


def run(options: argparse.Namespace) -> int:
    _refuse_absurd(options)
    samples = None
    if options.input is not None:
        from proofs_check.commands.batch_file import read_batch, refuse_identical

        samples = read_batch(options.input, options.batch_size)
        if options.normalization == "batch":
            refuse_identical(samples, options.input)

    import numpy as np

    from numerics.lowering import lower
    from numerics.maps.mean_field import mean_field_orbit
    from numerics.simulation.starting_gram import check_starting_gram, gram_of_input
    from proofs_check.commands.output import note, number_text, print_json, print_table
    from proofs_check.finite_width.prediction import bounded_error, predicted_error
    from theory.network import Network

    n = options.batch_size
    network = Network(
        options.activation, options.normalization, n, _sympy(options.weight_variance), _sympy(options.bias_variance)
    )
    spec = lower(network)
    start = np.eye(n) if samples is None else gram_of_input(np.array(samples).T)
    start = check_starting_gram(spec, start)
    if samples is None:
        note(f"start: orthonormal samples, G_0 = I ({n} x {n})", options.quiet)
    else:
        note(f"start: the first {n} samples of {options.input}, {len(samples[0])} features, "
             f"G_0 of rank {np.linalg.matrix_rank(start, hermitian=True)}", options.quiet)  # fmt: skip
    warning = wandering(n, options.width, options.normalization)
    if warning:
        note(f"warning: {warning}", options.quiet)

    orbit = mean_field_orbit(network, start, options.depth)
    errors, seconds = _errors(spec, start, orbit[-1], options)
    mean = float(np.mean(errors))
    spread = float(np.std(errors, ddof=1) / np.sqrt(len(errors))) if len(errors) > 1 else None
    prediction = predicted_error(network, start, orbit, options.width)
    bound = bounded_error(network, start, orbit, options.width)
    ratio = None if bound.value is None or mean == 0 else bound.value / mean
    result: dict[str, Any] = {
        "mean_squared_error": number_text(mean),
        "standard_error": number_text(spread),
        "predicted": number_text(prediction.value),
        "bound": number_text(bound.value),
        "ratio": number_text(ratio),
        "seconds": number_text(round(seconds, 6)),
        "networks_per_second": number_text(float(f"{len(errors) / max(seconds, 1e-9):.6g}")),
    }
    if prediction.value is None:
        result["reason"] = prediction.basis
    if options.json:
        print_json(result)
        return 0
    meaning = {
        "mean_squared_error": "mean of ||G_L - Gbar_L||_F^2 over the networks",
        "standard_error": "of that mean" if spread is not None else "a single network has none",
        "predicted": prediction.basis,
        "bound": bound.basis,
        "ratio": "bound / measured",
    }
    rows = [(key, _shown(value), meaning.get(key, "")) for key, value in result.items() if key != "reason"]
    print_table(("quantity", "value", "meaning"), rows)
    return 0


def wandering(batch_size: int, width: int, normalization: str) -> str | None:
    """A warning where the width is too small for the chain to stay near the fixed point, or None."""
    if not normalization.startswith("batch"):
        return None
    size = batch_size / width**0.5
    if size > 2 or (batch_size > 20 and size > 0.5):
        return (f"n/sqrt(d) = {size:.2g} is large: at this width the chain may wander away from the fixed point, and theory of "
                f"order 1/d does not apply; take a width above {4 * batch_size**2}")  # fmt: skip
    return None


def _errors(spec: Any, start: np.ndarray, target: np.ndarray, options: argparse.Namespace) -> tuple[np.ndarray, float]:
    """Squared distances of G_L to the orbit, one a network, and the seconds the networks took."""
    from numerics.simulation import ensemble
    from numerics.simulation.observables import SquaredError
    from proofs_check.commands.progress import ProgressBar

    normals = options.networks * options.depth * options.width * options.batch_size
    workers = min(8, os.cpu_count() or 1) if normals > PARALLEL_ABOVE else 1
    begun = time.perf_counter()
    with ProgressBar("networks", options.networks, options.quiet) as progress:
        values = ensemble.run(
            spec, start, width=options.width, depth=options.depth, networks=options.networks, seed=options.seed,
            layers=[options.depth], observables={"error": SquaredError(target)}, workers=workers,
            progress=lambda done, total: progress.reach(done),
        )  # fmt: skip
    return values["error"][:, 0], time.perf_counter() - begun


def _refuse_absurd(options: argparse.Namespace) -> None:
    """Sizes that no machine at hand can hold or finish, refused before anything is allocated."""
    n, depth = options.batch_size, options.depth
    needed = 8 * n * n * (depth + 1 + 8)  # the orbit, and working copies
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > memory // 2:
        raise InputError(
            f"--batch-size {n} with --depth {depth} needs about {needed / 2**30:.3g} GiB, more than half of this machine's "
            f"{memory / 2**30:.3g} GiB: choose smaller sizes"
        )
    operations = options.networks * max(depth, 1) * (options.width * n * n + n**3)
    if operations > MOST_OPERATIONS:
        raise InputError(
            f"--width {options.width} --depth {depth} --networks {options.networks} take about {operations:.1e} "
            f"operations, weeks of computing: choose smaller sizes (at most {MOST_OPERATIONS:.0e})"
        )


def _sympy(value: Any) -> Any:
    from fractions import Fraction

    from sympy import Rational

    exact = Fraction(value)
    return Rational(exact.numerator, exact.denominator)


def _shown(value: str | None) -> str:
    return "-" if value is None else f"{float(value):.6g}"
