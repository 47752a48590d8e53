"""A grid of simulations from a TOML file: stored as each part finishes, resumed where it stopped.

Every list in the file is an axis of the grid.  A sweep that is interrupted in any way goes on when called again.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofs_check.commands import InputError
from proofs_check.decimal_text import counted

EXAMPLES = """\
examples:
  gramchain sweep examples/sweep.toml
  gramchain sweep examples/sweep.toml --executor processes
  gramchain sweep big.toml --executor dask:tcp://127.0.0.1:8786 --store results.sqlite

a file such as
  activation = ["relu", "tanh"]
  batch_size = 8
  width = [256, 512, 1024]
  depth = 20
  networks = 200
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "config", metavar="CONFIG.toml",
        help="keys: activation, batch_size, width, depth; normalization, networks, seed, input, weight_variance, bias_variance",
    )  # fmt: skip
    parser.add_argument(
        "--executor", default="serial", metavar="WHERE", help="serial (default), processes, processes:N or dask:ADDRESS"
    )
    parser.add_argument("--store", metavar="FILE", help="sqlite file (default: CONFIG with the ending .sqlite)")
    parser.add_argument("--parquet", metavar="FILE", help="also write the records there (needs gramchain[table])")


def run(options: argparse.Namespace) -> int:
    from numerics.simulation.executors import ExecutorError
    from numerics.simulation.results import export_parquet, load_table, require_pyarrow
    from numerics.simulation.simulate_record import RECORD_VERSION, relative_cost, simulate_record
    from numerics.simulation.store import ResultStore
    from numerics.simulation.sweep import Progress, run_sweep, split_networks
    from numerics.simulation.sweep_config import read_config
    from proofs_check.commands.output import note, print_json, print_table
    from proofs_check.commands.progress import ProgressBar

    if options.parquet:
        require_pyarrow()  # before anything is computed
    points = read_config(options.config).points()
    if not re.fullmatch(r"serial|processes(:\d+)?|dask:.+", options.executor):  # before the store is made
        raise InputError(f"--executor is {options.executor!r}: write serial, processes, processes:N or dask:ADDRESS")
    path = Path(options.store) if options.store else Path(options.config).with_suffix(".sqlite")
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent} for the store: create it, or name another --store")
    tasks = [task for point in points for task in split_networks(plain_settings(point))]
    fresh = not path.exists()
    with ResultStore(path) as store, ProgressBar("parts", len(tasks), options.quiet) as bar:

        def report(progress: Progress) -> None:
            bar.reach(progress.finished)

        try:
            summary = run_sweep(
                tasks, simulate_record, store, version=RECORD_VERSION, executor=options.executor, progress=report,
                cost=relative_cost,
            )  # fmt: skip
        except ExecutorError:
            if fresh:  # the executor could not be had: leave no empty store behind
                for ending in ("", "-wal", "-shm"):
                    Path(f"{path}{ending}").unlink(missing_ok=True)
            raise
    parts = len(summary.keys)
    rest = ", the others were stored" if summary.computed < parts else ""
    note(
        f"{counted(len(points), 'setting')}; {summary.computed} of {parts} parts computed now{rest}; records are in {path}",
        options.quiet,
    )
    mine = set(summary.keys)  # a store may hold other sweeps too
    table = load_table(path, mine)
    if options.parquet:
        export_parquet(path, options.parquet, mine)
    records = [{name: _text(row[name]) for name in table.dtype.names or ()} for row in table]
    if options.json:
        print_json({"records": records, "path": str(path)})
        return 0
    shown = [c for c in ("activation", "normalization", "batch_size", "width", "depth", "number", "mean_squared_error",
                         "standard_error", "predicted") if c in (table.dtype.names or ())]  # fmt: skip
    print_table(shown, [[_short(record[c]) for c in shown] for record in records], numbers=shown[2:])
    return 0


def plain_settings(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point of the grid as plain data that a worker understands: the activation as a tree, the start and the mean-field orbit's
    end as matrices.

    Raises:
        ValueError: an activation, a normalisation or an input that cannot be used; the message names it.
    """
    import numpy as np

    from numerics.lowering import lower
    from numerics.maps.mean_field import mean_field_orbit
    from numerics.simulation.starting_gram import check_starting_gram
    from proofs_check.commands.batch_file import read_batch, refuse_identical
    from theory.network import Network

    n = int(point["batch_size"])
    variances = [_exact(point[key]) for key in ("weight_variance", "bias_variance")]
    network = Network(point["activation"], point["normalization"], n, *variances)
    spec = lower(network)
    start = np.eye(n)
    if point["input"] is not None:
        samples = read_batch(point["input"], n)
        if point["normalization"] == "batch":
            refuse_identical(samples, point["input"])
        batch = np.array(samples).T
        start = batch.T @ batch / batch.shape[0]
    start = check_starting_gram(spec, start)
    settings = {key: value for key, value in point.items() if value is not None}
    reference = mean_field_orbit(network, start, int(point["depth"]))[-1]
    return {**settings, "tree": spec.activation.tree, "gram": start, "reference": reference}


def _exact(value: float) -> Any:
    """The decimal that was written, as an exact rational."""
    from fractions import Fraction

    from sympy import Rational

    fraction = Fraction(repr(value))
    return Rational(fraction.numerator, fraction.denominator)


def _text(value: Any) -> str | None:
    """A cell as a decimal string; null for a missing number."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float):
        return None if plain != plain else repr(plain)
    return str(plain)


def _short(text: str | None) -> str:
    if text is None:
        return "-"
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text
