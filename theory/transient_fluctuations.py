r"""Fluctuations after finitely many layers, for a chain that starts exchangeable.

From an exchangeable start the mean-field orbit is at G_* from the first layer on, so the noise of the layers adds up to
``V_L = sum_{k<L} J^k C (J^T)^k``: the same blocks as the stationary V, with geometric sums cut after L terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, S, sympify

from theory.fluctuations import Fluctuations, one_step_covariance
from theory.linearization import linearize
from theory.network import Network


def _geometric(ratio: Expr, terms: Expr) -> Expr:
    """1 + ratio + ... of so many terms."""
    return (1 - ratio**terms) / (1 - ratio)


@dataclass(frozen=True)
class TransientFluctuations(Fluctuations):
    """`Fluctuations` after `depth` layers from an exchangeable start; tr V_L is its `fluctuation_constant`.

    Args:
        depth: L, at least 1.
    """

    depth: Expr = S.One

    @cached_property
    def standard_gain(self) -> Expr:
        """Sum of ``lambda_L^(2k)``; centred, the first layer's noise is counted apart, so one term less."""
        terms = self.depth - 1 if self._centered else self.depth
        return _geometric(self.linearization.eigenvalue_standard**2, terms)

    @cached_property
    def pairs_gain(self) -> Expr:
        pairs = self.linearization.eigenvalue_pairs
        return S.Zero if pairs is None else _geometric(pairs**2, self.depth)


def transient_fluctuations(network: Network, depth: Any) -> TransientFluctuations:
    """Fluctuations after `depth` layers from an exchangeable start: ``d E||G_L - G_*||_F^2 -> tr V_L`` as d grows.

    Raises:
        NetworkError: where there is no linearisation, see `theory.linearization.linearize`.
        ValueError: a depth below 1.

    >>> transient_fluctuations(Network("identity", batch_size=3), 1).fluctuation_constant
    9/2
    """
    layers = sympify(depth)
    if layers.is_number and (layers.is_Integer is False or layers < 1):
        raise ValueError(f"depth must be a whole number of at least 1, not {depth}")
    return TransientFluctuations(linearize(network), one_step_covariance(network), layers)
