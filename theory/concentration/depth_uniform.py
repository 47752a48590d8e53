"""Contraction makes concentration uniform in depth."""

from __future__ import annotations

from sympy import Symbol

from theory.concentration.base import Bound, BoundKind, Hypothesis
from theory.conventions import depth as L
from theory.sources import DERIVED_HERE

rate = Symbol("rho", nonnegative=True)
noise = Symbol("epsilon", positive=True)
diameter = Symbol("D", positive=True)


def contraction_bound() -> Bound:
    """``E|G_L - Gbar_L|_F^2 <= eps^2 (1 - rho^{2L})/(1 - rho^2)`` where F contracts.

    ``E|G_{l+1} - Gbar_{l+1}|^2 = E|G_{l+1} - F(G_l)|^2 + E|F(G_l) - F(Gbar_l)|^2``: the cross term vanishes because one step
    is unbiased.  Under centred batch normalisation read it for S = M G M and T = M F(.) M.
    """
    return Bound(
        name="contraction implies depth-uniform concentration",
        quantity=r"\mathbb{E}\|G_{L} - \bar G_{L}\|_F^2",
        kind=BoundKind.MEAN_SQUARE,
        formula=noise**2 * (1 - rate ** (2 * L)) / (1 - rate**2),
        hypotheses=(
            Hypothesis("contraction rate below 1", "rho < 1", lambda v: v["rho"] < 1),
            Hypothesis("Lipschitz map", "F is rho-Lipschitz in Frobenius norm on a convex set K"),
            Hypothesis("invariance", "the chain and the mean-field orbit never leave K"),
            Hypothesis("one-step noise", "E[|G_{l+1} - F(G_l)|^2 | G_l] <= eps^2 on K"),
        ),
        trivial=diameter**2,
        source=DERIVED_HERE,
    )
