"""What is true on paper: the mean-field theory of deep random networks, as sympy expressions.

Names load on first use, so that ``import theory`` stays light.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "Activation": "theory.activations",
    "Network": "theory.network",
    "BatchNorm": "theory.network",
    "LayerNorm": "theory.network",
    "GaussianLaw": "theory.expectation",
    "SphereLaw": "theory.expectation",
    "BatchNormLaw": "theory.expectation",
    "GaussianMean": "theory.expectation",
    "SphereMean": "theory.expectation",
    "BatchNormMean": "theory.expectation",
    "fixed_point": "theory.mean_field",
    "mean_field_map": "theory.mean_field",
    "linearize": "theory.linearization",
    "gradient_growth": "theory.gradients",
    "stationary_fluctuations": "theory.fluctuations",
    "isometry_gap_correction": "theory.gap_corrections",
    "orthogonality_gap_square_correction": "theory.gap_corrections",
    "isometry_gap": "theory.gaps",
    "orthogonality_gap": "theory.gaps",
    "mean_field_derivative": "theory.derivative",
    "analyze": "theory.analysis",
    "large_batch_limit": "theory.large_batch",
    "critical_batch_size": "theory.large_batch",
    "Source": "theory.sources",
    "Derivation": "theory.derivation",
    "derive": "theory.derivation",
    "derive_dual": "theory.dual",
    "c_map": "theory.dual",
    "q_map": "theory.dual",
    "hermite_coefficient": "theory.orthogonal",
    "mehler_series": "theory.orthogonal",
    "gegenbauer_series": "theory.orthogonal",
    "normalized_iteration": "theory.iteration",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'theory' has no {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
