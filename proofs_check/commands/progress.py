"""A progress bar with the time left, on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
from typing import Any


class ProgressBar:
    """A context manager; `advance` moves the bar.

    Args:
        what: what is counted.
        total: how many there are.
        quiet: show nothing.
    """

    def __init__(self, what: str, total: int, quiet: bool):
        self.what, self.total = what, total
        self.wanted = sys.stderr.isatty() and not quiet
        self.bar: Any = None

    def __enter__(self) -> ProgressBar:
        if self.wanted:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn(self.what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                       TextColumn("{task.description}"))  # fmt: skip
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("", total=self.total)
        return self

    def advance(self, count: int = 1, note: str = "") -> None:
        if self.bar is not None:
            self.bar.update(self.task, advance=count, description=note)

    def reach(self, count: int) -> None:
        """Move the bar to so many."""
        if self.bar is not None:
            self.bar.update(self.task, completed=count)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
