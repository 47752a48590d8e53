"""What commands share about output: JSON, tables, notes, files written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs_check.commands import InputError

_COLORS = {"PROVED": "bold green", "SUPPORTED": "green", "GAP": "yellow", "REFUTED": "bold red"}


def print_json(value: Any) -> None:
    """One JSON object on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def number_text(value: float | None) -> str | None:
    """A float as the shortest decimal string that reads back the same; infinities as "inf"; None stays None."""
    if value is None:
        return None
    return repr(float(value))


def note(text: str, quiet: bool = False) -> None:
    """A line for the person at the terminal, on stderr."""
    if not quiet:
        print(text, file=sys.stderr)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """A table on stdout: in colour and fitted to a terminal, in plain full-width lines elsewhere."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    if not terminal:
        widths = [max(len(c), *(len(r[i]) for r in rows)) if rows else len(c) for i, c in enumerate(columns)]
        for cells in (columns, ["-" * min(w, 60) for w in widths], *rows):
            padded = (
                c.rjust(w) if name in numbers else c.ljust(w)
                for c, w, name in zip(cells, widths, columns, strict=True)
            )  # fmt: skip
            print("  ".join(padded).rstrip())
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name in numbers
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*(Text(cell, style=_COLORS.get(cell, "")) for cell in row))
    Console().print(table)


def prepare_directory(path: str) -> Path:
    """A directory that files can be written into, made if it is missing.

    Raises:
        InputError: it is a file, or cannot be made or written to.
    """
    target = Path(path)
    if target.exists() and not target.is_dir():
        raise InputError(f"{path} is a file: name a directory")
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"cannot write into {path} ({reason}): name a directory you may write to") from None
    return target


def write_whole(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it: a reader never sees half of it."""
    write_bytes_whole(path, text.encode())


def write_bytes_whole(path: Path, content: bytes) -> None:
    """`write_whole` for bytes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
