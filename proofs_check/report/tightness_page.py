"""docs/tightness.md: bound / measured for each bound at the settings of the seed's figures, from stored measurements.

Measure again and write the page with ``python -m proofs_check.report.tightness_page`` (minutes).
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[2] / "docs" / "tightness.md"


@dataclass(frozen=True)
class Settings:
    """The figures' settings, with more networks, since a ratio of means needs them."""

    activations: tuple[str, ...] = ("relu", "tanh", "selu")
    batch_size: int = 10
    width: int = 1000
    depth: int = 20
    networks: int = 400
    seed: int = 20220513
    level: float = 0.01
    wider: int = 10


@dataclass(frozen=True)
class Row:
    """One bound at one setting.

    Args:
        activation, bound: names.
        width, depth: d, l.
        value: of the bound; None where it says nothing at this width.
        measured: of the same quantity.
        standard_error: of the measured mean; None where it is a quantile or the leading order of theory.
        basis: what was measured.
        first_width: least width at which the bound says something, to three digits; None where it says so at every width.
    """

    activation: str
    bound: str
    width: int
    depth: int
    value: float | None
    measured: float
    standard_error: float | None
    basis: str
    first_width: int | None


Progress = Callable[[str], None]


def measure(settings: Settings, progress: Progress) -> list[Row]:
    """All rows; minutes."""
    return [row for name in settings.activations for row in _rows(name, settings, progress)]


def _rows(name: str, s: Settings, progress: Progress) -> list[Row]:
    import numpy as np

    from numerics.evaluate import evaluate
    from numerics.fixed_gram import fixed_point_gram
    from numerics.lowering import lower
    from numerics.simulation import ensemble
    from numerics.simulation.observables import SquaredError
    from theory import Network
    from theory.concentration import (
        exact_one_step_noise,
        one_step_bounded_differences,
        one_step_noise,
        one_step_pinelis,
    )
    from theory.concentration.local import local_constants, local_gram_mean_square, local_mean_square
    from theory.concentration.row_size import row_size
    from theory.fluctuations import stationary_fluctuations

    n, d = s.batch_size, s.width
    network = Network(name, batch_size=n)
    center = fixed_point_gram(network)
    found = ensemble.run(
        lower(network), center, width=d, depth=s.depth, networks=s.networks, seed=s.seed, layers=(1, s.depth),
        observables={"error": SquaredError(center)},
    )["error"]  # fmt: skip
    progress(f"{name}: {s.networks} networks")

    def mean(column: int) -> tuple[float, float]:
        values = found[:, column]
        return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))

    rows = []
    one, one_error = mean(0)
    for bound in (exact_one_step_noise(network), one_step_noise(network)):
        rows.append(
            Row(
                name,
                bound.name,
                d,
                1,
                float(bound.at(width=d)),
                one,
                one_error,
                "mean square of one layer's error",
                None,
            )
        )
    quantile = float(np.sqrt(np.quantile(found[:, 0], 1 - s.level)))
    for bound in (one_step_bounded_differences(network), one_step_pinelis(network)):
        value = _deviation(bound.evaluated(width=d, t=1), d, s.level)
        basis = f"deviation of one layer exceeded with probability {s.level:g}"
        rows.append(Row(name, bound.name, d, 1, value, quantile, None, basis, None))
    deep, deep_error = mean(1)
    size = float(row_size(network).evalf(20)) ** 2 + float(np.sum(center**2))
    rows.append(
        Row(name, "size of the matrices", d, s.depth, size, deep, deep_error, "mean square error at depth", None)
    )
    constants = local_constants(network)
    fluctuations = stationary_fluctuations(network)
    sharp = float(evaluate(fluctuations.fluctuation_constant, 10).value)
    centered = float(evaluate(fluctuations.centered_fluctuation_constant, 10).value)
    rows.append(
        Row(
            name,
            "sharp prediction tr V/d (no bound)",
            d,
            s.depth,
            sharp / d,
            deep,
            deep_error,
            "mean square error at depth",
            None,
        )
    )
    for local, constant in (
        (local_gram_mean_square(network, constants), sharp),
        (local_mean_square(network, constants), centered),
    ):
        given: dict[str, Any] = {"depth": s.depth, "delta0": 0}
        fixed = local.evaluated(width=d, **given)
        first = fixed.vacuous_below(**given)
        what = "leading order of the same mean square"
        speaks = first is not None and d >= first
        rows.append(
            Row(
                name,
                local.name,
                d,
                s.depth,
                float(fixed.at(width=d, **given)) if speaks else None,
                constant / d,
                None,
                what,
                first,
            )
        )
        if first is not None:
            wide = s.wider * first
            value = float(fixed.at(width=wide, **given))
            rows.append(Row(name, local.name, wide, s.depth, value, constant / wide, None, what, first))
        progress(f"{name}: {local.name}")
    return rows


def _deviation(bound: Any, width: int, level: float) -> float:
    """Least t at which a decreasing tail bound is at most `level`, by bisection of t to nine digits."""
    from theory.concentration import HypothesisError

    def low_enough(t: float) -> bool:
        try:
            return bool(bound.at(width=width, t=t) <= level)
        except HypothesisError:  # below the mean, where the bound does not speak
            return False

    high = 1e-6
    while not low_enough(high):
        high *= 2
    low = high / 2
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if low_enough(middle) else (middle, high)
    return high


def stored(settings: Settings, rows: list[Row]) -> dict[str, Any]:
    """What docs/tightness.json holds."""
    return {"settings": asdict(settings), "rows": [asdict(row) for row in rows]}


def text(data: dict[str, Any]) -> str:
    """The page, from what `stored` returns."""
    s = data["settings"]
    lines = [
        "# How tight the bounds are",
        "",
        f"Bound over measured, at the settings of the seed's figures: batch size {s['batch_size']}, width {s['width']}, depth "
        f"{s['depth']}, centred batch normalisation, started at G_*, {s['networks']} networks, seed {s['seed']}. A ratio of 1 is "
        "sharp; a bound that holds by a factor of a thousand has hardly been tested. Where a bound says nothing at that width, the row "
        f"says from which width it does, and the next row has it at {s['wider']} times that width, against the leading order "
        "of theory. The bounds are in [the local theorem](derivations/local_theorem.md). Written by "
        "`python -m proofs_check.report.tightness_page` from measurements kept in `docs/tightness.json`.",
        "",
        "| activation | bound | width | depth | bound's value | measured | ratio | says something from width |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for r in data["rows"]:
        error = "" if r["standard_error"] is None else f" +- {r['standard_error']:.1g}"
        value, ratio = (
            ("nothing", "-") if r["value"] is None else (f"{r['value']:.4g}", f"{r['value'] / r['measured']:.3g}")
        )
        first = "every width" if r["first_width"] is None else f"{r['first_width']:,}"
        cells = (
            r["activation"],
            r["bound"],
            f"{r['width']:,}",
            str(r["depth"]),
            value,
            f"{r['measured']:.4g}{error}",
            ratio,
            first,
        )
        lines.append(f"| {' | '.join(cells)} |")
    bases = list(dict.fromkeys((r["bound"], r["basis"]) for r in data["rows"]))
    lines += ["", 'What stands in the column "measured":', "", *(f"* {bound}: {basis}" for bound, basis in bases), ""]
    return "\n".join(lines)


def main() -> None:
    settings = Settings()
    data = stored(settings, measure(settings, lambda note: print(note, file=sys.stderr, flush=True)))
    PATH.with_suffix(".json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    PATH.write_text(text(data), encoding="utf-8")
    print(PATH)


if __name__ == "__main__":
    main()
