r"""How large a row can be: ``R >= sup |sigma(phi(x))|^2`` and its centred counterpart, the constants of every bound."""

from __future__ import annotations

from sympy import Abs, Expr, Max, Min, S, oo

from theory.activations.base import Growth
from theory.concentration.base import HypothesisError
from theory.network import Network
from theory.sphere_moments import linear_pieces


def growth_of(network: Network, bound: str) -> Growth:
    """The declared growth bound ``|sigma(x)| <= a0 + a1 |x|``, or HypothesisError naming it."""
    growth = network.activation.growth
    if growth is None:
        raise HypothesisError(
            f"{bound}: hypothesis 'linear growth' fails for {network.activation.name}: no bound |sigma(x)| <= a0 + a1|x| "
            "is declared; declare Growth(a0, a1) on the activation"
        )
    return growth


def row_size(network: Network, bound: str = "row size") -> Expr:
    """R with ``|s|^2 <= R`` for every normalised row: attained for homogeneous activations, from the growth bound otherwise.

    With sigma of degree 1 and squared slopes p, q on the two half-lines, sum z = 0 lets one side hold at most n - 1 of
    ``|z|^2 = n`` (Cauchy-Schwarz), so R = (n-1) max(p, q) + min(p, q); without centring R = n max(p, q).
    Otherwise ``sum (a0 + a1|z_i|)^2 <= (a0 + a1)^2 n``, and a bounded sigma has a1 = 0.

    >>> row_size(Network("relu"))
    n - 1
    """
    n = network.batch_size
    pieces = linear_pieces(network.activation)
    if pieces is not None:
        alpha, beta = pieces
        slopes = (alpha + beta) ** 2, (alpha - beta) ** 2
        if not network.require_sphere().centered:
            return n * Max(*slopes)
        return (n - 1) * Max(*slopes) + Min(*slopes)
    growth = growth_of(network, bound)
    return (growth.constant + growth.slope) ** 2 * n


def centered_row_size(network: Network, bound: str = "row size") -> Expr:
    """R_S with ``|M s|^2 <= R_S``: (n-1)^2/n for ReLU, ``row_size`` otherwise (M shortens); uncentred: ``row_size``.

    For ReLU put A = sum of the positive z: A^2 >= P = |s|^2 and n - P >= A^2/(n-1), so
    ``|M s|^2 = P - A^2/n`` is largest at A^2 = P = n - 1.

    >>> centered_row_size(Network("relu", batch_size=5))
    16/5
    """
    pieces = linear_pieces(network.activation)
    n = network.batch_size
    if network.require_sphere().centered and pieces is not None:
        alpha, beta = pieces
        if Abs(alpha) == Abs(beta):  # one of the half-lines is flat: a multiple of relu(x) or relu(-x)
            return 4 * alpha**2 * (n - 1) ** 2 / n
    return row_size(network, bound)


def is_finite(size: Expr) -> bool:
    return size not in (oo, S.NaN)
