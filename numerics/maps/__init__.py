"""Float64 maps of whole Gram matrices: duals, the mean-field step under every normalisation, orbits."""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "mean_field_step": "numerics.maps.mean_field",
    "mean_field_step_with_error": "numerics.maps.mean_field",
    "mean_field_orbit": "numerics.maps.mean_field",
    "MapError": "numerics.maps.prepared",
    "batch_norm_map": "numerics.maps.batch_norm",
    "dual_gram": "numerics.maps.gaussian",
    "dual_deficit": "numerics.maps.deficit",
    "correlation_orbit": "numerics.maps.deficit",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'numerics.maps' has no {name!r}; it offers {', '.join(__all__)}")
