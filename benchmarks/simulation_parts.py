"""Where a layer's time goes, part by part, for numpy's sampler and the compiled one."""

from __future__ import annotations

import time
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
    flat = hidden.reshape(-1)
    np.matmul(root, normals, out=hidden)
    return {
        "normals": lambda: rng.standard_normal(out=normals),
        "root of the covariance": lambda: covariance_roots(RELU, gram[None], 0, np.dtype(np.float64)),
        "product with the root": lambda: np.matmul(root, normals, out=hidden),
        "normalisation": lambda: (
            np.einsum("nr,nr->r", hidden, hidden, out=square),
            np.divide(samples, square, out=other[0]),
            np.multiply(hidden, other[0], out=other),
        ),
        "activation": lambda: RELU.activation(flat, out=flat),
        "Gram matrix": lambda: np.matmul(hidden, other.T),
    }


def compiled_parts(gram: np.ndarray, width: int, dtype: np.dtype) -> dict[str, Callable[[], object]]:
    """The parts of one compiled layer, each alone and repeated over a layer's blocks."""
    from numba import njit

    from numerics.simulation.compiled import functions, kernel, linear, normals, program, sampler

    samples = len(gram)
    columns = sampler.block_columns(samples, [width], dtype)
    blocks = -(-width // columns)
    opcodes, constants = program.compile_program(RELU.activation)
    block = np.random.default_rng(0).normal(size=(samples + 8, columns)).astype(dtype)
    scratch, stack = np.zeros((4, columns), dtype), np.zeros((program.STACK, samples * columns), dtype)
    state = np.empty((4, normals.LANES), np.uint64)
    normals.seed_lanes(np.arange(4, dtype=np.uint64), 0, state)
    words = np.empty(kernel.WORDS, np.uint64)
    order = samples - 1
    padded = (order + 3) // 4 * 4
    # rows of norm below 1, so that repeating the product stays finite
    lower = (np.tril(np.ones((padded, padded))) / padded).astype(dtype)
    covariance, root = np.empty((samples + 3, samples + 3)), np.zeros((samples + 3, samples + 3))
    total = np.zeros((samples + 3, samples + 3))
    fill, multiply, spread = kernel._fill_normals, linear.triangular_product, linear.from_helmert
    normalize, activate, add = kernel._normalize_neurons, program.run_program, linear.add_products
    wide = functions.wide_vectors
    covary, factor = kernel._covariance, linear.cholesky

    @njit
    def draw(state: Any, words: Any, block: Any) -> None:
        wide()
        for _ in range(blocks):
            fill(state, words, block[1 : order + 1])

    @njit
    def root_of(gram: Any, covariance: Any, root: Any) -> None:
        wide()
        covary(kernel.BATCH, gram, 1.0, 0.0, covariance)
        factor(covariance, order, 0.0, root)

    @njit
    def product(lower: Any, block: Any, scratch: Any) -> None:
        wide()
        for _ in range(blocks):
            multiply(lower, padded, block[1:], scratch)

    @njit
    def helmert(block: Any, scratch: Any) -> None:
        wide()
        for _ in range(blocks):
            spread(block, samples, scratch[0])

    @njit
    def normalization(block: Any, scratch: Any) -> None:
        wide()
        for _ in range(blocks):
            normalize(block, samples, 0.0, scratch[0])

    @njit
    def activation(block: Any, stack: Any) -> None:
        wide()
        for _ in range(blocks):
            activate(opcodes, constants, block[:samples].reshape(-1), stack)

    @njit
    def products(block: Any, total: Any) -> None:
        wide()
        for _ in range(blocks):
            add(block, columns, (samples + 3) // 4 * 4, total)

    calls: dict[str, tuple[Any, tuple]] = {
        "normals": (draw, (state, words, block)),
        "root of the covariance": (root_of, (gram, covariance, root)),
        "product with the root": (product, (lower, block, scratch)),
        "Helmert basis": (helmert, (block, scratch)),
        "normalisation": (normalization, (block, scratch)),
        "activation": (activation, (block, stack)),
        "Gram matrix": (products, (block, total)),
    }

    def alone(function: Any, arguments: tuple) -> Callable[[], object]:
        def run() -> object:
            # fresh normals: repeated parts would drive the block to subnormal or infinite numbers
            fill(state, words, block)
            begun = time.perf_counter()
            function(*arguments)
            return time.perf_counter() - begun

        run()
        return run

    return {name: alone(*call) for name, call in calls.items()}


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
