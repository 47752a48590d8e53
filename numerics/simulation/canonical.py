"""Plain data as one text, for keys of stores and random streams."""

from __future__ import annotations

import hashlib
import json
import math
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["canonical", "stream"]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_ | np.integer | np.floating):
        value = value.item()
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        # JSON has no NaN or infinity; repr of a double is unique and round-trips.
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of Python objects has no canonical text: pass an array of numbers")
        value = value.astype(value.dtype.newbyteorder("<"))
        digest = hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).hexdigest()
        return {"array": [value.dtype.str, list(value.shape), digest]}
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"settings are keyed by strings, not by {key!r} of type {type(key).__name__}")
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(
        f"a {type(value).__name__} has no canonical text: pass plain data "
        "(None, bool, int, float, str, numpy array, list, or dict keyed by strings)"
    )


def canonical(settings: Any) -> str:
    """Write plain data as one text, the same for equal data whatever the order of its keys.

    Integers and floats stay apart: `1` and `1.0` give different texts. An array enters by shape, type and a hash of
        its bytes.

    Args:
        settings: None, bool, int, float, str, numpy array, or lists and dicts of these.

    Returns:
        JSON with sorted keys and no spaces; not meant to be parsed back.

    Raises:
        TypeError: something in `settings` is not plain data.

    >>> canonical({"width": 8, "activation": "relu"})
    '{"activation":"relu","width":8}'
    """
    return json.dumps(_plain(settings), sort_keys=True, separators=(",", ":"), allow_nan=False)


def stream(root_seed: int, *keys: Any) -> np.random.SeedSequence:
    """Return the seed sequence that belongs to a name, so that a stream depends on the root seed and its keys alone.

    The entropy is blake2b(root seed, keys) in canonical text: adding, removing or reordering other streams changes
    nothing.

    Args:
        root_seed: an integer of any size, at least 0.
        keys: plain data naming the stream, for instance a claim's name and the example's settings.

    Returns:
        A SeedSequence for `numpy.random.default_rng`; spawn from it for one child per network.

    Raises:
        TypeError: the seed is not an integer, or a key is not plain data.
        ValueError: the seed is negative.

    >>> a, b = stream(7, "claim", {"width": 8}), stream(7, "claim", {"width": 8})
    >>> a.entropy == b.entropy
    True
    >>> a.entropy == stream(7, "claim", {"width": 16}).entropy
    False
    """
    if isinstance(root_seed, bool | np.bool_):
        raise TypeError(f"the root seed is {root_seed!r}: write an integer, for instance 0")
    try:
        seed = operator.index(root_seed)
    except TypeError:
        raise TypeError(f"the root seed is {root_seed!r}: write an integer, for instance 0") from None
    if seed < 0:
        raise ValueError(f"the root seed is {seed}: write an integer of at least 0")
    digest = hashlib.blake2b(canonical([seed, list(keys)]).encode(), digest_size=32).digest()
    return np.random.SeedSequence(int.from_bytes(digest, "little"))
