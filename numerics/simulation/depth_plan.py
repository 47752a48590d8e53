"""Widths and recorded layers, checked: the arguments that every sampler shares."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class DepthPlan:
    """Which widths the layers have and which layers are recorded; layer 0 is the starting Gram matrix.

    Args:
        widths: widths[l - 1] is the number of neurons of layer l; as many as there are layers to run.
        layers: recorded layers, increasing; the last may be less than the depth.
    """

    widths: tuple[int, ...]
    layers: tuple[int, ...]

    @property
    def depth(self) -> int:
        return len(self.widths)


def _whole(value: Any, name: str, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r:.40}; write a whole number >= {least}") from None
    if isinstance(value, bool) or number < least:
        raise ValueError(f"{name} is {value}; write a whole number >= {least}")
    return number


def depth_plan(width: int | Sequence[int], depth: int, layers: Iterable[int] | None) -> DepthPlan:
    """Check the arguments; layers beyond the last recorded one are not run.

    Args:
        width: one width for all layers, or a sequence of `depth` widths.
        depth: number of layers >= 0.
        layers: recorded layers within 0..depth, in increasing order; None records 0, 1, ..., depth.

    Raises:
        ValueError: a number out of range, or as many widths as there are not layers.

    Example:
        >>> depth_plan(8, 3, layers=(0, 2))
        DepthPlan(widths=(8, 8), layers=(0, 2))
    """
    depth = _whole(depth, "depth", 0)
    if isinstance(width, Iterable):
        widths = tuple(_whole(item, "width", 1) for item in width)
        if len(widths) != depth:
            raise ValueError(f"{len(widths)} widths for depth {depth}; write one width, or one for every layer")
    else:
        widths = (_whole(width, "width", 1),) * depth
    if layers is None:
        return DepthPlan(widths, tuple(range(depth + 1)))
    chosen = tuple(_whole(layer, "layer", 0) for layer in layers)
    if not chosen:
        raise ValueError("no layers to record; name at least one of 0..depth")
    if any(later <= earlier for earlier, later in pairwise(chosen)) or chosen[-1] > depth:
        raise ValueError(f"layers {list(chosen)[:8]} are not increasing numbers within 0..{depth}")
    return DepthPlan(widths[: chosen[-1]], chosen)
