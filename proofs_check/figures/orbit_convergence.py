"""The mean-field orbit's approach to the fixed point, and the contraction rate as its slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """One random start for all activations; depth is layers."""

    activations: tuple[str, ...] = ("identity", "relu", "tanh", "gelu")
    batch_sizes: tuple[int, ...] = (5, 12)
    depth: int = 40
    seed: int = 20220513
    floor: float = 1e-11


def points(settings: Settings, progress: Progress) -> list[Point]:
    import numpy as np

    from numerics.evaluate import evaluate
    from numerics.fixed_gram import fixed_point_gram
    from numerics.maps.mean_field import mean_field_orbit
    from proofs_check.figures.measured import named_generator
    from theory import Network
    from theory.linearization import linearize

    s = settings
    found: list[Point] = []
    for n in s.batch_sizes:
        batch = named_generator(s.seed, "orbit", n).standard_normal((2 * n, n))
        centering = np.eye(n) - 1 / n
        panel = f"n = {n}"
        for name in s.activations:
            network = Network(name, batch_size=n)
            orbit = mean_field_orbit(network, batch.T @ batch / len(batch), s.depth)
            gaps = np.linalg.norm(centering @ (orbit - fixed_point_gram(network)) @ centering, axis=(1, 2))
            linear = linearize(network)
            rates = [abs(float(evaluate(e, 10).value)) for e in (linear.eigenvalue_standard, linear.eigenvalue_pairs)]
            rate = max(rates)
            kept = [layer for layer in range(1, s.depth + 1) if gaps[layer] > s.floor]
            last = kept[-1]
            note = f"slope of the line: contraction rate {rate:.10f}"
            for layer in kept:
                found.append(Point(panel, name, "measured", layer, float(gaps[layer])))
                line = float(gaps[last]) * rate ** (layer - last)
                found.append(Point(panel, name, "prediction", layer, line, note=note))
            progress(f"{name}, {n} samples")
    return found


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    own = {"measured": "mean-field orbit", "prediction": "slope: the contraction rate"}
    return side_by_side(table, r"layer $\ell$", r"$\|M(\bar{G}_\ell - G_*)M\|_F$", words=own)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    rates = dict.fromkeys((p.panel, p.series, p.note.rsplit(" ", 1)[-1]) for p in table if p.kind == "prediction")
    listed = "; ".join(
        f"{panel.replace('n = ', '$n=') + '$'}, {name}: {float(rate):.5f}" for panel, name, rate in rates
    )
    return (
        r"The mean-field orbit from a random start (seed "
        rf"{s.seed}), centred batch normalization: $\|M(\bar G_\ell-G_*)M\|_F$ in float64 (points), and lines of slope "
        r"$\max(|\lambda_L|,|\lambda_M|)$ through each orbit's last point. Rates: " + listed + "."
    )


FIGURE = Figure(
    "orbit-convergence", "Convergence of the mean-field orbit", Settings(), points, draw, caption,
    lambda s: len(s.activations) * len(s.batch_sizes),
)  # fmt: skip
