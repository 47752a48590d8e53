"""A store's records as a table: numpy structured array, pandas frame, parquet file."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from numerics.simulation.canonical import canonical
from numerics.simulation.simulate_record import join_chunks
from numerics.simulation.store import ResultStore, StoreError

__all__ = ["export_parquet", "load_frame", "load_table"]

_FIRST = ("activation", "normalization", "batch_size", "width", "depth", "networks", "seed", "input")
_CHUNK = ("first_network", "last_network")


def load_table(path: str | os.PathLike[str], keys: Collection[str] | None = None) -> np.ndarray:
    """Read the records of a store as a structured array, one row a setting, the chunks of its networks joined.

    Args:
        path: of a store; it may be in use by a running sweep.
        keys: of the parts wanted, such as those in the summary of a sweep; the whole store if omitted.

    Returns:
        A structured array: settings first, then results. A missing number is NaN, a missing text empty. `number` below
        `networks` means that some chunks are still to come.

    Raises:
        StoreError: there is no store at `path`, or it cannot be read.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with ResultStore(folder.name + "/results.sqlite") as store:
    ...     _ = store.put("a", {"width": 8}, {"mean": 0.5})
    ...     _ = store.put("b", {"width": 16}, {"mean": 0.25})
    >>> load_table(folder.name + "/results.sqlite")["mean"].tolist()
    [0.5, 0.25]
    >>> folder.cleanup()
    """
    with ResultStore(path, create=False) as store:
        rows = [row for row in store.rows() if keys is None or row[0] in keys]
    joined: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for key, settings, record in rows:
        whole = {name: value for name, value in settings.items() if name not in _CHUNK}
        group = canonical(whole) if "point" in settings else key
        joined.setdefault(group, (whole, []))[1].append(record)
    return _structured(
        [{**whole, **(join_chunks(parts) if "point" in whole else parts[0])} for whole, parts in joined.values()]
    )


def _structured(rows: Sequence[Mapping[str, Any]]) -> np.ndarray:
    names = list(dict.fromkeys(name for row in rows for name in row))
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    columns = {name: _column([row.get(name) for row in rows]) for name in names}
    table = np.empty(len(rows), dtype=[(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        table[name] = column
    return table


def _column(values: list[Any]) -> np.ndarray:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values)
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values):
        return np.array(values, dtype=np.int64)
    if kinds <= {int, float, type(None)} and kinds != {int}:
        return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    texts = ["" if value is None else value if isinstance(value, str) else json.dumps(value) for value in values]
    return np.array(texts) if any(texts) else np.array(texts, dtype="U1")


def load_frame(path: str | os.PathLike[str]) -> Any:
    """Read the records of a store as a pandas DataFrame, with the columns of `load_table`.

    Raises:
        StoreError: as for `load_table`, or pandas is not installed (the extra `gramchain[table]`).
    """
    try:
        import pandas
    except ImportError:
        raise StoreError("a data frame needs pandas: pip install 'gramchain[table]', or use load_table") from None
    table = load_table(path)
    return pandas.DataFrame({name: table[name] for name in table.dtype.names or ()})


def require_pyarrow() -> Any:
    """The package behind `export_parquet`.

    Raises:
        StoreError: it is not installed (the extra `gramchain[table]`).
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise StoreError("parquet needs pyarrow: pip install 'gramchain[table]', or use load_table") from None
    return pyarrow


def export_parquet(
    path: str | os.PathLike[str], target: str | os.PathLike[str], keys: Collection[str] | None = None
) -> int:
    """Write the records of a store to a parquet file, which appears only when it is complete.

    Args:
        path: of the store.
        target: of the parquet file; replaced if it exists.
        keys: as for `load_table`.

    Returns:
        The number of rows.

    Raises:
        StoreError: as for `load_table`, pyarrow is not installed (the extra `gramchain[table]`), or the file cannot be
            written.
    """
    pyarrow = require_pyarrow()
    table = load_table(path, keys)
    columns = {name: pyarrow.array(table[name].tolist()) for name in table.dtype.names or ()}
    partial = Path(f"{target}.partial")
    try:
        pyarrow.parquet.write_table(pyarrow.table(columns), partial)
        os.replace(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StoreError(f"{target} cannot be written: {error}") from error
    return len(table)
