"""The compiled kernel's random words through dieharder (Debian: apt-get install dieharder), as a stream of raw bytes.

    python -m benchmarks.generator_battery | dieharder -a -g 200 -k 2 -Y 1
    python -m benchmarks.generator_battery --order networks | dieharder -a -g 200 -k 2 -Y 1

`lanes` is one network's words as the kernel consumes them, sixteen xoshiro256++ generators interleaved; `networks` takes one block
of words from each of many networks in turn, so that what is tested is how networks start.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from numerics.simulation.compiled.normals import LANES, fill_words, seed_lanes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--order", choices=("lanes", "networks"), default="lanes")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    key = np.random.SeedSequence(options.seed).generate_state(4, np.uint64)
    state = np.empty((4, LANES), np.uint64)
    words = np.empty(1 << 16 if options.order == "lanes" else 4 * LANES, np.uint64)
    network = 0
    seed_lanes(key, network, state)
    try:
        while True:
            fill_words(state, words)
            sys.stdout.buffer.write(words.tobytes())
            if options.order == "networks":
                network += 1
                seed_lanes(key, network, state)
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
