"""Distance of the Gram matrix to the fixed point against the batch size, at the seed's width and at one that grows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """The seed's: 10 to 50 samples, width 1000, layer 20, 10 networks."""

    activations: tuple[str, ...] = ("relu", "tanh", "selu")
    batch_sizes: tuple[int, ...] = (10, 20, 30, 40, 50)
    width: int = 1000
    wide: int = 20
    depth: int = 20
    repeats: int = 10
    features: int = 1000
    top: float = 20.0
    seed: int = 20220513


WIDE_PANEL = "this theory, width in proportion to n squared"


def points(settings: Settings, progress: Progress) -> list[Point]:
    from proofs_check.figures import measured

    s = settings
    parts: dict[str, list[Point]] = {measured.SEED_PANEL: [], measured.OURS_PANEL: [], WIDE_PANEL: []}
    for name in s.activations:
        for n in s.batch_sizes:
            batch = measured.seed_input(n, s.features, s.top, s.seed)
            for panel, width in ((measured.OURS_PANEL, s.width), (WIDE_PANEL, s.wide * n * n)):
                run = measured.run(name, batch, width, s.depth, s.repeats, s.seed)
                if panel == measured.OURS_PANEL:
                    errors = measured.seed_errors(run)[:, -1]
                    parts[measured.SEED_PANEL].append(measured.measured_point(measured.SEED_PANEL, name, n, errors))
                exact = measured.exact_errors(run)[:, -1]
                value = measured.predicted_error(run, s.depth)
                value = value if math.isfinite(value) else float("nan")
                bound, basis = measured.rigorous_error(run, s.depth)
                parts[panel] += [
                    measured.measured_point(panel, name, n, exact),
                    Point(panel, name, "prediction", n, value),
                    Point(panel, name, "bound", n, bound, note=basis),
                ]
            progress(f"{name}, {n} samples")
        first = next(p for p in parts[measured.SEED_PANEL] if p.series == name)
        c = first.y / first.x
        note = f"c n/sqrt(d), c = {c * s.width**0.5:.4g} fitted at n = {int(first.x)}"
        parts[measured.SEED_PANEL] += [
            Point(measured.SEED_PANEL, name, "shape", n, c * n, note=note) for n in s.batch_sizes
        ]
    return [point for part in parts.values() for point in part]


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    words = {"shape": r"the seed's shape $c\,n/\sqrt{d}$, c fitted at the smallest batch"}
    return side_by_side(table, "batch size n", "Frobenius distance", ("linear", "log"), words)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    del table
    return (
        rf"Distance to the fixed point against the batch size: layer {s.depth}, {s.repeats} networks (median, smallest and "
        rf"largest), centred batch normalization, input $U\operatorname{{diag}}({s.top:g},1,\dots,1)V^{{\top}}$ with {s.features} "
        rf"features, seed {s.seed}. Left, as in the seed: width $d={s.width}$, Gram matrices of linear outputs with gains $\sqrt2$, "
        r"$5/3$, $3/4$, distance to their average over all layers and networks; the dotted line is $c\,n/\sqrt d$, $c$ fitted to "
        rf"the first point. Middle: post-activation Gram matrices at the same width, distance to the exact $G_*$, with the prediction "
        r"$(\|\bar G_\ell-G_*\|_F^2+\operatorname{tr}V/d)^{1/2}$, promised for $d\gg n^2$ alone. Right: the same at "
        rf"$d={s.wide}\,n^2$. Where a line bends upward the mean-field orbit itself is still on its way at layer {s.depth}. The "
        r"rigorous bound is the least the theory has at these settings."
    )


FIGURE = Figure(
    "error-against-batch-size", "Error against batch size", Settings(), points, draw, caption,
    lambda s: len(s.activations) * len(s.batch_sizes),
)  # fmt: skip
