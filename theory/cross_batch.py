r"""Two batches through the same network, each normalised by itself: the Gram block between them.

Centred rows z of the two batches are independent as soon as the cross covariance is a multiple of 11^T, so the block
settles at ``(E sigma(z1))^2 11^T`` in one step; on the rest it shrinks by one factor a layer.
Derivation: docs/derivations/linearization.md, section "Two batches".
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, gamma, gammasimp, sqrt

from theory.conventions import z
from theory.linearization import require_linearizable
from theory.mean_field import row_law
from theory.network import Network
from theory.sphere_moments import moment, tidy


@dataclass(frozen=True)
class CrossBatch:
    """The cross block ``entry * 11^T`` at its fixed point, and its linear rate.

    Args:
        entry: ``(E sigma(z1))^2`` (0 without centring, where sigma must be odd).
        eigenvalue: factor by which a small cross covariance D with M D M = D is multiplied in one layer;
            multiplicity (n-1)^2 centred, n^2 uncentred.
    """

    entry: Expr
    eigenvalue: Expr


def cross_batch(network: Network) -> CrossBatch:
    """Fixed point and rate of the Gram block between two batches of size n at their common fixed point.

    ``eigenvalue = (E chi_m)^2 tau^2/(n mu)`` with E[s z^T] = tau M (tau I without centring) and m the rows' dimension.

    Raises:
        NetworkError: no linearisation, see `linearize`.

    >>> cross_batch(Network("identity", batch_size=3)).eigenvalue
    pi/4
    """
    gram = require_linearizable(network)
    sigma, n = network.activation, network.batch_size
    centered = network.require_sphere().centered
    one = row_law(network, 1)
    m = one.dimension
    slope = moment(sigma, one, (1,), z[0]) * (n / (n - 1) if centered else S.One)
    radius = sqrt(2) * gamma((m + 1) / 2) / gamma(m / 2)
    factor = gammasimp(radius**2) / n
    entry = moment(sigma, one, (1,)) ** 2 if centered else S.Zero
    return CrossBatch(tidy(entry), factor * slope**2 / gram.mu)
