"""E tanh tanh as a number and as a ball, beside mpmath.quad and nested acb.integral in one run; ratios are what counts.

    python -m benchmarks.evaluate [--json FILE] [--quick]

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
from typing import Any

import flint
import mpmath
from flint import acb, arb
from sympy import Rational, symbols, tanh

from numerics import enclose, evaluate
from numerics.mean_balls import forget
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = symbols("x y", real=True)
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
        return scale * mpmath.quad(body, [-10, 0, 10], [-10, 0, 10])


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", help="write the rows here")
    parser.add_argument("--quick", action="store_true", help="leave out 50 and 1000 digits")
    options = parser.parse_args()
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
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
