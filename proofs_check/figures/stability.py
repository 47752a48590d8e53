"""The phase diagram of stability: for which activation and batch size the symmetric fixed point attracts, sign by sign enclosed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """Activations that the map shows, and batch sizes; seconds is the time limit of one enclosure."""

    activations: tuple[str, ...] = (
        "identity", "tanh", "erf", "arctan", "sin", "sigmoid", "relu", "leaky_relu", "elu", "selu", "abs",
        "gelu", "silu", "mish", "softplus", "x^2", "x^3", "max(x,0)^2",
    )  # fmt: skip
    batch_sizes: tuple[int, ...] = (3, 4, 5, 6, 7, 8, 10, 14, 20, 28, 40, 60, 100, 200)
    seconds: float = 20.0
    bits: int = 30


def points(settings: Settings, progress: Progress) -> list[Point]:
    from numerics.certificates.stability import Stability, stability_at
    from theory import activations

    found: list[Point] = []
    for name in settings.activations:
        activation = activations.get(name)
        for n in settings.batch_sizes:
            entry = stability_at(activation, n, settings.bits, settings.seconds)
            ends = entry.rate()
            low, high = (float("nan"),) * 2 if ends is None else map(float, ends)
            middle = float("nan") if entry.stability is Stability.UNDECIDED else (low + high) / 2
            found.append(Point("contraction rate", name, entry.stability.name, n, middle, low, high, entry.advice))
            progress(f"{name}, {n} samples")
    return found


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    import numpy as np

    from proofs_check.figures.style import plot, sheet

    matplotlib = plot()
    from matplotlib.colors import TwoSlopeNorm
    from matplotlib.patches import Patch, Rectangle

    names, sizes = settings.activations, settings.batch_sizes
    values = np.full((len(names), len(sizes)), math.nan)
    for point in table:
        values[names.index(point.series), sizes.index(int(point.x))] = point.y
    figure, axes = sheet(1)
    figure.set_size_inches(7.2, 0.27 * len(names) + 1.3)
    axis = axes[0, 0]
    norm = TwoSlopeNorm(1.0, 0.0, 2.0)
    colors = matplotlib.colormaps["PuOr_r"].with_extremes(bad="0.8")
    image = axis.imshow(np.ma.masked_invalid(np.minimum(values, 2.0)), cmap=colors, norm=norm, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        text = "?" if math.isnan(value) else f"{value:.2f}" if abs(value - 1) >= 0.005 else f"{value:.3f}"
        dark = not math.isnan(value) and (value < 0.35 or value > 1.65)
        axis.text(column, row, text, ha="center", va="center", fontsize=6, color="white" if dark else "black")
        if value > 1:
            axis.add_patch(
                Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, hatch="///", edgecolor="0.35", linewidth=0)
            )
    axis.set_xticks(range(len(sizes)), [str(n) for n in sizes])
    axis.set_yticks(range(len(names)), names)
    axis.set(
        xlabel="batch size n", title=r"contraction rate $\max(|\lambda_L|,|\lambda_M|)$; above 1 the fixed point repels"
    )
    axis.grid(False)
    figure.colorbar(image, ax=axis, label="contraction rate (2 and above in one colour)")
    handles = [Patch(facecolor="white", edgecolor="0.35", hatch="///", label="repels")]
    if np.isnan(values).any():
        handles.append(Patch(facecolor="0.8", label="? not decided within the time limit"))
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
    return figure


def caption(settings: Settings, table: Sequence[Point]) -> str:
    undecided = [f"{p.series} at ${int(p.x)}$" for p in table if p.kind == "UNDECIDED"]
    tail = f" Undecided: {', '.join(undecided)}." if undecided else ""
    return (
        r"Stability of the exchangeable fixed point under centred batch normalization: the rate $\max(|\lambda_L|,|\lambda_M|)$ of the "
        r"linearised mean-field map by activation and batch size. Every sign of one minus the rate is decided by an enclosure of both "
        rf"eigenvalues to {settings.bits} bits; hatched: the fixed point repels, and deep networks leave it.{tail}"
    )


FIGURE = Figure(
    "stability", "Phase diagram of stability", Settings(), points, draw, caption,
    lambda s: len(s.activations) * len(s.batch_sizes),
)  # fmt: skip
