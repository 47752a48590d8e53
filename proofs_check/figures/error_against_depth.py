"""Distance of the Gram matrix to the fixed point against depth, at one width: flat, where without normalisation it would grow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """The seed's: width 1000, 10 samples, layers 2 to 20, 10 networks, an input with singular values 20, 1, ..., 1."""

    activations: tuple[str, ...] = ("relu", "tanh", "selu")
    batch_size: int = 10
    width: int = 1000
    first_layer: int = 2
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
        run = measured.run(name, batch, s.width, s.depth, s.repeats, s.seed)
        as_printed, exact = measured.seed_errors(run), measured.exact_errors(run)
        for layer in range(s.first_layer, s.depth + 1):
            found.append(measured.measured_point(measured.SEED_PANEL, name, layer, as_printed[:, layer - 1]))
            curve = measured.called_theory(run.network, layer, s.width)
            found.append(
                Point(measured.SEED_PANEL, name, "shape", layer, curve, note="called theory in the seed's figures")
            )
            ours.append(measured.measured_point(measured.OURS_PANEL, name, layer, exact[:, layer - 1]))
            value = measured.predicted_error(run, layer)
            ours.append(Point(measured.OURS_PANEL, name, "prediction", layer, value))
            bound, basis = measured.rigorous_error(run, layer)
            ours.append(Point(measured.OURS_PANEL, name, "bound", layer, bound, note=basis))
        progress(name)
    return found + ours


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    words = {"shape": "the curve the seed's figures call theory"}
    return side_by_side(table, r"layer $\ell$", "Frobenius distance", words=words)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    bases = sorted({p.note for p in table if p.kind == "bound" and math.isfinite(p.y)})
    return (
        rf"Distance to the fixed point against depth: width $d={s.width}$, batch size $n={s.batch_size}$, "
        rf"layers {s.first_layer} to {s.depth}, {s.repeats} networks (median, smallest and largest), centred batch normalization, "
        rf"input $U\operatorname{{diag}}({s.top:g},1,\dots,1)V^{{\top}}$ with {s.features} features, seed {s.seed}. "
        r"Left, as in the seed: Gram matrices of linear outputs with gains $\sqrt2$, $5/3$, $3/4$, distance to their average over "
        r"all layers and networks; the dotted curve is $2\kappa[(1-\alpha)^{\ell/2}+n/(4\alpha\sqrt d)]$ with $\alpha=1/2$ set by "
        r"hand, which is not the theorem. Right: post-activation Gram matrices, distance to the exact $G_*$, with the prediction "
        r"$(\|\bar G_\ell-G_*\|_F^2+\operatorname{tr}V/d)^{1/2}$ (a root mean square, a little above a median). "
        rf"The rigorous bound rests on: {'; '.join(bases) or 'nothing at these settings'}."
    )


FIGURE = Figure(
    "error-against-depth", "Error against depth", Settings(), points, draw, caption, lambda s: len(s.activations)
)
