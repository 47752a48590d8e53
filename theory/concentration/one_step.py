r"""One layer: the distance of an average of d independent rank-one matrices from its mean (docs/derivations/local_theorem.md).

Three tails for ``|G_{l+1} - F(G_l)|_F`` given G_l, and the exact mean square.  Each has its use: Pinelis needs R alone;
bounded differences have a fourfold exponent after a shift; Bousquet's has the weak variance in the exponent.
"""

from __future__ import annotations

from sympy import Expr, Symbol, exp, sqrt

from theory.concentration.base import Bound, BoundKind, Hypothesis
from theory.concentration.row_size import row_size
from theory.conventions import width as d
from theory.network import Network
from theory.sources import DERIVED_HERE, Source

t = Symbol("t", positive=True)
R = Symbol("R", positive=True)
noise = Symbol("v", positive=True)
weak = Symbol("w", positive=True)
norm = Symbol("f", nonnegative=True)

INDEPENDENT_ROWS = Hypothesis("independent rows", "the rows s_r are iid given G_l, and |s_r|^2 <= R")


def pinelis_tail(deviation: Expr, size: Expr, width: Expr) -> Expr:
    """2 exp(-d t^2/(4 R^2)): increments of norm at most sqrt(2) R in a Hilbert space."""
    return 2 * exp(-width * deviation**2 / (4 * size**2))


def bounded_difference_tail(deviation: Expr, size: Expr, variance: Expr, width: Expr) -> Expr:
    """exp(-d (t - sqrt(v/d))^2/R^2): replacing one row moves the distance by at most sqrt(2) R/d, its mean is <= sqrt(v/d)."""
    return exp(-width * (deviation - sqrt(variance / width)) ** 2 / size**2)


def bousquet_tail(deviation: Expr, bound: Expr, variance: Expr, weak_variance: Expr, width: Expr) -> Expr:
    """exp(-d x^2/(2 w + 4 b e + 2 b x/3)), e = sqrt(v/d), x = t - e: b bounds |s s^T - F|, w its variance in any direction."""
    mean = sqrt(variance / width)
    x = deviation - mean
    return exp(-width * x**2 / (2 * weak_variance + 4 * bound * mean + 2 * bound * x / 3))


def _beyond_mean(values: object) -> bool:
    return bool(values["t"] ** 2 * values["d"] >= values["v"])  # type: ignore[index]


BEYOND_MEAN = Hypothesis("deviation beyond the mean", "t >= sqrt(v/d)", _beyond_mean)


def one_step_pinelis(network: Network) -> Bound:
    """``P(|G_{l+1} - F(G_l)|_F >= t | G_l) <= 2 exp(-d t^2/(4 R^2))`` for every G_l."""
    return Bound(
        name="one-step Hilbert-space bound",
        quantity=r"\mathbb{P}\left(\|G_{\ell+1} - F(G_{\ell})\|_F \ge t \mid G_{\ell}\right)",
        kind=BoundKind.PROBABILITY,
        formula=pinelis_tail(t, R, d),
        hypotheses=(INDEPENDENT_ROWS,),
        constants={R: row_size(network, "one-step Hilbert-space bound")},
        needs="|sigma(x)| <= a0 + a1 |x|, or homogeneity of degree 1",
        source=Source("pinelis1994", "Hilbert-space Hoeffding inequality, constant D = 1"),
    )


def one_step_bounded_differences(network: Network) -> Bound:
    """``P(|G_{l+1} - F(G_l)|_F >= t | G_l) <= exp(-d (t - sqrt(v/d))^2/R^2)``, v the one-step noise; t >= sqrt(v/d)."""
    size = row_size(network, "one-step bounded-difference bound")
    return Bound(
        name="one-step bounded-difference bound",
        quantity=r"\mathbb{P}\left(\|G_{\ell+1} - F(G_{\ell})\|_F \ge t \mid G_{\ell}\right)",
        kind=BoundKind.PROBABILITY,
        formula=bounded_difference_tail(t, R, noise, d),
        hypotheses=(INDEPENDENT_ROWS, BEYOND_MEAN),
        constants={R: size, noise: R**2 * (1 - 1 / network.batch_size)},
        needs="|sigma(x)| <= a0 + a1 |x|, or homogeneity of degree 1",
        source=Source("mcdiarmid1989", "bounded differences, applied to the norm"),
    )


def one_step_noise(network: Network) -> Bound:
    """``E[|G_{l+1} - F(G_l)|_F^2 | G_l] <= R^2 (1 - 1/n)/d`` for every G_l; exact with v = E|s|^4 - |F|^2 in its place.

    E|s|^4 <= R tr F and |F|^2 >= (tr F)^2/n, and R T - T^2/n is largest on T <= R at T = R (n >= 2).
    """
    size = row_size(network, "one-step noise")
    return Bound(
        name="one-step mean-square noise",
        quantity=r"\mathbb{E}\left[\|G_{\ell+1} - F(G_{\ell})\|_F^2 \mid G_{\ell}\right]",
        kind=BoundKind.MEAN_SQUARE,
        formula=noise / d,
        hypotheses=(INDEPENDENT_ROWS,),
        constants={R: size, noise: R**2 * (1 - 1 / network.batch_size)},
        trivial=2 * R**2,
        needs="|sigma(x)| <= a0 + a1 |x|, or homogeneity of degree 1",
        source=DERIVED_HERE,
    )


def exact_one_step_noise(network: Network) -> Bound:
    """The same with the exact constant at G_l = G_*: v = E|s|^4 - |G_*|^2, an equality."""
    from theory.fluctuations import stationary_fluctuations

    bound = one_step_noise(network)
    exact = stationary_fluctuations(network).one_step_noise
    at_fixed_point = Hypothesis("at the fixed point", "G_l = G_* exactly; the bound is then an equality")
    return Bound(
        name="one-step mean-square noise at the fixed point",
        quantity=bound.quantity,
        kind=bound.kind,
        formula=bound.formula,
        hypotheses=(INDEPENDENT_ROWS, at_fixed_point),
        constants={**bound.constants, noise: exact},
        trivial=bound.trivial,
        needs=bound.needs,
        source=DERIVED_HERE,
    )
