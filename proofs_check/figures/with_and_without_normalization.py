"""With and without batch normalisation on one picture: flat in depth, and growing exponentially in depth over width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """The seed's: 5 samples, width 1000, 70 layers, every third, 10 networks; ReLU from a rank-one input plus 1e-6 noise."""

    activation: str = "relu"
    batch_size: int = 5
    width: int = 1000
    depth: int = 70
    first_layer: int = 2
    every: int = 3
    repeats: int = 10
    noise: float = 1e-6
    narrow: int = 100
    seed: int = 20220513


SEED_PANEL, OURS_PANEL = "the seed's settings", "a narrower network, ten times the networks"
NORMALIZED, PLAIN = "ReLU, batch normalised: to $G_*$", "linear, not normalised: to $I$"


def points(settings: Settings, progress: Progress) -> list[Point]:
    s = settings
    found: list[Point] = []
    for panel, width, repeats in ((SEED_PANEL, s.width, s.repeats), (OURS_PANEL, s.narrow, 10 * s.repeats)):
        found += _panel(s, panel, width, repeats)
        progress(panel)
    return found


def _panel(s: Settings, panel: str, width: int, repeats: int) -> list[Point]:
    import numpy as np

    from numerics.lowering import lower
    from numerics.simulation import gram_chain
    from numerics.simulation.starting_gram import gram_of_input
    from proofs_check.figures import measured
    from theory import Network
    from theory.unnormalized import linear_squared_error

    n, layers = s.batch_size, range(s.first_layer, s.depth + 1, s.every)
    rng = measured.named_generator(s.seed, "rank one", width, n)
    batch = np.outer(rng.standard_normal(width), rng.standard_normal(n))
    batch += s.noise * rng.standard_normal(batch.shape)
    network = Network(s.activation, batch_size=n)
    center = measured.fixed_point_gram(network)
    normalized = gram_chain.sample(
        lower(network), gram_of_input(batch), width=width, depth=s.depth, networks=repeats, seed=s.seed, layers=layers
    )
    plain = gram_chain.sample(
        lower(Network("identity", None, n)),
        np.eye(n),
        width=width,
        depth=s.depth,
        networks=repeats,
        seed=s.seed,
        layers=layers,
    )
    stationary = math.sqrt(measured.sharp_constant(network) / width)
    rows = []
    for place, layer in enumerate(layers):
        errors = measured.distances(normalized[:, place], center)
        rows.append(measured.measured_point(panel, NORMALIZED, layer, errors))
        rows.append(
            Point(panel, NORMALIZED, "prediction", layer, stationary, note="sqrt(tr V/d), once the start is forgotten")
        )
        errors = measured.distances(plain[:, place], np.eye(n))
        rows.append(measured.measured_point(panel, PLAIN, layer, errors))
        exact = math.sqrt(linear_squared_error(n, n, width, layer))
        rows.append(Point(panel, PLAIN, "prediction", layer, exact, note="exact root mean square"))
    return rows


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    return side_by_side(table, r"layer $\ell$", "Frobenius distance")


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    start = next(p.y for p in table if p.panel == SEED_PANEL and p.series == PLAIN and p.kind == "prediction")
    return (
        rf"With and without batch normalization: $n={s.batch_size}$, layers {s.first_layer} to {s.depth}, every {s.every}, seed "
        rf"{s.seed}. Circles: ReLU with centred batch normalization from a rank-one input plus noise of size {s.noise:g}, distance of "
        rf"the post-activation Gram matrix to the exact $G_*$; the line is $(\operatorname{{tr}}V/d)^{{1/2}}$. Squares: the linear "
        rf"product $W_\ell\cdots W_1X$ without normalization from orthonormal inputs, distance to $I$; the line is the exact root "
        rf"mean square, {start:.4f} at layer {s.first_layer} of the left panel. Left: $d={s.width}$, {s.repeats} networks, the seed's "
        rf"settings. Right: $d={s.narrow}$, {10 * s.repeats} networks. Medians, smallest and largest; a median is below a root mean "
        r"square where the law is heavy-tailed, as it is without normalization."
    )


FIGURE = Figure(
    "with-and-without-normalization", "With and without batch normalization", Settings(), points, draw, caption,
    lambda s: 2,
)  # fmt: skip
