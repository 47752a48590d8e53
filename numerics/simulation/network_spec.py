"""The network to simulate, as plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numerics.simulation.elementwise import Elementwise

NORMALIZATIONS = ("batch", "batch-uncentered", "layer", "rms", "none")


@dataclass(frozen=True)
class NetworkSpec:
    """One hidden layer's law: h_{l+1} = W_l s(h_l) + b_l, where s is the activation of the normalised h_l.

    Entries of W_l are N(0, weight_variance/fan_in), b_l gives every neuron one N(0, bias_variance) shared by the
    batch. "batch" and "batch-uncentered" normalise each neuron over the batch (population variance), "layer" and "rms"
    each sample over the neurons; `epsilon` is added to the variance (mean square) under the square root.

    Raises:
        ValueError: an unknown normalization, or a variance or epsilon out of range.

    Example:
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> NetworkSpec(BUILTIN["relu"], "batch").weight_variance
        1.0
    """

    activation: Elementwise
    normalization: str
    epsilon: float = 0.0
    weight_variance: float = 1.0
    bias_variance: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.activation, Elementwise):
            raise ValueError(f"activation is {type(self.activation).__name__}; pass an Elementwise")
        if self.normalization not in NORMALIZATIONS:
            known = ", ".join(NORMALIZATIONS)
            raise ValueError(f"unknown normalization {self.normalization!r:.40}; write one of {known}")
        for name in ("epsilon", "weight_variance", "bias_variance"):
            value = float(getattr(self, name))
            if not math.isfinite(value) or value < 0 or (name == "weight_variance" and value == 0):
                wanted = "a positive number" if name == "weight_variance" else "a number >= 0"
                raise ValueError(f"{name} is {value}; write {wanted}")
            object.__setattr__(self, name, value)
