"""Dense networks in torch and jax, each timed in an interpreter that has it: started by benchmarks.simulation.

    python -m benchmarks.simulation_peers torch|jax

Reads a line {"width": ..., "samples": ..., "layers": ..., "dtype": ..., "threads": ..., "generator": ...}, prints the
seconds of one run, and so on; the first run of a setting compiles. Says {"version": ...} when it starts, or {"missing": ...}.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any


def torch_network(width: int, samples: int, layers: int, dtype: str, threads: int, generator: str) -> Callable:
    import torch

    torch.set_num_threads(threads)
    kind = getattr(torch, dtype)
    rng = torch.Generator().manual_seed(0)

    def run() -> Any:
        with torch.no_grad():
            hidden = torch.randn(width, samples, generator=rng, dtype=kind)
            grams = []
            for _ in range(layers):
                weights = torch.randn(width, width, generator=rng, dtype=kind)
                hidden = weights @ hidden
                hidden -= hidden.mean(1, keepdim=True)
                hidden = torch.relu_(hidden / hidden.square().mean(1, keepdim=True).sqrt_())
                grams.append(hidden.T @ hidden / width)
            return torch.stack(grams)

    return run


def jax_network(width: int, samples: int, layers: int, dtype: str, threads: int, generator: str) -> Callable:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", dtype == "float64")
    kind = jnp.dtype(dtype)

    def layer(hidden: Any, key: Any) -> tuple[Any, Any]:
        hidden = jax.random.normal(key, (width, width), kind) @ hidden
        hidden = hidden - hidden.mean(1, keepdims=True)
        hidden = jax.nn.relu(hidden / jnp.sqrt((hidden**2).mean(1, keepdims=True)))
        return hidden, hidden.T @ hidden / width

    @jax.jit
    def trajectory(key: Any) -> Any:
        first, *keys = jax.random.split(key, layers + 1)
        return jax.lax.scan(layer, jax.random.normal(first, (width, samples), kind), jnp.stack(keys))[1]

    key = jax.random.key(0, impl=generator)
    return lambda: trajectory(key).block_until_ready()


NETWORKS = {"torch": torch_network, "jax": jax_network}


def serve(peer: str) -> None:
    """Answer requests until the input ends."""
    try:
        version = __import__(peer).__version__
    except ModuleNotFoundError as missing:
        print(json.dumps({"missing": missing.name}), flush=True)
        return
    prepare = lru_cache(maxsize=None)(NETWORKS[peer])
    print(json.dumps({"version": version}), flush=True)
    warm = set()
    for line in sys.stdin:
        run = prepare(**json.loads(line))
        if line not in warm:
            run()
            warm.add(line)
        begun = time.perf_counter()
        run()
        print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)


class Peer:
    """A library in an interpreter of its own, asked for the time of one run at a time.

    Attributes:
        version: None where the interpreter lacks the library.
    """

    def __init__(self, name: str, python: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.simulation_peers", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        self.version: str | None = self._answer().get("version")

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"the {self.name} process ended with status {self._process.wait()}; its message is above"
            )
        return json.loads(line)

    def seconds(
        self, width: int, samples: int, layers: int, dtype: str, threads: int, generator: str = "default"
    ) -> float:
        """The time of one dense trajectory of that many layers."""
        request = {"width": width, "samples": samples, "layers": layers, "dtype": dtype}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({**request, "threads": threads, "generator": generator}) + "\n")
        self._process.stdin.flush()
        return self._answer()["seconds"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def find_peers(pythons: dict[str, str]) -> dict[str, Peer]:
    """The peers that are there; the others are named on the output."""
    found = {}
    for name, python in pythons.items():
        peer = Peer(name, python)
        if peer.version is None:
            peer.close()
            print(f"{name}: not installed for {Path(python).name}; pip install {name}, or pass --{name}-python PATH")
        else:
            found[name] = peer
    return found


if __name__ == "__main__":
    serve(sys.argv[1])
