"""The compiled kernel's random numbers for a test battery, as a stream of raw bytes.

    python -m benchmarks.generator_battery --order words | dieharder -a -g 200 -k 2 -Y 1

`words` are one network's, as published xoshiro256++ gives them; `networks` takes a few words from each of many networks
in turn, so that what is tested is how networks start; `normals` are one network's float64 normals through the normal
distribution function, and `normals32` its float32 ones: 32 and 16 bits of each, which a fair stream must have uniform.
benchmarks.generator_battery_report runs dieharder (Debian: apt-get install dieharder) on them and records the result.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from numerics.simulation.compiled.normals import PART, fill_normals, fill_words, seed_state
from numerics.simulation.error_function import norm_cdf

ORDERS = ("words", "networks", "normals", "normals32")
WORDS_A_NETWORK = 8


def stream(order: str, seed: int) -> Iterator[bytes]:
    """Bytes without end."""
    key = np.random.SeedSequence(seed).generate_state(4, np.uint64)
    state, late = np.empty(4, np.uint64), np.empty(PART, np.int64)
    words = np.empty(1 << 16, np.uint64)
    drawn = np.empty(1 << 16, np.float32 if order == "normals32" else np.float64)
    network = 0
    seed_state(key, network, state)
    while True:
        if order == "words":
            fill_words(state, words)
            yield words.tobytes()
        elif order == "networks":
            for start in range(0, words.size, WORDS_A_NETWORK):
                seed_state(key, network, state)
                fill_words(state, words[start : start + WORDS_A_NETWORK])
                network += 1
            yield words.tobytes()
        elif order == "normals":
            fill_normals(state, drawn, late)
            yield (norm_cdf(drawn) * 2.0**32).astype(np.uint32).tobytes()
        else:
            fill_normals(state, drawn, late)
            # float32 points of a box lie on a grid: the leading 16 bits
            yield (norm_cdf(drawn.astype(np.float64)) * 2.0**16).astype(np.uint16).tobytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--order", choices=ORDERS, default="words")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        for part in stream(options.order, options.seed):
            sys.stdout.buffer.write(part)
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
