r"""The seed's Theorem 2, and the best explicit bound that this project can prove from a mixing rate.

Geometric mixing in total variation fixes the stationary law, not where it sits: E_pi G = E_pi F(G), which is G_* only if
the law concentrates.  An unstable fixed point shows that the step cannot be had from mixing and regularity of G_* alone.
With stability of G_* added, the local theorem supplies it, and constants come out.
"""

from __future__ import annotations

from sympy import Min, Piecewise, Rational, S, Symbol, oo

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
    mu,
    shown_parts,
    slow_rate,
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
    "geometric mixing",
    "|law(h_l) - pi|_TV <= (1 - alpha)^l |law(h_0) - pi|_TV from every initial law, pi the unique invariant law (assumed)",
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

    (1-alpha)^L + p/alpha + E_pi[|S - S_*|^2; in the ball]/t^2, p the one-step probability of leaving the ball of radius r:

    * from pi restricted to the ball one layer leaves it with probability at most p and comes (1-alpha) pi(outside) close to pi, so
      pi(outside) <= p/alpha; chains with two states attain it.  2 p < alpha makes sure that pi charges the ball at all.
    * under pi as many paths enter the ball as leave it: x = E_pi[|S - S_*|^2; in the ball] obeys
      x <= rho^2 x + ratio v/d + r^2 p.

    Given alpha, p and second moments none of the three terms can be smaller; the radius is optimised.
    """
    values = constants or local_constants(network, "mixing bound")
    p = Min(exit_tail(values), 1)
    outside = Piecewise((p / alpha, 2 * p < alpha), (S.One, True))
    entering = (a * mu) ** 2 * p / (1 - slow_rate(values) ** 2)
    return Bound(
        name="tail from mixing and stability",
        quantity=r"\mathbb{P}\left(\|S_L - S_*\|_F \ge t\right)",
        kind=BoundKind.PROBABILITY,
        formula=(1 - alpha) ** L + outside + (stationary_spread(values) + entering) / t**2,
        hypotheses=(MIXING, ADMISSIBLE, STABLE, REGULAR, INDEPENDENT_ROWS),
        constants={k: v for k, v in local_values(values).items() if k != start},
        tuned=((a, Rational(0), Rational(1, 2)),),
        parts=shown_parts(values),
        validity="every depth and every start",
        needs=NEEDS,
        source=DERIVED_HERE,
    )
