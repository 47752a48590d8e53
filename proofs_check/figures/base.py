"""A figure as a value: settings, points, picture, caption."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


class FigureError(ValueError):
    """A figure that does not exist or cannot be drawn; the message says what to write instead."""


Progress = Callable[[str], None]


def silent(note: str) -> None:
    """Progress that nobody watches."""
    del note


@dataclass(frozen=True)
class Point:
    """One row of a figure's table.

    Args:
        panel: the panel it stands in.
        series: the curve, such as an activation.
        kind: "measured", "prediction", "bound", "shape" or another word the figure's drawing knows.
        x, y: coordinates; y is nan where there is nothing to draw, such as a bound that says nothing.
        low, high: ends of a band, or nan.
        note: where the number comes from.
    """

    panel: str
    series: str
    kind: str
    x: float
    y: float
    low: float = float("nan")
    high: float = float("nan")
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("x", "y", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))


@dataclass(frozen=True)
class Figure:
    """A figure that can be made again from its settings alone.

    Args:
        name: file name and command-line name.
        title: one line.
        settings: a frozen dataclass; every number that the picture depends on.
        points: settings, progress -> the table.
        draw: settings, points -> a matplotlib figure.
        caption: settings, points -> LaTeX, with every setting, and what differs from the seed's picture.
        steps: how often `points` reports progress, for a bar; a function of the settings.
    """

    name: str
    title: str
    settings: Any
    points: Callable[[Any, Progress], list[Point]]
    draw: Callable[[Any, Sequence[Point]], Any]
    caption: Callable[[Any, Sequence[Point]], str]
    steps: Callable[[Any], int]

    def with_settings(self, **changes: Any) -> Figure:
        """The same figure under other settings, for a quick look or a test."""
        return dataclasses.replace(self, settings=dataclasses.replace(self.settings, **changes))


COLUMNS = tuple(field.name for field in dataclasses.fields(Point))


def table_text(points: Iterable[Point]) -> str:
    """The points as CSV with a header; floats as the shortest decimals that read back the same."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(dataclasses.astuple(point) for point in points)
    return stream.getvalue()


def panels(points: Sequence[Point]) -> list[str]:
    """Panels in order of first appearance."""
    return list(dict.fromkeys(point.panel for point in points))


def series(points: Sequence[Point], panel: str, kind: str | None = None) -> dict[tuple[str, str], list[Point]]:
    """Points of a panel grouped by (series, kind), in order of first appearance, each sorted by x."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        if point.panel == panel and (kind is None or point.kind == kind):
            groups.setdefault((point.series, point.kind), []).append(point)
    return {key: sorted(group, key=lambda p: p.x) for key, group in groups.items()}


def read_table(text: str) -> list[Point]:
    """The points of a stored table, so that a picture can be drawn again without computing.

    Raises:
        FigureError: another header than `table_text` writes.
    """
    rows = csv.reader(io.StringIO(text))
    header = next(rows, [])
    if tuple(header) != COLUMNS:
        raise FigureError(f"the table's columns are {header!r:.80}; a figure's are {', '.join(COLUMNS)}")
    return [
        Point(panel, name, kind, float(x), float(y), float(low), float(high), note)
        for panel, name, kind, x, y, low, high, note in rows
    ]
