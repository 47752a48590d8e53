"""The seed's figures from its literal settings, and beside each what this project's theory says: one file a figure.

Data walks one way: settings -> points (a table, stored as CSV) -> picture and caption.  Adding a figure is one file that
ends in a `Figure` and one line here.  matplotlib loads when a picture is drawn, not before.
"""

from __future__ import annotations

import importlib

from proofs_check.figures.base import Figure, FigureError, Point

NAMES = {
    "error-against-depth": "error_against_depth",
    "error-against-width": "error_against_width",
    "error-against-batch-size": "error_against_batch_size",
    "with-and-without-normalization": "with_and_without_normalization",
    "marchenko-pastur": "marchenko_pastur",
    "stability": "stability",
    "gradient-growth": "gradient_growth",
    "orbit-convergence": "orbit_convergence",
    "bounds-against-width": "bounds_against_width",
}


def figure(name: str) -> Figure:
    """The figure of that name.

    Raises:
        FigureError: no such figure; the message lists them.
    """
    if name not in NAMES:
        raise FigureError(f"{name!r:.60} is no figure: write one of {', '.join(NAMES)}, or none for all of them")
    return importlib.import_module(f"proofs_check.figures.{NAMES[name]}").FIGURE


__all__ = ["NAMES", "Figure", "FigureError", "Point", "figure"]
