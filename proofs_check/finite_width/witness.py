"""A veto by simulation: does an exactly derived mean agree with drawn networks at a small setting?

The derivation is algebra; the witness draws networks with the exact-in-law sampler.  They share no code.  A disagreement of
more than seven standard errors leaves the step open; agreement proves nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import Expr
from sympy.core.function import AppliedUndef

from numerics.evaluate import evaluate
from proofs_check.domains.domain import sample_points
from proofs_check.finite_width.chain import ChainMean
from proofs_check.finite_width.sampling import Sampler
from proofs_check.methods.base import Context
from theory.conventions import x
from theory.network import Network

STANDARD_ERRORS = 7.0


@dataclass(frozen=True)
class Witness:
    """How far simulation and derivation are apart, in standard errors, and where."""

    distance: float
    setting: str
    networks: int

    @property
    def agrees(self) -> bool:
        return self.distance <= STANDARD_ERRORS

    def __str__(self) -> str:
        return f"{self.networks} networks at {self.setting} lie {self.distance:.1f} standard errors away"


def witness(node: ChainMean, derived: Expr, context: Context, networks: int = 4000) -> Witness:
    """Compare the derived value of a finite-width mean with the average over simulated networks.

    Symbols are set to small values inside their domains, an arbitrary activation to ReLU.
    """
    point = next(iter(sample_points(context.domain, 1)), {})
    for variable in context.domain:
        inner = [p for p in variable.domain.points() if p.is_Integer and 3 <= p <= 16]
        if inner:
            point[variable.symbol] = inner[0]
    at, value = node.subs(point), derived.subs(point)
    at, value = _made_concrete(at, value)
    sampler = Sampler(at, 0.5, context.seed, (*context.key, "witness"))
    sample = sampler.values(networks)
    error = float(np.std(sample, ddof=1)) / np.sqrt(networks)
    gap = abs(float(np.mean(sample)) - float(evaluate(value, 15).value))
    distance = gap / error if error > 0 else (0.0 if gap < 1e-9 else np.inf)
    return Witness(distance, f"{at.network!r}, width {at.width}, depth {at.depth}", networks)


def _made_concrete(node: ChainMean, value: Expr) -> tuple[ChainMean, Expr]:
    from theory import activations

    net = node.network
    functions = {f.func for f in net.activation.formula.atoms(AppliedUndef)}
    if not functions:
        return node, value
    relu = activations.get("relu")
    network = Network(relu, net.normalization, net.batch_size, net.weight_variance, net.bias_variance)
    for function in functions:
        value = value.replace(function, lambda argument: relu.formula.xreplace({x: argument}))
    return ChainMean(node.quantity, network, node.width, node.depth, node.start), value  # type: ignore[return-value]
