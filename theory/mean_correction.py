r"""The first correction in 1/d to the stationary mean: ``E G - G_* ~ correction / d``.

``E G_infinity - G_* = (1/d) (1/2) F''[V] + ...``; F'' averaged over the fluctuations V is permutation-invariant, and what
depends on the direction of a row in it is the fourth power sum p4 = sum z_i^4 alone.  Centred, with beta and gamma the
variances of S on the standard and pairs representations,
``correction = (n^2-1)/(8 mu^2 n (n-2)) (beta - gamma) Cov(s s^T, p4)``.  Derivation: docs/derivations/fluctuations.md.
"""

from __future__ import annotations

from sympy import Expr, S, expand

from theory.conventions import z
from theory.fluctuations import Fluctuations, stationary_fluctuations
from theory.mean_field import ExchangeableGram, row_law
from theory.network import Network
from theory.sphere_moments import moment, tidy


def _fourth_power_sum(network: Network, own: int) -> Expr:
    """E[sum z_i^4 | the first `own` coordinates], a polynomial in them."""
    n, centered = network.batch_size, network.require_sphere().centered
    total = sum(z[:own], S.Zero)
    squares = sum((v**2 for v in z[:own]), S.Zero)
    rest = n - own
    if centered:
        # the others are -total/rest plus a centred row of squared length `left`
        shift, left = -total / rest, n - squares - total**2 / rest
        fourth = 3 * (rest - 1) / (rest + 1)
    else:
        shift, left = S.Zero, n - squares
        fourth = 3 * rest / (rest + 2)
    spread = left / rest
    others = rest * (shift**4 + 6 * shift**2 * spread + fourth * spread**2)
    return expand(sum((v**4 for v in z[:own]), S.Zero) + others)


def mean_correction(network: Network) -> ExchangeableGram:
    """The matrix that ``d (E G_infinity - G_*)`` tends to, as its diagonal and off-diagonal entry.

    It vanishes at n = 3 centred, where p4 is constant on the circle.

    Raises:
        NetworkError: no linearisation, see `linearize`; n = 2.
    """
    fluctuations: Fluctuations = stationary_fluctuations(network)
    n, sigma, gram = network.batch_size, network.activation, fluctuations.linearization.gram
    centered = network.require_sphere().centered
    if centered and n == 3:
        return ExchangeableGram(S.Zero, S.Zero, n)
    if centered:
        beta = fluctuations.centered_noise * fluctuations.standard_gain
        factor = (n**2 - 1) / (8 * gram.mu**2 * n * (n - 2)) * (beta - fluctuations.pairs_variance)
    else:
        beta = fluctuations.standard_diagonal[0]
        off = fluctuations.noise.k12_12 * 2 * fluctuations.pairs_gain
        factor = (n + 2) / (8 * gram.mu**2 * n) * (beta - off)
    one, two = row_law(network, 1), row_law(network, 2)
    mean = moment(network.activation, one, (0,), _fourth_power_sum(network, 1))
    diagonal = moment(sigma, one, (2,), _fourth_power_sum(network, 1)) - gram.diagonal * mean
    if not centered:
        return ExchangeableGram(tidy(factor * diagonal), S.Zero, n)
    across = moment(sigma, two, (1, 1), _fourth_power_sum(network, 2)) - gram.off_diagonal * mean
    return ExchangeableGram(tidy(factor * diagonal), tidy(factor * across), n)
