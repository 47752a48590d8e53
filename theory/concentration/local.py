r"""The local theorem: concentration at G_* without any mixing assumption, every constant explicit.

S = M G M (G itself without centring) follows T = M F(.) M.  With a = r/mu, m the dimension of the rows' sphere plus one,
and C the one-step covariance of M s s^T M at the fixed point (largest eigenvalue w, trace v):

* rows at S with |S - S_*|_F <= r have a direction density at most ``density_ratio(m, a)`` times the uniform one;
* there ``|d^2 T| <= curvature = sqrt(3/2 k(m) ratio w)/(mu (1-a))^2``, k(m) the share of a quartic chaos seen by directions;
* so ``|T(S) - S_*| <= (rho_* + curvature r/2) |S - S_*|``, and a chain in the ball leaves it in one step only by noise
  of at least ``r (1 - rho_* - curvature r/2)``.

Derivation: docs/derivations/local_theorem.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Max, Min, Rational, S, Symbol, exp, sqrt

from theory.concentration.base import Bound, BoundKind, Hypothesis
from theory.concentration.one_step import INDEPENDENT_ROWS
from theory.concentration.row_size import centered_row_size, row_size
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.fluctuations import Fluctuations, stationary_fluctuations
from theory.linearization import largest
from theory.network import Network
from theory.sources import DERIVED_HERE

a = Symbol("a", positive=True)
mu = Symbol("mu", positive=True)
rate = Symbol("rho", nonnegative=True)
noise = Symbol("v", positive=True)
weak = Symbol("w", positive=True)
size = Symbol("R", positive=True)
start = Symbol("delta0", nonnegative=True)
gram_noise = Symbol("v_G", positive=True)
gram_weak = Symbol("w_G", positive=True)
gram_slope = Symbol("ell", positive=True)
gram_size = Symbol("R_G", positive=True)
gram_norm = Symbol("g", positive=True)


def density_ratio(dimension: Any, relative_radius: Any) -> Expr:
    """Largest density of a row's direction at S against the uniform one, for |S - mu P|_F <= a mu, a <= 1/2, dimension m."""
    m, x = S(dimension), S(relative_radius)
    return exp((m - 1) / 2 * x * sqrt(1 + 1 / (sqrt(m - 1) - x) ** 2))


def quartic_share(dimension: Any) -> Expr:
    """Largest share of the L2 norm (squared) of a quartic Wick polynomial in m normals that its direction alone carries."""
    m = S(dimension)
    return Max(m * (m + 2) / ((m + 4) * (m + 6)), 2 * m / ((m + 2) * (m + 4)))


def curvature(dimension: Any, weak_noise: Expr) -> Expr:
    """Bound on the second derivative on the ball of radius a mu, for a map whose rows have weak noise `weak_noise`."""
    ratio = density_ratio(dimension, a)
    return sqrt(Rational(3, 2) * quartic_share(dimension) * ratio * weak_noise) / (mu * (1 - a)) ** 2


@dataclass(frozen=True)
class LocalConstants:
    """Constants of the local theorem at one network's fixed point, as expressions.

    Args:
        dimension: m, n - 1 centred and n uncentred.
        mu: eigenvalue of S_*.
        contraction_rate: rho_*.
        noise, weak_noise: trace v and largest eigenvalue w of the one-step covariance of S.
        size: R_S >= |M s|^2.
        gram_noise, gram_weak_noise, gram_slope, gram_size, gram_norm: the same for G, and |dF(G_*)|, |G_*|_F.
    """

    dimension: Expr
    mu: Expr
    contraction_rate: Expr
    noise: Expr
    weak_noise: Expr
    size: Expr
    gram_noise: Expr
    gram_weak_noise: Expr
    gram_slope: Expr
    gram_size: Expr
    gram_norm: Expr


def _block_top(block: Any) -> Expr:
    """Larger eigenvalue of a 2 x 2 block with real eigenvalues."""
    half, gap = (block[0, 0] + block[1, 1]) / 2, (block[0, 0] - block[1, 1]) / 2
    return half + sqrt(gap**2 + block[0, 1] * block[1, 0])


def local_constants(network: Network, bound: str = "local theorem") -> LocalConstants:
    """The constants, from the fluctuations at the fixed point; the batch size must be an integer.

    Raises:
        NetworkError: no linearisation (see `linearize`).
        HypothesisError: the activation has no growth bound.
    """
    fluctuations: Fluctuations = stationary_fluctuations(network)
    linear, c = fluctuations.linearization, fluctuations.noise
    n, gram = network.batch_size, linear.gram
    centered = network.require_sphere().centered
    blocks = [_block_top(c.trivial)]
    blocks.append(c.standard[0, 0] if n == 2 else _block_top(c.standard))
    if not (n.is_number and n <= 3):
        blocks.append(c.pairs)
    if centered:
        inner = [fluctuations.centered_trace_noise, fluctuations.centered_noise] + ([] if n == 3 else [c.pairs])
        pairs_trace = S.Zero if n == 3 else n * (n - 3) / 2 * c.pairs
        trace = inner[0] + (n - 1) * inner[1] + pairs_trace
        block = linear.standard_block
        slope = sqrt(n * (block.diagonal**2 + 2 * (n - 2) * block.off_diagonal**2) / (n - 2))
        slopes = [slope] if linear.eigenvalue_pairs is None else [slope, sqrt(linear.eigenvalue_pairs**2)]
    else:
        inner, trace, slopes = blocks, c.trace, [linear.contraction_rate]
    return LocalConstants(
        dimension=n - 1 if centered else n,
        mu=gram.mu,
        contraction_rate=linear.contraction_rate,
        noise=trace,
        weak_noise=largest(*inner),
        size=centered_row_size(network, bound),
        gram_noise=c.trace,
        gram_weak_noise=largest(*blocks),
        gram_slope=largest(*slopes),
        gram_size=row_size(network, bound),
        gram_norm=sqrt(n * gram.diagonal**2 + n * (n - 1) * gram.off_diagonal**2),
    )


def _exit_parts(constants: LocalConstants) -> tuple[Expr, Expr, Expr]:
    """sqrt(ratio v/d), a bound of |v v^T - T(S)|, and what is left of the radius after one step of T and the mean noise."""
    m = constants.dimension
    r = a * mu
    room = r * (1 - rate - curvature(m, weak) * r / 2)
    mean = sqrt(density_ratio(m, a) * noise / d)
    b = sqrt(size**2 + mu**2 * (sqrt(m) + a) ** 2)  # |v v^T - T(S)|^2 <= |v|^4 + |T(S)|^2, both matrices being PSD
    return mean, b, Max(room - mean, 0)  # no room: probability 1


def exit_tail(constants: LocalConstants) -> Expr:
    """One-step probability of leaving the ball of radius a mu from inside it, by Bousquet's inequality."""
    mean, b, x = _exit_parts(constants)
    return exp(-d * x**2 / (2 * density_ratio(constants.dimension, a) * weak + 4 * b * mean + 2 * b * x / 3))


def shown_parts(constants: LocalConstants) -> tuple[tuple[Symbol, Expr], ...]:
    """Letters for the parts that the local bounds share, for display."""
    _, b, x = _exit_parts(constants)
    letters = (
        ("Lambda", density_ratio(constants.dimension, a)),
        ("beta", b),
        ("xi", x),
        ("p", exit_tail(constants)),
        ("rho_r", slow_rate(constants)),
    )
    return tuple((Symbol(name), part) for name, part in letters)


def local_values(constants: LocalConstants) -> dict[Symbol, Expr]:
    return {mu: constants.mu, rate: constants.contraction_rate, noise: constants.noise, weak: constants.weak_noise,
            size: constants.size, start: S.Zero}  # fmt: skip


STABLE = Hypothesis("stable fixed point", "contraction_rate rho_* < 1", lambda v: v["rho"] < 1)
REGULAR = Hypothesis("regular fixed point", "mu = b(1-c) > 0", lambda v: v["mu"] > 0)
INSIDE = Hypothesis("start in the ball", "|S_0 - S_*|_F <= r = a mu, a < 1/2", lambda v: v["delta0"] < v["mu"] / 2)
HYPOTHESES = (STABLE, REGULAR, INSIDE, INDEPENDENT_ROWS)
NEEDS = "|sigma(x)| <= a0 + a1 |x|, or homogeneity of degree 1 (for R alone); no smoothness"


def local_exit_probability(network: Network, constants: LocalConstants | None = None) -> Bound:
    """Probability that a chain started within r of S_* has left that ball within L layers, r = a mu of your choice.

    Args:
        network: stable at its exchangeable fixed point, integer batch size.
        constants: certified replacements for the constants, see `local_constants`.
    """
    values = constants or local_constants(network)
    return Bound(
        name="local theorem: exit probability",
        quantity=r"\mathbb{P}\left(\max_{\ell\le L}\|S_{\ell} - S_*\|_F > r\right)",
        kind=BoundKind.PROBABILITY,
        formula=L * exit_tail(values),
        hypotheses=HYPOTHESES,
        constants=local_values(values),
        tuned=((a, start / mu, Rational(1, 2)),),
        parts=shown_parts(values),
        validity="depth exponential in the width",
        needs=NEEDS,
        source=DERIVED_HERE,
    )


def slow_rate(constants: LocalConstants) -> Expr:
    """Contraction rate towards S_* on the ball, kept below 1.

    Where it would reach 1 the ball has no room: the exit probability is 1 and outweighs whatever this enters.
    """
    return Min(rate + curvature(constants.dimension, weak) * a * mu / 2, 1 - Rational(1, 10**6))


def stationary_spread(constants: LocalConstants) -> Expr:
    """sup over l of ``E[|S_l - S_*|^2; the chain has not left the ball]`` from S_0 = S_*."""
    return density_ratio(constants.dimension, a) * noise / (d * (1 - slow_rate(constants) ** 2))


def _mean_square(constants: LocalConstants, layers: Expr) -> Expr:
    """E|S_L - S_*|^2 with the paths that left the ball counted at the diameter."""
    decay = slow_rate(constants) ** (2 * layers)
    inside = decay * start**2 + stationary_spread(constants) * (1 - decay)
    return inside + layers * exit_tail(constants) * (size**2 + constants.dimension * mu**2)


def local_mean_square(network: Network, constants: LocalConstants | None = None) -> Bound:
    """``E|S_L - S_*|_F^2 <= rho^{2L} |S_0 - S_*|^2 + ratio v/(d (1-rho^2)) + L p D^2``, S = M G M (G without centring).

    p is the one-step exit probability, D^2 = R^2 + |S_*|^2 the largest squared distance; the radius is optimised.
    """
    values = constants or local_constants(network)
    return Bound(
        name="local theorem: mean square",
        quantity=r"\mathbb{E}\|S_L - S_*\|_F^2",
        kind=BoundKind.MEAN_SQUARE,
        formula=_mean_square(values, L),
        hypotheses=HYPOTHESES,
        trivial=values.dimension * mu**2,
        constants=local_values(values),
        tuned=((a, start / mu, Rational(1, 2)),),
        parts=shown_parts(values),
        validity="depth exponential in the width",
        needs=NEEDS,
        source=DERIVED_HERE,
    )


def local_gram_mean_square(network: Network, constants: LocalConstants | None = None) -> Bound:
    """The same for the Gram matrix itself: one more layer, ``E|G_L - G_*|^2 <= ratio v_G/d + slope^2 E|S_{L-1} - S_*|^2 + ...``."""
    values = constants or local_constants(network)
    m = values.dimension
    slope = gram_slope + curvature(m, gram_weak) * a * mu / 2
    inside = density_ratio(m, a) * gram_noise / d + slope**2 * _mean_square(values, L - 1)
    left = (L - 1) * exit_tail(values) * (gram_size**2 + gram_norm**2)
    return Bound(
        name="local theorem: mean square of the Gram matrix",
        quantity=r"\mathbb{E}\|G_{L} - G_*\|_F^2",
        kind=BoundKind.MEAN_SQUARE,
        formula=inside + left,
        hypotheses=(*HYPOTHESES, Hypothesis("depth", "L >= 1", lambda v: v["L"] >= 1)),
        trivial=gram_norm**2,
        constants={**local_values(values), gram_noise: values.gram_noise, gram_weak: values.gram_weak_noise,
                   gram_slope: values.gram_slope, gram_size: values.gram_size, gram_norm: values.gram_norm},
        tuned=((a, start / mu, Rational(1, 2)),),
        parts=shown_parts(values),
        validity="depth exponential in the width",
        needs=NEEDS,
        source=DERIVED_HERE,
    )  # fmt: skip
