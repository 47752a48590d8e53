"""What a sweep covers, read from a dict or a TOML file and checked before any work."""

from __future__ import annotations

import itertools
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.simulation.network_spec import NORMALIZATIONS

__all__ = ["ConfigError", "SweepConfig", "parse_config", "read_config"]

_DEFAULTS: dict[str, Any] = {
    "normalization": "batch",
    "networks": 100,
    "seed": 0,
    "input": None,
    "weight_variance": 1.0,
    "bias_variance": 0.0,
}
_REQUIRED = ("activation", "batch_size", "width", "depth")
_KEYS = (*_REQUIRED, *_DEFAULTS)
_LEAST = {"batch_size": 2, "width": 1, "depth": 1, "networks": 1, "seed": 0}
_MOST_POINTS = 10**6


class ConfigError(ValueError):
    """A sweep's configuration is wrong; the message names the key, what it has, and what to write."""


@dataclass(frozen=True)
class SweepConfig:
    """A grid of settings.

    Args:
        values: for every key its values, in order.
    """

    values: tuple[tuple[str, tuple[Any, ...]], ...]

    def points(self) -> list[dict[str, Any]]:
        """The grid, the last key moving fastest; every point has all keys."""
        names = [name for name, _ in self.values]
        return [dict(zip(names, point)) for point in itertools.product(*(values for _, values in self.values))]


def parse_config(config: Mapping[str, Any]) -> SweepConfig:
    """Check a sweep's configuration and return its grid.

    Args:
        config: activation (a name or an expression in x), batch_size, width, depth are required; normalization
            ("batch"), networks (100), seed (0), input (none: the caller's default), weight_variance (1), bias_variance
            (0) are not. Each is a value or a list of values; lists make the grid.

    Returns:
        The grid. Activations and inputs are text, not yet looked up.

    Raises:
        ConfigError: an unknown or missing key, a value of the wrong type or out of range, an empty list, a value twice
            in a list, or more than a million points.

    >>> config = parse_config({"activation": "relu", "batch_size": 8, "width": [128, 256], "depth": 10})
    >>> [(point["width"], point["normalization"]) for point in config.points()]
    [(128, 'batch'), (256, 'batch')]
    """
    for key in config:
        if key not in _KEYS:
            raise ConfigError(f"unknown key {key!r}: write one of {', '.join(_KEYS)}")
    missing = [key for key in _REQUIRED if key not in config]
    if missing:
        raise ConfigError(f"missing key {missing[0]!r}: a sweep needs {', '.join(_REQUIRED)}")
    values = tuple((key, _checked(key, config.get(key, _DEFAULTS.get(key)))) for key in _KEYS)
    points = math.prod(len(choices) for _, choices in values)
    if points > _MOST_POINTS:
        raise ConfigError(f"the lists make {points} points: write at most {_MOST_POINTS}, or several sweeps")
    return SweepConfig(values)


def read_config(path: str | os.PathLike[str]) -> SweepConfig:
    """Read a sweep's configuration from a TOML file; keys as in `parse_config`.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or has a cause of `parse_config`; the message begins with the
            path.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{path}: {reason}; write the path of a TOML file") from error
    try:
        return parse_config(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ConfigError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _checked(key: str, value: Any) -> tuple[Any, ...]:
    choices = value if isinstance(value, list | tuple) else [value]
    if not choices:
        raise ConfigError(f"{key} is an empty list: write at least one value")
    checked = tuple(_one(key, choice) for choice in choices)
    for index, choice in enumerate(checked):
        if choice in checked[:index]:
            raise ConfigError(f"{key} lists {choice!r} twice: write each value once")
    return checked


def _one(key: str, value: Any) -> Any:
    if key in _LEAST:
        if isinstance(value, bool) or not isinstance(value, int) or value < _LEAST[key]:
            raise ConfigError(
                f"{key} is {value!r:.60}: write a whole number of at least {_LEAST[key]}, or a list of them"
            )
        return value
    if key in ("weight_variance", "bias_variance"):
        number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
        if not 0.0 <= number < math.inf or (key == "weight_variance" and number == 0.0):
            raise ConfigError(
                f"{key} is {value!r:.60}: write a {'positive number' if key[0] == 'w' else 'number of at least 0'}"
            )
        return number
    if key == "input" and value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        wanted = {"activation": "a name or an expression in x", "input": "the path of a file"}.get(key, "a name")
        raise ConfigError(f"{key} is {value!r:.60}: write {wanted}, in quotes, or a list of them")
    if key == "normalization" and value not in NORMALIZATIONS:
        raise ConfigError(f"normalization is {value!r:.60}: write one of {', '.join(NORMALIZATIONS)}")
    return value
