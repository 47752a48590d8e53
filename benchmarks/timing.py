"""Times of contenders taken in turn, and what they were taken on."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any


def fastest(contenders: Mapping[str, Callable[[], object]], seconds: float, rounds_least: int = 3) -> dict[str, float]:
    """Each contender's fastest time, all of them run in turn until the time is spent.

    A contender that returns a float took its own time: that float.
    """
    best = dict.fromkeys(contenders, float("inf"))
    start = time.perf_counter()
    rounds = 0
    while rounds < rounds_least or time.perf_counter() - start < seconds:
        for name, run in contenders.items():
            begun = time.perf_counter()
            said = run()
            best[name] = min(best[name], said if isinstance(said, float) else time.perf_counter() - begun)
        rounds += 1
    return best


def machine() -> dict[str, Any]:
    """Processor, cores, versions, the date, and how busy the machine was."""
    model = platform.machine()
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        lines = [line for line in listing.read_text().splitlines() if line.startswith("model name")]
        wide = ", AVX-512" if "avx512f" in listing.read_text() else ""
        model = (lines[0].split(":", 1)[1].strip() if lines else model) + wide
    versions = {"python": platform.python_version()}
    for name in ("numpy", "numba"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "versions": versions,
        "date": datetime.date.today().isoformat(),
        "load_average_at_start": [round(load, 1) for load in os.getloadavg()],
    }
