"""Distance of the Gram matrix to the fixed point against the width: order 1/sqrt(d), with its sharp constant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """The seed's: widths 50 to 1000, 10 samples, layer 20, 10 networks."""

    activations: tuple[str, ...] = ("relu", "tanh", "selu")
    batch_size: int = 10
    widths: tuple[int, ...] = (50, 100, 200, 500, 1000)
    more_widths: tuple[int, ...] = (2000, 5000, 10000)
    depth: int = 20
    repeats: int = 10
    features: int = 1000
    top: float = 20.0
    seed: int = 20220513


def points(settings: Settings, progress: Progress) -> list[Point]:
    from proofs_check.figures import measured

    s = settings
    batch = measured.seed_input(s.batch_size, s.features, s.top, s.seed)
    found: list[Point] = []
    ours: list[Point] = []
    for name in s.activations:
        for width in (*s.widths, *s.more_widths):
            run = measured.run(name, batch, width, s.depth, s.repeats, s.seed)
            if width in s.widths:
                errors = measured.seed_errors(run)[:, -1]
                found.append(measured.measured_point(measured.SEED_PANEL, name, width, errors))
            exact = measured.exact_errors(run)[:, -1]
            ours.append(measured.measured_point(measured.OURS_PANEL, name, width, exact))
            ours.append(Point(measured.OURS_PANEL, name, "prediction", width, measured.predicted_error(run, s.depth)))
            bound, basis = measured.rigorous_error(run, s.depth)
            ours.append(Point(measured.OURS_PANEL, name, "bound", width, bound, note=basis))
            progress(f"{name}, width {width}")
        last = next(p for p in reversed(found) if p.series == name)
        fitted = last.y * last.x**0.5
        note = f"c n/sqrt(d), c = {fitted / s.batch_size:.4g} fitted at d = {int(last.x)}"
        found += [Point(measured.SEED_PANEL, name, "shape", d, fitted / d**0.5, note=note) for d in s.widths]
    return found + ours


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    words = {"shape": r"the seed's shape $c\,n/\sqrt{d}$, c fitted at the largest width"}
    return side_by_side(table, "width d", "Frobenius distance", ("log", "log"), words)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    bases = sorted({p.note for p in table if p.kind == "bound" and math.isfinite(p.y)})
    return (
        rf"Distance to the fixed point against the width: batch size $n={s.batch_size}$, layer {s.depth}, {s.repeats} networks "
        rf"(median, smallest and largest), centred batch normalization, input $U\operatorname{{diag}}({s.top:g},1,\dots,1)V^{{\top}}$ "
        rf"with {s.features} features, seed {s.seed}. Left, as in the seed: widths {', '.join(map(str, s.widths))}, Gram matrices of "
        r"linear outputs with gains $\sqrt2$, $5/3$, $3/4$, distance to their average over all layers and networks; the dotted line "
        r"is $c\,n/\sqrt d$ with $c$ fitted to the last point. Right: post-activation Gram matrices, distance to the exact $G_*$, "
        r"with the prediction $(\|\bar G_\ell-G_*\|_F^2+\operatorname{tr}V/d)^{1/2}$, nothing fitted, and larger widths. "
        rf"The rigorous bound rests on: {'; '.join(bases) or 'nothing at these settings'}."
    )


FIGURE = Figure(
    "error-against-width", "Error against width", Settings(), points, draw, caption,
    lambda s: len(s.activations) * len((*s.widths, *s.more_widths)),
)  # fmt: skip
