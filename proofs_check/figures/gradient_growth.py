"""Growth of the squared gradient norm per layer against the batch size, with its large-batch limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """Simulated at one width and depth, with the layers next to the input left out."""

    activations: tuple[str, ...] = ("identity", "relu", "tanh", "gelu")
    batch_sizes: tuple[int, ...] = (4, 5, 6, 8, 11, 16, 23, 32)
    least_simulated: int = 6
    width: int = 8000
    depth: int = 12
    skipped: int = 6
    networks: int = 6
    seed: int = 20220513


PANEL = "growth per layer"


def points(settings: Settings, progress: Progress) -> list[Point]:
    import numpy as np

    from numerics.evaluate import evaluate
    from numerics.lowering import lower
    from numerics.simulation.backward import squared_gradients
    from proofs_check.figures.measured import fixed_point_gram
    from theory import Network, activations
    from theory.gradients import gradient_growth
    from theory.large_batch import large_batch_limit

    s = settings
    found: list[Point] = []
    for name in s.activations:
        for n in s.batch_sizes:
            network = Network(name, batch_size=n)
            value = float(evaluate(gradient_growth(network), 10).value)
            found.append(Point(PANEL, name, "prediction", n, value))
            if n >= s.least_simulated:
                start = fixed_point_gram(network) + 0.01 * np.eye(n)
                squares = squared_gradients(
                    lower(network), start, width=s.width, depth=s.depth, networks=s.networks, seed=s.seed
                )
                span = s.depth - 1 - s.skipped
                growth = (squares[:, s.skipped] / squares[:, -1]) ** (1 / span)
                found.append(
                    Point(
                        PANEL, name, "measured", n, float(np.median(growth)), float(growth.min()), float(growth.max())
                    )
                )
            progress(f"{name}, {n} samples")
        limit = float(evaluate(large_batch_limit(activations.get(name)).gradient_growth, 10).value)
        found += [Point(PANEL, name, "shape", n, limit, note="limit of large batches") for n in s.batch_sizes]
    return found


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    words = {
        "shape": "limit of large batches",
        "prediction": "mean-field value",
        "measured": "simulated: median, smallest, largest",
    }
    return side_by_side(table, "batch size n", "factor of the squared norm", ("linear", "linear"), words=words)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    limits = dict.fromkeys((p.series, p.y) for p in table if p.kind == "shape")
    listed = ", ".join(f"{name} {value:.5f}" for name, value in limits)
    return (
        r"Growth of the squared gradient norm per layer under centred batch normalization, backwards through the network. Lines: the "
        rf"mean-field value at the fixed point; dotted: its limit for large batches ({listed}). Points: {s.networks} networks of width "
        rf"$d={s.width}$ and depth {s.depth}, geometric mean over the last {s.depth - 1 - s.skipped} steps, from $n={s.least_simulated}$ "
        rf"on (below, single rows have no finite variance), whose median lies a little below the mean; seed {s.seed}."
    )


FIGURE = Figure(
    "gradient-growth", "Gradient growth", Settings(), points, draw, caption,
    lambda s: len(s.activations) * len(s.batch_sizes),
)  # fmt: skip
