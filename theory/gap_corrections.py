r"""The orthogonality and isometry gap of a finite network: what a width d adds to their mean-field values, to order 1/d.

For a smooth function g of the Gram matrix, ``E g(G_l) - g(G_*) ~ (1/d)(dg[m] + (1/2) tr(V g''))`` with m the correction of the
mean and V the stationary covariance, both times the width.  For these two g everything is a handful of the scalars of V:
with D = G - G_*, ``E (tr D)^2``, ``E <G_*, D> tr D``, ``E |D|^2`` and, for log det, the parts of |D|^2 on the complement
of 1, on 1 and across.
"""

from __future__ import annotations

from sympy import Expr, ImmutableDenseMatrix

from theory.fluctuations import Fluctuations, stationary_fluctuations
from theory.gaps import require_regular
from theory.mean_correction import mean_correction
from theory.network import Network
from theory.sphere_moments import tidy


def _trace_terms(found: Fluctuations) -> tuple[Expr, Expr]:
    """``d E (tr D)^2`` and ``d E <G_*, D> tr D``."""
    gram, n = found.linearization.gram, found.linearization.network.batch_size
    if not found.linearization.network.require_sphere().centered:
        square = n * found.trivial_diagonal[0]
        return square, gram.diagonal * square
    first, second = found.noise.trivial * ImmutableDenseMatrix([1, 0])
    return n * first, n * gram.diagonal * first + n * (n - 1) * gram.off_diagonal * second


def orthogonality_gap_square_correction(network: Network) -> Expr:
    """``lim d (E V(H_l)^2 - V(G_*)^2)``, V(H) = | G/tr G - I/n |_F, depth first, then width.

    Args:
        network: as for `stationary_fluctuations`; the limit means something only where the fixed point is stable.

    Raises:
        NetworkError: no linearisation, see `theory.linearization.linearize`.

    >>> orthogonality_gap_square_correction(Network("identity", "batch-uncentered", 2))
    2/3

    See Also:
        theory.gaps.orthogonality_gap: the mean-field value.
    """
    found = stationary_fluctuations(network)
    gram, mean, n = found.linearization.gram, mean_correction(network), network.batch_size
    b, off = gram.diagonal, gram.off_diagonal
    trace, size = n * b, n * b**2 + n * (n - 1) * off**2
    square, cross = _trace_terms(found)
    drift = 2 * (n * b * mean.diagonal + n * (n - 1) * off * mean.off_diagonal) / trace**2
    drift -= 2 * size * n * mean.diagonal / trace**3
    spread = found.fluctuation_constant / trace**2 - 4 * cross / trace**3 + 3 * size * square / trace**4
    return tidy(drift + spread)


def isometry_gap_correction(network: Network) -> Expr:
    """``lim d (E gap(G_l) - gap(G_*))`` for the isometry gap -log(det(G)^{1/n}/(tr G/n)), depth first, then width.

    Args:
        network: as for `stationary_fluctuations`, with a regular G_*.

    Raises:
        NetworkError: no linearisation; a singular G_*, where the gap is infinite (identity under centred BN).

    >>> isometry_gap_correction(Network("identity", "batch-uncentered", 2))
    2/3

    See Also:
        theory.gaps.isometry_gap: the mean-field value.
    """
    found = stationary_fluctuations(network)
    gram, n = found.linearization.gram, network.batch_size
    require_regular(gram, "the isometry gap at finite width")
    mean = mean_correction(network)
    mu, top = gram.mu, gram.top_eigenvalue
    drift = mean.diagonal / gram.diagonal - ((n - 1) * mean.mu / mu + mean.top_eigenvalue / top) / n
    inside = found.centered_fluctuation_constant
    if network.require_sphere().centered:
        constant = found.variance_constant_eigenvalue
        across = found.fluctuation_constant - inside - constant
        spread = inside / mu**2 + across / (mu * top) + constant / top**2
    else:
        spread = inside / mu**2
    square, _ = _trace_terms(found)
    return tidy(drift + spread / (2 * n) - square / (2 * (n * gram.diagonal) ** 2))
