"""How every figure looks: colours that the colour-blind tell apart, and line styles and markers for print without colour."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from proofs_check.figures.base import Point, panels, series

# Okabe and Ito's palette without its yellow, which is too light on paper
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = {"prediction": "-", "bound": "--", "shape": ":"}
WORDS = {
    "measured": "measured: median, band from smallest to largest",
    "prediction": "prediction of this theory",
    "bound": "rigorous bound",
    "shape": "the seed's shape",
}
RC = {
    "font.size": 9, "axes.titlesize": 9, "legend.fontsize": 7, "figure.dpi": 120, "savefig.dpi": 200,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3, "grid.linewidth": 0.5,
    "lines.linewidth": 1.3, "lines.markersize": 4, "svg.fonttype": "path", "svg.hashsalt": "gramchain",
    "mathtext.fontset": "cm", "font.family": "DejaVu Sans", "figure.constrained_layout.use": True,
}  # fmt: skip
PANEL_WIDTH, HEIGHT = 3.6, 3.3
CHARACTERS_AN_INCH = 17


def plot() -> Any:
    """matplotlib's figure module with a canvas that needs no screen, no global state."""
    import matplotlib

    matplotlib.use("Agg", force=False)
    import matplotlib.figure

    return matplotlib


def sheet(columns: int, rows: int = 1, **options: Any) -> tuple[Any, Any]:
    """A figure and its axes, an array of shape (rows, columns)."""
    matplotlib = plot()
    figure = matplotlib.figure.Figure(figsize=(max(5.0, PANEL_WIDTH * columns), HEIGHT * rows))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def look(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Colour and marker of every series, by its place in the list."""
    return {
        name: {"color": COLORS[i % len(COLORS)], "marker": MARKERS[i % len(MARKERS)]} for i, name in enumerate(names)
    }


def curves(axis: Any, points: Sequence[Point], panel: str, styles: dict[str, dict[str, str]]) -> list[str]:
    """Every series of a panel, markers with a band where measured and lines for theory; returns the kinds drawn."""
    kinds = []
    for (name, kind), group in series(points, panel).items():
        drawn = [p for p in group if math.isfinite(p.y)]
        if not drawn:
            continue
        kinds.append(kind)
        x, y = [p.x for p in drawn], [p.y for p in drawn]
        if kind == "measured":
            axis.plot(x, y, linestyle="none", **styles[name])
            if all(math.isfinite(p.low) and math.isfinite(p.high) for p in drawn):
                axis.fill_between(x, [p.low for p in drawn], [p.high for p in drawn], color=styles[name]["color"],
                                  alpha=0.18, linewidth=0)  # fmt: skip
        elif kind == "prediction":  # passes through the marks of its series
            axis.plot(x, y, linestyle=LINES[kind], color=styles[name]["color"])
        else:  # ends in an open mark of its series, for print without colour
            axis.plot(
                x, y, linestyle=LINES[kind], **styles[name], markevery=[-1], markerfacecolor="white", clip_on=False
            )
    return kinds


def side_by_side(
    points: Sequence[Point],
    x_label: str,
    y_label: str,
    scales: tuple[str, str] = ("linear", "log"),
    words: dict[str, str] | None = None,
) -> Any:
    """One panel beside the other, and below them one legend of series and of what the marks and lines mean."""
    names = panels(points)
    figure, axes = sheet(len(names))
    styles = look(list(dict.fromkeys(point.series for point in points)))
    kinds: list[str] = []
    for axis, name in zip(axes[0], names, strict=True):
        kinds += curves(axis, points, name, styles)
        axis.set(title=name, xlabel=x_label, ylabel=y_label, xscale=scales[0], yscale=scales[1])
    _legend(figure, styles, list(dict.fromkeys(kinds)), {**WORDS, **(words or {})})
    return figure


def _legend(figure: Any, styles: dict[str, dict[str, str]], kinds: Sequence[str], words: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    line: Any = Line2D
    handles = [line([], [], linestyle="none", label=name, **style) for name, style in styles.items()]
    for kind in kinds:
        mark = {"linestyle": "none", "marker": "o"} if kind == "measured" else {"linestyle": LINES[kind]}
        handles.append(line([], [], color="0.3", label=words[kind], **mark))
    longest = max(len(re.sub(r"\$[^$]*\$", 6 * "x", handle.get_label())) for handle in handles) + 5
    columns = max(1, int(figure.get_figwidth() * CHARACTERS_AN_INCH // longest))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False)
