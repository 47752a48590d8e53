"""The rigorous bounds against the width, beside the sharp constant: where each begins to say something, and how loose it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.figures.base import Figure, Point, Progress


@dataclass(frozen=True)
class Settings:
    """One network, started at its fixed point; `tail_distance` is t of P(|S_L - S_*| >= t)."""

    activation: str = "relu"
    batch_size: int = 3
    depth: int = 20
    widths: tuple[int, ...] = tuple(round(100 * 2 ** (k / 2)) for k in range(26))
    mixing_rate: float = 0.1
    tail_distance: float = 0.1


SQUARES, TAILS = "mean squared distance from the fixed point", "probability of a deviation"


def points(settings: Settings, progress: Progress) -> list[Point]:
    from numerics.evaluate import evaluate
    from theory import Network, stationary_fluctuations
    from theory.concentration import (
        exact_one_step_noise,
        local_exit_probability,
        local_gram_mean_square,
        local_mean_square,
        mixing_tail,
        one_step_bounded_differences,
        one_step_pinelis,
    )

    s = settings
    network = Network(s.activation, batch_size=s.batch_size)
    fluctuations = stationary_fluctuations(network)
    start = {"depth": s.depth, "delta0": 0}
    squares = {
        "S after L layers": local_mean_square(network).evaluated(delta0=0),
        "G after L layers": local_gram_mean_square(network).evaluated(delta0=0),
        "G after one layer": exact_one_step_noise(network).evaluated(),
    }
    tails: dict[str, tuple[Any, dict[str, Any]]] = {
        "one layer (Pinelis)": (one_step_pinelis(network).evaluated(), {"t": s.tail_distance}),
        "one layer (bounded differences)": (one_step_bounded_differences(network).evaluated(), {"t": s.tail_distance}),
        "leaving the ball": (local_exit_probability(network).evaluated(delta0=0), start),
        "every depth, mixing": (
            mixing_tail(network).evaluated(),
            {"depth": 10**6, "alpha": s.mixing_rate, "t": s.tail_distance},
        ),
    }
    sharp = {
        "S after L layers": fluctuations.centered_fluctuation_constant,
        "G after L layers": fluctuations.fluctuation_constant,
    }
    found: list[Point] = []
    for name, bound in squares.items():
        given: dict[str, Any] = {} if "one" in name else start
        largest = float("inf") if "one" in name else float(bound.trivial.subs(bound.constants))
        for d in s.widths:
            value = float(bound.at(width=d, **given))
            found.append(Point(SQUARES, name, "bound", d, value if value < largest else float("nan")))
        progress(name)
    for name, constant in sharp.items():
        value = float(evaluate(constant, 8).value)
        found += [Point(SQUARES, name, "prediction", d, value / d, note="(tr V)/d") for d in s.widths]
    for name, (bound, numbers) in tails.items():
        for d in s.widths:
            value = _probability(bound, {"width": d, **numbers})
            found.append(Point(TAILS, name, "bound", d, value if 1e-12 < value < 1 else float("nan")))
        progress(name)
    return found


def _probability(bound: Any, given: dict[str, Any]) -> float:
    """The bound, 1 where a hypothesis on the numbers fails."""
    from theory.concentration import HypothesisError

    try:
        return float(bound.at(**given))
    except HypothesisError:
        return 1.0


def draw(settings: Settings, table: Sequence[Point]) -> Any:
    from proofs_check.figures.style import side_by_side

    del settings
    words = {"prediction": "sharp constant over the width"}
    return side_by_side(table, "width d", "bound", ("log", "log"), words=words)


def caption(settings: Settings, table: Sequence[Point]) -> str:
    s = settings
    spoken = [p.x for p in table if p.series == "S after L layers" and p.kind == "bound" and p.y == p.y]
    first = f"from $d={min(spoken):.0f}$ on" if spoken else "at none of these widths"
    return (
        rf"Rigorous bounds for {s.activation}, $n={s.batch_size}$, a chain started at its fixed point; no line where a bound says "
        rf"nothing. Left: mean squared distances after $L={s.depth}$ layers (the local theorem speaks {first}) and the exact noise of "
        r"one layer, beside the sharp constants $(\operatorname{tr} V)/d$. Right: "
        rf"$\mathbb{{P}}(\|\cdot\| \ge {s.tail_distance})$ after one layer, the probability of leaving the ball "
        rf"within $L$ layers, and the tail at every depth under a mixing rate $\alpha={s.mixing_rate}$."
    )


FIGURE = Figure(
    "bounds-against-width", "Bounds against the width", Settings(), points, draw, caption, lambda s: len(s.widths)
)
