"""The error of activations, apart from `base` so that an unknown name is refused without loading sympy."""

from __future__ import annotations


class ActivationError(ValueError):
    """A name that no activation has, or a declared fact that is false; the message says which, and by how much."""
