"""Where a layer's time goes, part by part, for numpy's sampler and the compiled one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import fastest
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.helmert import covariance_roots
from numerics.simulation.network_spec import NetworkSpec

RELU = NetworkSpec(BUILTIN["relu"], "batch")


def numpy_parts(gram: np.ndarray, width: int) -> dict[str, Callable[[], object]]:
    """The parts of one numpy layer, each alone on arrays of the layer's shape."""
    samples = len(gram)
    rng = np.random.Generator(np.random.SFC64(0))
    normals = rng.standard_normal((samples - 1, width))
    root = covariance_roots(RELU, gram[None], 0, np.dtype(np.float64))[0]
    hidden, other, square = np.empty((samples, width)), np.empty((samples, width)), np.empty(width)
    flat, zeros = hidden.reshape(-1), np.zeros(hidden.size)
    np.matmul(root, normals, out=hidden)
    return {
        "normals": lambda: rng.standard_normal(out=normals),
        "root of the covariance": lambda: covariance_roots(RELU, gram[None], 0, np.dtype(np.float64)),
        "product with the root": lambda: np.matmul(root, normals, out=hidden),
        "normalisation and activation": lambda: (
            np.einsum("nr,nr->r", hidden, hidden, out=square),
            np.divide(samples, square, out=square),
            np.maximum(flat, zeros, out=flat),
            np.multiply(hidden, square, out=other),
        ),
        "Gram matrix": lambda: np.matmul(hidden, other.T),
    }


def compiled_parts(gram: np.ndarray, width: int, dtype: np.dtype) -> dict[str, Callable[[], object]]:
    """The parts of one compiled layer, each alone and repeated over a layer's blocks."""
    from numba import njit

    from numerics.simulation.compiled import linear, normals, sampler, strips

    samples = len(gram)
    rows, order = -(-samples // strips.ROWS) * strips.ROWS, samples - 1
    strip, columns = strips.strip_columns(dtype), sampler.block_columns(samples, [width], dtype)
    blocks, count = -(-width // columns), columns // strip
    state, late = np.empty(4, np.uint64), np.empty(normals.PART, np.int64)
    normals.seed_state(np.arange(4, dtype=np.uint64), 0, state)
    drawn = sampler.aligned_zeros((count * order * strip,), dtype)
    block, squares = sampler.aligned_zeros((rows * columns,), dtype), sampler.aligned_zeros((columns,), dtype)
    wide = sampler.aligned_zeros((rows * columns,), np.dtype(np.float64))
    covariance, root, total = np.empty((rows, rows)), np.zeros((rows, rows)), np.zeros((rows, rows))
    packed, lengths = np.zeros(rows * order, dtype), np.zeros(rows // strips.ROWS, np.int64)
    fill, multiply, scale, add, pack = (
        normals.fill_normals,
        strips.multiply_root,
        strips.scale_neurons,
        strips.add_products,
        strips.pack_root,
    )
    covary, factor, close = linear.covariance_of, linear.cholesky, linear.close_columns

    @njit
    def draw(state: Any, drawn: Any, late: Any) -> None:
        for _ in range(blocks):
            fill(state, drawn, late)

    @njit
    def root_of(gram: Any, covariance: Any, root: Any, packed: Any, lengths: Any) -> None:
        covary(True, gram, 1.0, 0.0, covariance)
        factor(covariance, order, 0.0, root)
        close(root, samples, order)
        pack(root, order, rows, True, 1.0, packed, lengths)

    @njit
    def product(packed: Any, lengths: Any, drawn: Any, block: Any, squares: Any) -> None:
        for _ in range(blocks):
            multiply(packed, lengths, order, drawn, count, block, squares)

    @njit
    def normalization(block: Any, squares: Any, wide: Any) -> None:
        for _ in range(blocks):
            scale(block, rows, samples, count, squares, 0.0, 0.0, wide)

    @njit
    def products(wide: Any, total: Any) -> None:
        for _ in range(blocks):
            add(wide, rows, count, strip, total)

    calls: dict[str, tuple[Any, tuple]] = {
        "normals": (draw, (state, drawn, late)),
        "root of the covariance": (root_of, (gram, covariance, root, packed, lengths)),
        "product with the root": (product, (packed, lengths, drawn, block, squares)),
        "normalisation and activation": (normalization, (block, squares, wide)),
        "Gram matrix": (products, (wide, total)),
    }
    for function, arguments in calls.values():
        function(*arguments)
    return {name: lambda call=call: call[0](*call[1]) for name, call in calls.items()}


def arithmetic(samples: int, width: int) -> dict[str, float]:
    """Seconds of one layer's multiply-adds at the rate that registers allow, by compiled sampler.

    The product with the root of order n - 1 and the lower triangle of the Gram matrix, without padding; the latter in
    float64 always.
    """
    from numba import njit

    from numerics.simulation.compiled.vectors import broadcast, lanes, multiply_add, total

    chain = 1000

    @njit
    def run(one: Any, half: Any) -> Any:
        # ten sums in flight hide the latency of one
        a = b = c = d = e = f = g = h = i = j = broadcast(one)
        x, y = broadcast(half), broadcast(one)
        for _ in range(chain):
            a, b, c, d, e = (
                multiply_add(a, x, y),
                multiply_add(b, x, y),
                multiply_add(c, x, y),
                multiply_add(d, x, y),
                multiply_add(e, x, y),
            )
            f, g, h, i, j = (
                multiply_add(f, x, y),
                multiply_add(g, x, y),
                multiply_add(h, x, y),
                multiply_add(i, x, y),
                multiply_add(j, x, y),
            )
        return (
            total(a) + total(b) + total(c) + total(d) + total(e) + total(f) + total(g) + total(h) + total(i) + total(j)
        )

    seconds = {}
    for dtype in (np.float64, np.float32):
        one, half = dtype(1), dtype(0.5)
        run(one, half)
        seconds[dtype] = fastest({"run": lambda one=one, half=half: run(one, half) and None}, 0.1, 200)["run"] / (
            10 * chain
        )
    product = width * (samples * (samples - 1) // 2 + samples - 1)
    gram = width * samples * (samples + 1) // 2 / lanes(np.dtype(np.float64)) * seconds[np.float64]
    return {
        f"compiled {np.dtype(dtype).name}": product / lanes(np.dtype(dtype)) * seconds[dtype] + gram
        for dtype in (np.float64, np.float32)
    }


def split(gram: np.ndarray, width: int, seconds: float, compiled: bool) -> dict[str, dict[str, float]]:
    """Seconds of each part of one layer, by sampler."""
    found = {"numpy float64": fastest(numpy_parts(gram, width), seconds, 50)}
    for dtype in (np.float64, np.float32) if compiled else ():
        name = f"compiled {np.dtype(dtype).name}"
        found[name] = fastest(compiled_parts(gram, width, np.dtype(dtype)), seconds, 50)
    return found


def show(title: str, parts: dict[str, dict[str, float]]) -> None:
    print(f"\n{title}")
    for sampler, times in parts.items():
        whole = sum(times.values())
        print(f"  {sampler}: {whole * 1e6:.1f} us")
        for name, value in times.items():
            print(f"    {name:24s} {value * 1e6:8.2f} us  {100 * value / whole:5.1f} %")
