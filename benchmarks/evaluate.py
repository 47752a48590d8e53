"""E tanh tanh as a number and as a ball, beside mpmath.quad and nested acb.integral in one run; ratios are what counts.

    python -m benchmarks.evaluate [--quick] [--write]

Every contender starts cold: the caches of the toolkit are emptied before each run, so that nothing is found that was not computed.
The peers do less: mpmath.quad cuts the plane to a box without a bound, nested acb.integral leaves the truncation unproved.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import flint
import mpmath
from flint import acb, arb
from sympy import Max, Min, Rational, symbols, tanh

from benchmarks.page import write_section
from benchmarks.timing import machine
from numerics import enclose, evaluate
from numerics.ball_means.mean import forget
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)
HERE = Path(__file__).parent
ASKED = {"mpmath.quad, plane": ">= 500", "nested acb.integral": ">= 250"}
HALF = Rational(1, 2)
PLANE = GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, HALF], [HALF, 1]]))


def cold() -> None:
    """Empty every cache of the toolkit."""
    forget()
    for thing in gc.get_objects():
        if isinstance(thing, _lru_cache_wrapper) and getattr(thing, "__module__", "").startswith("numerics"):
            thing.cache_clear()


def timed(run: Callable[[], Any], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        cold()
        begun = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - begun)
    return best


def mpmath_plane(digits: int) -> Any:
    """E tanh(X) tanh(Y), correlation 1/2, by `mpmath.quad` on [-10, 10]^2."""
    with mpmath.workdps(digits):
        scale = 1 / (mpmath.pi * mpmath.sqrt(3))
        body = lambda u, v: mpmath.tanh(u) * mpmath.tanh(v) * mpmath.exp(-2 * (u * u - u * v + v * v) / 3)
        return scale * mpmath.quad(body, [-10, 0, 10], [-10, 0, 10], method="gauss-legendre")


def nested_balls(digits: int) -> arb:
    """The same by `acb.integral` inside `acb.integral`, on a finite box."""
    before = flint.ctx.prec
    flint.ctx.prec = int(digits * 3.33) + 10
    try:
        edge = acb(10)
        scale = 1 / (arb.pi() * arb(3).sqrt())

        def inner(u: acb, _: bool) -> acb:
            body = lambda v, _: v.tanh() * (-2 * (u * u - u * v + v * v) / 3).exp()
            return u.tanh() * acb.integral(body, -edge, edge)

        return (acb.integral(inner, -edge, edge) * scale).real
    finally:
        flint.ctx.prec = before


def table(record: dict[str, Any]) -> str:
    """The section of benchmarks/README.md."""
    where = record["machine"]
    lines = [
        "## Means to many digits and as balls",
        "",
        f"Written by `{record['recipe']}`; {where['processor']}, {where['date']}, load average at the start"
        f" {where['load_average_at_start'][0]}; numbers are in `results/evaluate.json`. Correlation 1/2; every cache of the toolkit"
        " is emptied before each run. The peers leave the truncation of the plane unproved.",
        "",
        "| work | ms | peer | peer's s | ratio | asked |",
        "|---|---|---|---|---|---|",
    ]
    for entry in record["rows"]:
        peer = "" if entry["peer_seconds"] is None else f"{entry['peer_seconds']:.2f}"
        ratio = "" if entry["ratio"] is None else f"{entry['ratio']:.0f}"
        asked = ASKED.get(entry["peer"], "") if "independent" not in entry["work"] else ""
        name = entry["work"].strip()
        lines.append(f"| {name} | {entry['seconds'] * 1e3:.3g} | {entry['peer']} | {peer} | {ratio} | {asked} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write results/evaluate.json and its section of README.md")
    parser.add_argument("--quick", action="store_true", help="leave out 50 and 1000 digits")
    options = parser.parse_args()
    where = machine()
    rows: list[dict[str, Any]] = []

    def row(work: str, peer: str, ours: float, theirs: float | None, note: str = "") -> None:
        ratio = None if theirs is None else theirs / ours
        rows.append({"work": work, "peer": peer, "seconds": ours, "peer_seconds": theirs, "ratio": ratio, "note": note})
        shown = "" if ratio is None else f"{theirs:9.3f} s  {ratio:7.0f} x"
        print(f"{work:46s} {ours * 1000:10.2f} ms  {peer:22s} {shown}  {note}", flush=True)

    for digits in (30,) if options.quick else (30, 50):
        bits = int(digits * 3.33) + 2
        quad = timed(lambda d=digits: mpmath_plane(d), 1)
        row(f"E tanh tanh, {digits} digits", "mpmath.quad, plane", timed(lambda d=digits: evaluate(PLANE, d), 5), quad)
        row("  the same, rules independent of the balls", "mpmath.quad, plane",
            timed(lambda d=digits: evaluate(PLANE, d, independent=True), 3), quad)  # fmt: skip
        nested = timed(lambda d=digits: nested_balls(d), 1)
        ball = enclose(PLANE, bits)
        row(f"E tanh tanh as a ball, {digits} digits", "nested acb.integral", timed(lambda b=bits: enclose(PLANE, b), 5), nested,
            f"radius {float(ball.radius or 0):.1e}")  # fmt: skip
    if not options.quick:
        one = GaussianMean(tanh(x) ** 2, GaussianLaw(x))
        row("E tanh^2, 1000 digits", "", timed(lambda: evaluate(one, 1000), 1), None)
        sphere = SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), 16))
        row("E tanh tanh on the sphere, n = 16, 30 digits", "", timed(lambda: enclose(sphere, 102), 3), None)
        row("E tanh tanh as a ball, 1000 digits", "", timed(lambda: enclose(PLANE, 3325), 1), None)
        u, v, w = symbols("u v w", real=True)
        clip = lambda t: Min(1, Max(-1, t))
        row("E of two hard tanh as a ball, 30 digits", "", timed(lambda: enclose(
            GaussianMean(clip(x) * clip(y), GaussianLaw((x, y), [[1, HALF], [HALF, 1]])), 102), 2), None)  # fmt: skip
        equal = [[1 if i == j else HALF for j in range(3)] for i in range(3)]
        row("E of three ReLUs as a ball, 30 digits", "", timed(lambda: enclose(
            GaussianMean(Max(u, 0) * Max(v, 0) * Max(w, 0), GaussianLaw((u, v, w), equal)), 102), 2), None)  # fmt: skip
    record = {
        "recipe": f"python -m benchmarks.evaluate{' --quick' * options.quick} --write",
        "machine": where,
        "rows": rows,
    }
    if options.write:
        (HERE / "results" / "evaluate.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        write_section("evaluate", table(record))


if __name__ == "__main__":
    main()
