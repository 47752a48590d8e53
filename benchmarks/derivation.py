"""Time to derive a dual, beside `sympy.integrate` with a time limit; sympy's answers are checked by number.

python -m benchmarks.derivation                     # ours alone, every closed form
python -m benchmarks.derivation --peer relu erf      # sympy.integrate too, for these
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from typing import Any

CLOSED = (
    "abs", "celu", "cos", "cubic", "elu", "erf", "exp", "gabor", "gaussian", "gelu", "hard_tanh", "hermite", "identity",
    "leaky_relu", "monomial", "relu", "relu_power", "selu", "sign", "sin", "step",
)  # fmt: skip
"""Activations whose dual has a closed form."""


def derivation_seconds(name: str) -> float:
    """Seconds of one derivation with symbolic variances and covariance, nothing cached for it."""
    from sympy import Symbol

    from theory.dual import as_activation, derive_dual

    sigma = as_activation(name)
    q1, q2, c = Symbol("q1", positive=True), Symbol("q2", positive=True), Symbol("c", real=True)
    start = time.process_time()
    solved = derive_dual(sigma, q1, q2, c).solved
    seconds = time.process_time() - start
    if not solved:
        raise SystemExit(f"{name} has no closed form any more")
    return seconds


def _integrate(name: str, queue: Any) -> None:
    """Worker: sympy's own answer at correlation 1/2, unit variances."""
    from sympy import Rational, exp, integrate, oo, pi, sqrt, symbols

    from theory.dual import as_activation

    u, v = symbols("u v", real=True)
    r, sigma = Rational(1, 2), as_activation(name)
    density = exp(-(u**2 - 2 * r * u * v + v**2) / (2 * (1 - r**2))) / (2 * pi * sqrt(1 - r**2))
    queue.put(integrate(sigma(u) * sigma(v) * density, (u, -oo, oo), (v, -oo, oo)))


def peer(name: str, limit: float) -> tuple[float, str]:
    """(seconds, what came back) of `sympy.integrate` at correlation 1/2: an answer, right or wrong, or none in time."""
    from sympy import Integral, Rational

    from theory.dual import dual

    queue: Any = multiprocessing.Queue()
    worker = multiprocessing.Process(target=_integrate, args=(name, queue))
    start = time.perf_counter()
    worker.start()
    try:
        answer = queue.get(timeout=limit)
    except Exception:  # queue.Empty, or an answer that cannot travel
        answer = None
    seconds = time.perf_counter() - start
    worker.terminate()
    worker.join()
    if answer is None:
        return seconds, f"no answer within {limit:g} s"
    if answer.has(Integral):
        return seconds, "unevaluated"
    gap = abs(complex(answer.evalf(15)) - float(dual(name, c=Rational(1, 2))))
    return seconds, "right" if gap < 1e-9 else f"wrong by {gap:.3g}: {answer}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", default=list(CLOSED))
    parser.add_argument("--peer", action="store_true", help="run sympy.integrate as well")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for sympy.integrate")
    options = parser.parse_args()
    derivation_seconds("relu")  # imports and caches of sympy itself
    for name in options.names:
        ours = derivation_seconds(name)
        line = f"{name:12} {ours:8.3f} s"
        if options.peer:
            seconds, said = peer(name, options.limit)
            line += f"   sympy.integrate {seconds:7.1f} s  {said}  (ratio {seconds / ours:.0f})"
        print(line, flush=True)


if __name__ == "__main__":
    main()
