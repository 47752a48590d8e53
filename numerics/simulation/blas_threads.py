"""One BLAS thread while an ensemble runs: tasks are the parallelism, and a sum's order is part of a result."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np

_NAMES = ("scipy_openblas_{}64_", "openblas_{}64_", "scipy_openblas_{}", "openblas_{}")


@lru_cache(maxsize=1)
def _controls() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """(get, set) of the OpenBLAS inside numpy's wheel, which is loaded already; None with any other BLAS."""
    for path in sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*")):
        library = ctypes.CDLL(str(path))
        for name in _NAMES:
            if hasattr(library, name.format("set_num_threads")):
                return getattr(library, name.format("get_num_threads")), getattr(
                    library, name.format("set_num_threads")
                )
    return None


def set_blas_threads(count: int) -> int | None:
    """Set the number of threads of numpy's own OpenBLAS; the number before, or None where numpy has another BLAS.

    With another BLAS set OMP_NUM_THREADS=1 (or that library's own variable) before Python starts.
    """
    controls = _controls()
    if controls is None:
        return None
    before = int(controls[0]())
    controls[1](count)
    return before


_lock = threading.Lock()
_inside = 0
_outside: int | None = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """One BLAS thread inside the block, in this process; blocks nest and overlap, and the last one out puts back."""
    global _inside, _outside
    with _lock:
        if _inside == 0:
            _outside = set_blas_threads(1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0 and _outside is not None:
                set_blas_threads(_outside)
