"""A sweep's piece of work: some networks of one setting, summed up in a record that other chunks can join."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numerics.simulation.canonical import canonical
from numerics.simulation.elementwise import Elementwise
from numerics.simulation.gram_chain import sample
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import gram_of_input

__all__ = ["RECORD_VERSION", "relative_cost", "simulate_record", "split_networks"]

RECORD_VERSION = "simulate 1"
# Random numbers in one chunk, about: some seconds of work, so that an interrupt loses no more.
_CHUNK = 3e8
_NETWORK_KEYS = {"normalization", "epsilon", "weight_variance", "bias_variance"}
_KEYS = {
    *_NETWORK_KEYS, "activation", "batch_size", "width", "depth", "networks", "seed", "first_network", "last_network",
    "input", "point", "dtype", "compiled", "tree", "gram", "batch", "reference",
}  # fmt: skip


def relative_cost(settings: Mapping[str, Any]) -> float:
    """Random numbers that the settings ask for, the unit of cost."""
    networks = settings.get("last_network", settings["networks"]) - settings.get("first_network", 0)
    neurons = float(np.sum(settings["width"])) * (1.0 if np.ndim(settings["width"]) else float(settings["depth"]))
    samples = len(settings["gram"]) if "gram" in settings else np.shape(settings["batch"])[1]
    return neurons * samples * networks


def split_networks(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Divide the networks of one setting into chunks of some seconds each; the division depends on the settings alone.

    Args:
        settings: as for `simulate_record`.

    Returns:
        The settings of each chunk, with `first_network`, `last_network` and `point` added, the last a name of the whole
        setting by which `results.load_table` joins its chunks.

    >>> parts = split_networks({"width": 10**5, "depth": 100, "networks": 25, "gram": np.eye(4)})
    >>> [(part["first_network"], part["last_network"]) for part in parts]
    [(0, 7), (7, 14), (14, 21), (21, 25)]
    """
    networks = int(settings["networks"])
    one = relative_cost({**settings, "first_network": 0, "last_network": 1})
    size = max(1, min(networks, int(_CHUNK / max(one, 1.0))))
    point = hashlib.blake2b(canonical(settings).encode(), digest_size=8).hexdigest()
    return [
        {**settings, "point": point, "first_network": first, "last_network": min(first + size, networks)}
        for first in range(0, networks, size)
    ]


def simulate_record(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Simulate networks `first_network` .. `last_network` - 1 of one setting against a reference Gram matrix.

        Args:
            settings: plain data.
                activation: its name, for people; tree: what is computed, as in `Elementwise` (nested lists or tuples).
                normalization, epsilon, weight_variance, bias_variance: as in `NetworkSpec`, with its defaults.
                gram: starting Gram matrix (n, n); or batch: an input batch (features, n) in its place.
                width, depth, networks, seed: as in `gram_chain.sample`.
                dtype, compiled: as in `gram_chain.sample`, with its defaults.
            first_network, last_network: the chunk; all networks by default.
                reference: Gram matrix (n, n) that G_depth is compared with, or None.
                batch_size: n, checked if present. input, point: where the batch came from and the setting's name;
                    unused.

        Returns:
            number: networks of this chunk. mean_squared_error: their mean squared Frobenius distance of G_depth to the
            reference, with standard_error (NaN for one network); both NaN without a reference. mean_diagonal,
            mean_off_diagonal: of the mean G_depth. seconds.

        Raises:
            ValueError: an unknown or missing setting, a shape that does not fit, or a cause of `gram_chain.sample`.

    >>> from numerics.simulation.elementwise import BUILTIN
    >>> network = {"tree": BUILTIN["relu"].tree, "normalization": "batch", "gram": np.eye(4), "width": 64, "depth": 3}
    >>> record = simulate_record({**network, "networks": 5, "seed": 0, "reference": np.eye(4)})
    >>> record["number"], record["mean_squared_error"] > 0
    (5, True)
    """
    unknown = sorted(set(settings) - _KEYS)
    missing = sorted({"tree", "normalization", "width", "depth", "networks", "seed"} - set(settings))
    if unknown or missing:
        raise ValueError(f"settings have unknown keys {unknown} and lack {missing}; known: {', '.join(sorted(_KEYS))}")
    if ("gram" in settings) == ("batch" in settings):
        raise ValueError("settings need one of gram (a starting Gram matrix) and batch (features, samples)")
    gram = np.asarray(settings["gram"]) if "gram" in settings else gram_of_input(np.asarray(settings["batch"]))
    if settings.get("batch_size", len(gram)) != len(gram):
        raise ValueError(f"batch_size is {settings['batch_size']}, but the Gram matrix has shape {gram.shape}")
    reference = settings.get("reference")
    if reference is not None and np.shape(reference) != gram.shape:
        raise ValueError(f"the reference has shape {np.shape(reference)}, the Gram matrix {gram.shape}")
    first = int(settings.get("first_network", 0))
    last = int(settings.get("last_network", settings["networks"]))
    if not 0 <= first < last <= settings["networks"]:
        raise ValueError(f"networks {first} to {last} of {settings['networks']}: write 0 <= first < last <= networks")
    activation = Elementwise(str(settings.get("activation", "activation")), settings["tree"])
    spec = NetworkSpec(activation, **{key: settings[key] for key in _NETWORK_KEYS if key in settings})

    begun = time.perf_counter()
    chosen = {key: settings[key] for key in ("width", "depth", "seed", "dtype", "compiled") if key in settings}
    grams = sample(spec, gram, networks=range(first, last), layers=[settings["depth"]], **chosen)[:, 0]
    n, number = len(gram), last - first
    mean = grams.mean(axis=0)
    record: dict[str, Any] = {
        "number": number,
        "mean_diagonal": float(mean.trace() / n),
        "mean_off_diagonal": float((mean.sum() - mean.trace()) / (n * (n - 1))),
        "mean_squared_error": math.nan,
        "standard_error": math.nan,
    }
    if reference is not None:
        squared = np.sum((grams - np.asarray(reference, dtype=np.float64)) ** 2, axis=(1, 2))
        record["mean_squared_error"] = float(squared.mean())
        if number > 1:
            record["standard_error"] = float(squared.std(ddof=1) / math.sqrt(number))
    record["seconds"] = time.perf_counter() - begun
    return record


def join_chunks(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The record that the chunks' networks would have given together (seconds add up).

    >>> two = {"number": 2, "mean_squared_error": 1.0, "standard_error": 1.0, "mean_diagonal": 1.0,
    ...        "mean_off_diagonal": 0.0, "seconds": 1.0}
    >>> join_chunks([two, two])["number"]
    4
    """
    numbers = np.array([record["number"] for record in records], dtype=np.float64)
    total = float(numbers.sum())

    def mean(name: str) -> float:
        return float(numbers @ np.array([record[name] for record in records], dtype=np.float64) / total)

    centre = mean("mean_squared_error")
    # within and between the chunks: sums of squared deviations from the common mean
    within = sum(r["number"] * (r["number"] - 1) * r["standard_error"] ** 2 for r in records if r["number"] > 1)
    between = sum(r["number"] * (r["mean_squared_error"] - centre) ** 2 for r in records)
    return {
        "number": int(total),
        "mean_diagonal": mean("mean_diagonal"),
        "mean_off_diagonal": mean("mean_off_diagonal"),
        "mean_squared_error": centre,
        "standard_error": math.sqrt((within + between) / (total * (total - 1))) if total > 1 else math.nan,
        "seconds": float(sum(record["seconds"] for record in records)),
    }
