"""Random streams, one a network, keyed by what is simulated: no result depends on batching, order or workers."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Sequence

import numpy as np

from numerics.simulation.network_spec import NetworkSpec


def settings_key(spec: NetworkSpec, gram: np.ndarray, width: int | Sequence[int], label: str) -> tuple[int, ...]:
    """A digest of the settings, as words for a SeedSequence.

    Depth and recorded layers are left out on purpose: a deeper run continues a shallower one.

    Args:
        spec, gram, width: the settings.
        label: names the algorithm that consumes the stream and its dtype.
    """
    widths: object
    if isinstance(width, Sequence | np.ndarray):
        widths = tuple(int(item) for item in width)
        if widths and len(set(widths)) == 1:
            widths = widths[0]
    else:
        widths = int(width)
    # the name is a label for people; the tree is what is computed
    numbers = (spec.normalization, spec.epsilon, spec.weight_variance, spec.bias_variance)
    text = repr((label, spec.activation.tree, numbers, widths, gram.shape))
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    digest.update(np.ascontiguousarray(gram, dtype="<f8").tobytes())
    return tuple(int(word) for word in np.frombuffer(digest.digest(), dtype="<u4"))


def check_seed(seed: int) -> int:
    """The seed as an int.

    Raises:
        ValueError: not a whole number >= 0.
    """
    try:
        number = operator.index(seed)
    except TypeError:
        raise ValueError(f"seed is {seed!r:.40}; write a whole number >= 0") from None
    if number < 0:
        raise ValueError(f"seed is {seed}; write a whole number >= 0")
    return number


def seed_sequence(seed: int, key: tuple[int, ...], network: int) -> np.random.SeedSequence:
    """The seed sequence of one network: independent of every other (seed, settings, network)."""
    return np.random.SeedSequence([seed, *key], spawn_key=(network,))


def generator(seed: int, key: tuple[int, ...], network: int) -> np.random.Generator:
    """The generator of one network; SFC64, the fastest of numpy's at normal variates."""
    return np.random.Generator(np.random.SFC64(seed_sequence(seed, key, network)))
