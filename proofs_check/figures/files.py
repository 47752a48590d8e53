"""A figure's files: SVG, PDF and PNG, the table behind them, the settings, and the caption as LaTeX."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Sequence
from pathlib import Path

from proofs_check.commands.output import write_bytes_whole, write_whole
from proofs_check.figures.base import Figure, Point, Progress, silent, table_text
from proofs_check.figures.style import RC, plot

# no dates inside, so that the same settings give the same bytes
_METADATA = {
    "svg": {"Date": None, "Creator": "gramchain"},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "gramchain"},
    "png": {"Software": "gramchain"},
}


def make(figure: Figure, directory: Path, progress: Progress = silent) -> list[Path]:
    """Compute a figure and write its files; each appears whole or not at all.

    Args:
        figure: what to draw.
        directory: an existing directory.
        progress: called with a note after every part of the work.

    Returns:
        The files: NAME.svg, NAME.pdf, NAME.png, NAME.csv (the points), NAME.json (settings), NAME.tex (caption).
    """
    points = figure.points(figure.settings, progress)
    return write(figure, points, directory)


def write(figure: Figure, points: Sequence[Point], directory: Path) -> list[Path]:
    """Write the files of a figure whose points are known."""
    matplotlib = plot()
    contents: dict[str, bytes] = {}
    with matplotlib.rc_context(RC):
        picture = figure.draw(figure.settings, points)
        for kind, metadata in _METADATA.items():
            stream = io.BytesIO()
            picture.savefig(stream, format=kind, metadata=metadata)
            contents[kind] = stream.getvalue()
    settings = {"figure": figure.name, "title": figure.title, "settings": dataclasses.asdict(figure.settings)}
    texts = {
        "csv": table_text(points),
        "json": json.dumps(settings, indent=2, ensure_ascii=False) + "\n",
        "tex": figure.caption(figure.settings, points) + "\n",
    }
    written = []
    for kind, content in contents.items():
        written.append(directory / f"{figure.name}.{kind}")
        write_bytes_whole(written[-1], content)
    for kind, text in texts.items():
        written.append(directory / f"{figure.name}.{kind}")
        write_whole(written[-1], text)
    return written
