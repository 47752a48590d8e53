r"""The seed's Theorem 2, and the best explicit bound that this project can prove from a mixing rate.

Geometric mixing in total variation fixes the stationary law, not where it sits: E_pi G = E_pi F(G), which is G_* only if
the law concentrates.  An unstable fixed point shows that the step cannot be had from mixing and regularity of G_* alone.
With stability of G_* added, the local theorem supplies it, and constants come out.
"""

from __future__ import annotations

from sympy import Max, Min, Rational, Symbol, log, oo

from theory.concentration.base import Bound, BoundKind, Hypothesis, HypothesisError
from theory.concentration.local import (
    INDEPENDENT_ROWS,
    NEEDS,
    REGULAR,
    STABLE,
    LocalConstants,
    a,
    exit_tail,
    local_constants,
    local_values,
    start,
    stationary_spread,
)
from theory.concentration.row_size import growth_of
from theory.conventions import depth as L
from theory.linearization import linearize
from theory.network import Network
from theory.sources import DERIVED_HERE, Source

alpha = Symbol("alpha", positive=True)
t = Symbol("t", positive=True)

MIXING = Hypothesis(
    "geometric mixing", "law(h_l) is within (1 - alpha)^l of its unique invariant law in total variation (assumed)"
)
ADMISSIBLE = Hypothesis("alpha admissible", "0 < alpha < 1", lambda v: 0 < v["alpha"] < 1)


def theorem_two(network: Network) -> Bound:
    """The seed's Theorem 2 as cited: an order of magnitude, its constants unspecified, so that it has no value.

    Raises:
        HypothesisError: the activation has no growth bound, or G_* is singular.
    """
    growth_of(network, "Theorem 2")
    if linearize(network).condition_number is oo:
        raise HypothesisError(
            f"Theorem 2: hypothesis 'regular fixed point' fails for {network.activation.name}: G_* is singular, "
            "its condition number is infinite"
        )
    return Bound(
        name="Theorem 2",
        quantity=r"\|G_{\ell} - G_*\|_F",
        kind=BoundKind.DISTANCE,
        formula=None,
        hypotheses=(
            MIXING,
            Hypothesis("regular fixed point", "the condition number of G_* is finite"),
            Hypothesis("linear growth", "|sigma(x)| = O(|x|)"),
        ),
        validity="with high probability; O(kappa (1-alpha)^{l/2} + n d^{-1/2} alpha^{-1/2} ln^{1/2}(d/n))",
        needs="|sigma(x)| <= a0 + a1 |x|",
        source=Source("joudaki2023", "Theorem 2 of the poster; no constants are printed anywhere"),
    )


def mixing_tail(network: Network, constants: LocalConstants | None = None) -> Bound:
    """``P(|S_L - S_*|_F >= t)`` from a mixing rate alpha and stability of G_*, from every start, uniformly in depth.

    (1-alpha)^L + min_k {(1-alpha)^k + k p} + E[|S_k - S_*|^2; stayed]/t^2: from S_* the chain is near the invariant law
    after k layers, and has stayed in the ball with probability 1 - k p.  With lam = -ln(1-alpha), k = ln(lam/p)/lam rounded
    up gives the second term as p/lam (1 + ln(lam/p)) + p.
    """
    values = constants or local_constants(network, "mixing bound")
    lam = -log(1 - alpha)
    p = Min(exit_tail(values), 1)
    wait = p / lam * (1 + Max(log(lam / Max(p, Rational(1, 10**400))), 0)) + p
    return Bound(
        name="tail from mixing and stability",
        quantity=r"\mathbb{P}\left(\|S_L - S_*\|_F \ge t\right)",
        kind=BoundKind.PROBABILITY,
        formula=(1 - alpha) ** L + wait + stationary_spread(values) / t**2,
        hypotheses=(MIXING, ADMISSIBLE, STABLE, REGULAR, INDEPENDENT_ROWS),
        constants={k: v for k, v in local_values(values).items() if k != start},
        tuned=((a, Rational(0), Rational(1, 2)),),
        validity="every depth and every start",
        needs=NEEDS,
        source=DERIVED_HERE,
    )
