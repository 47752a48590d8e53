"""The spectrum of a deep Gram matrix beside the Marchenko-Pastur law: right after one layer, too narrow at depth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress, panels


@dataclass(frozen=True)
class Settings:
    """The seed's: 500 samples, widths 1000, 2000 and 5000; the activation and the depth are ours."""

    activation: str = "relu"
    batch_size: int = 500
    widths: tuple[int, ...] = (1000, 2000, 5000)
    depth: int = 20
    bins: int = 45
    seed: int = 20220513


FIRST, DEEP = "after one layer from $G_*$", "after the last layer"


def law(ratio: float, x: float) -> float:
    """Density of the Marchenko-Pastur law of ratio n/d and unit variance, without the atom at 0.

    Args:
        ratio: n/d > 0.
        x: eigenvalue over its mean.
    """
    low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2
    return math.sqrt((high - x) * (x - low)) / (2 * math.pi * ratio * x) if low < x < high else 0.0


def points(settings: Settings, progress: Progress) -> list[Point]:
    import numpy as np

    from numerics.evaluate import evaluate
    from numerics.fixed_gram import fixed_point_gram
    from numerics.lowering import lower
    from numerics.simulation import gram_chain
    from theory import Network
    from theory.linearization import linearize

    s = settings
    network = Network(s.activation, batch_size=s.batch_size)
    center = fixed_point_gram(network)
    mu = float(center[0, 0] - center[0, 1])
    pairs = float(evaluate(linearize(network).eigenvalue_pairs, 10).value)
    helmert = np.linalg.qr(np.column_stack([np.ones(s.batch_size), np.eye(s.batch_size)[:, 1:]]))[0][:, 1:]
    found: list[Point] = []
    for width in s.widths:
        panel = f"d = {width}"
        grams = gram_chain.sample(lower(network), center, width=width, depth=s.depth, seed=s.seed, layers=(1, s.depth))[
            0
        ]
        for name, gram in zip((FIRST, DEEP), grams, strict=True):
            values = np.linalg.eigvalsh(helmert.T @ gram @ helmert) / mu
            spread = float(np.mean((values - 1) ** 2))
            ratio = (s.batch_size - 1) / width
            linear = ratio if name == FIRST else ratio * (1 - pairs ** (2 * s.depth)) / (1 - pairs**2)
            note = f"mean square of x - 1: measured {spread:.4f}, n/d {ratio:.4f}, linear noise {linear:.4f}"
            heights, edges = np.histogram(values, bins=s.bins, density=True)
            for height, left, right in zip(heights, edges[:-1], edges[1:], strict=True):
                found.append(
                    Point(panel, name, "measured", (left + right) / 2, float(height), float(left), float(right), note)
                )
        low, high = ((1 + side * math.sqrt(ratio)) ** 2 for side in (-1, 1))
        places = np.linspace(low, high, 201)
        found += [Point(panel, "Marchenko-Pastur", "shape", float(x), law(ratio, float(x))) for x in places]
        progress(panel)
    return found


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import COLORS, sheet

    del settings
    names = panels(table)
    figure, axes = sheet(len(names))
    for axis, panel in zip(axes[0], names, strict=True):
        for color, line, name in ((COLORS[0], "-", FIRST), (COLORS[1], "--", DEEP)):
            bars = [p for p in table if p.panel == panel and p.series == name]
            largest = bars[-1].high
            edges = [*(p.low for p in bars), bars[-1].high]
            axis.stairs([p.y for p in bars], edges, color=color, linestyle=line, label=f"{name}, largest {largest:.3g}")
        curve = [p for p in table if p.panel == panel and p.kind == "shape"]
        axis.plot(
            [p.x for p in curve],
            [p.y for p in curve],
            color="black",
            linestyle=":",
            label="Marchenko-Pastur, ratio n/d",
        )
        axis.set_xlim(0, 2 * curve[-1].x)
        axis.set_ylim(0, 1.35 * max(p.y for p in table if p.panel == panel))  # the legend stands above
        axis.set(title=panel, xlabel=r"eigenvalue of $MGM$ over $\mu = b(1-c)$", ylabel="density")
        axis.legend(frameon=False)
    return figure


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    notes = dict.fromkeys((p.panel, p.series, p.note) for p in table if p.kind == "measured")
    listed = "; ".join(f"${panel}$, {series}: {note.split(': ')[1]}" for panel, series, note in notes)
    return (
        rf"Eigenvalues of $MGM$ over $\mu$ at batch size $n={s.batch_size}$, one network each, activation {s.activation}, centred batch "
        rf"normalization, start $G_*$, depth {s.depth}, seed {s.seed}, and the Marchenko--Pastur law of ratio $n/d$. One layer from $G_*$ "
        r"follows the law; every further layer keeps a share $\lambda_M$ of the last one's deviation, so at depth the spectrum is wider: "
        r"linear noise multiplies the mean square of $x-1$ by $1/(1-\lambda_M^2)$. Mean squares: " + listed + "."
    )


FIGURE = Figure(
    "marchenko-pastur", "Spectrum of the Gram matrix", Settings(), points, draw, caption, lambda s: len(s.widths)
)
