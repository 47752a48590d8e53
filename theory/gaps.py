r"""How far a Gram matrix is from a multiple of the identity: the orthogonality gap and the isometry gap."""

from __future__ import annotations

from sympy import Expr, Matrix, eye, log, oo, sqrt

from theory.fluctuations import stationary_fluctuations
from theory.mean_field import ExchangeableGram
from theory.network import Network, NetworkError


def orthogonality_gap(gram: ExchangeableGram | Matrix) -> Expr:
    """``| G/tr G - I/n |_F``: 0 for orthogonal samples of equal norm, at most sqrt(1 - 1/n).

    >>> from theory.mean_field import fixed_point
    >>> orthogonality_gap(fixed_point(Network("identity", "batch-uncentered", 4)))
    0
    """
    if isinstance(gram, ExchangeableGram):
        n = gram.batch_size
        return sqrt(n * (n - 1)) * sqrt(gram.off_diagonal**2) / (n * gram.diagonal)
    n = gram.rows
    return (gram / gram.trace() - eye(n) / n).norm()


def isometry_gap(gram: ExchangeableGram | Matrix) -> Expr:
    """``-log(det(G)^{1/n} / (tr G/n))``: 0 exactly for multiples of the identity, oo for singular G."""
    if isinstance(gram, ExchangeableGram):
        n, top, mu = gram.batch_size, gram.top_eigenvalue, gram.mu
        return oo if top == 0 or mu == 0 else log(gram.diagonal) - (n - 1) / n * log(mu) - log(top) / n
    n = gram.rows
    determinant = gram.det()
    return oo if determinant == 0 else log(gram.trace() / n) - log(determinant) / n


def linear_orthogonality_gap_square(batch_size: object) -> Expr:
    """``lim d E V(H_l)^2`` for the identity without centring: tr V/n^2, since tr G_l = n exactly.

    >>> linear_orthogonality_gap_square(2)
    2/3
    """
    network = Network("identity", "batch-uncentered", batch_size)
    return stationary_fluctuations(network).fluctuation_constant / network.batch_size**2


def require_regular(gram: ExchangeableGram, what: str) -> None:
    """NetworkError where a Gram matrix is singular."""
    if isometry_gap(gram) is oo:
        raise NetworkError(f"{what} needs a regular Gram matrix; this one is singular (mu = {gram.mu})")
