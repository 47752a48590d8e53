"""Concentration bounds as objects: hypotheses, every constant, range of validity, source.

Each module holds the bounds of one kind; `BOUNDS` lists those that belong to a network with batch normalisation.

>>> from theory import Network
>>> from theory.concentration import one_step_pinelis
>>> bound = one_step_pinelis(Network("relu", batch_size=5))
>>> float(round(bound.at(width=10000, t=1), 6))
0.0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from theory.concentration.base import Bound, BoundKind, Constant, Hypothesis, HypothesisError
from theory.concentration.depth_uniform import contraction_bound
from theory.concentration.eigenvalues import eigenvalue_count, eigenvalue_proposition
from theory.concentration.linear import orthogonality_gap_2021, theorem_one
from theory.concentration.local import (
    LocalConstants,
    local_constants,
    local_exit_probability,
    local_gram_mean_square,
    local_mean_square,
)
from theory.concentration.mixing import mixing_tail, theorem_two
from theory.concentration.one_step import (
    exact_one_step_noise,
    one_step_bounded_differences,
    one_step_noise,
    one_step_pinelis,
)
from theory.concentration.two_samples import two_sample_mean_square, two_sample_recursion

BOUNDS: Mapping[str, Callable[..., Any]] = {
    "one-step-pinelis": one_step_pinelis,
    "one-step-bounded-differences": one_step_bounded_differences,
    "one-step-noise": one_step_noise,
    "one-step-noise-at-fixed-point": exact_one_step_noise,
    "local-exit": local_exit_probability,
    "local-mean-square": local_mean_square,
    "local-gram-mean-square": local_gram_mean_square,
    "theorem-two": theorem_two,
    "mixing-tail": mixing_tail,
}

__all__ = [
    "BOUNDS", "Bound", "BoundKind", "Constant", "Hypothesis", "HypothesisError", "LocalConstants", "contraction_bound",
    "eigenvalue_count", "eigenvalue_proposition", "exact_one_step_noise", "local_constants", "local_exit_probability",
    "local_gram_mean_square", "local_mean_square", "mixing_tail", "one_step_bounded_differences", "one_step_noise",
    "one_step_pinelis", "orthogonality_gap_2021", "theorem_one", "theorem_two", "two_sample_mean_square",
    "two_sample_recursion",
]  # fmt: skip
