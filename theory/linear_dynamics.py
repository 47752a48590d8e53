r"""sigma = id under batch normalisation: the mean-field map acts on the eigenvalues of the (centred) Gram matrix.

G' = n E[x x^T/|x|^2] keeps eigenvectors, and ``1/|x|^2 = int_0^oo exp(-t|x|^2/2) dt/2`` gives
``x_i' = (n/2) int_0^oo x_i/(1 + x_i t) prod_j (1 + x_j t)^{-1/2} dt`` over the m eigenvalues (m = n - 1 centred, n without).
Two eigenvalues (n = 3 centred, n = 2 uncentred) close: artanh of their relative gap is halved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Expr, Integral, S, Symbol, atanh, oo, sqrt, sympify, tanh

from theory.network import Network, NetworkError

t = Symbol("t", positive=True)


def _eigenvalues(network: Network, eigenvalues: Sequence[Any]) -> list[Expr]:
    if network.activation.name != "identity" and network.activation.homogeneity != 1:
        raise NetworkError(f"the eigenvalue dynamics holds for the identity, not for {network.activation.name}")
    if network.activation(S.One) != 1 or network.activation(S.NegativeOne) != -1:
        raise NetworkError(f"the eigenvalue dynamics holds for the identity, not for {network.activation.name}")
    centered, n = network.require_sphere().centered, network.batch_size
    values = [sympify(v) for v in eigenvalues]
    wanted = n - 1 if centered else n
    if wanted.is_number and len(values) != wanted:
        raise NetworkError(f"a batch of {n} has {wanted} eigenvalues here, not {len(values)}")
    if any(v.is_negative for v in values) or not any(v.is_nonzero or v.free_symbols for v in values):
        raise NetworkError(f"eigenvalues must be nonnegative and not all zero, not {values}")
    return values


def eigenvalue_map(network: Network, eigenvalues: Sequence[Any]) -> tuple[Expr, ...]:
    """One layer of the mean-field orbit on the eigenvalues, closed for two, as one-dimensional integrals for more.

    Args:
        network: the identity under batch normalisation, integer batch size.
        eigenvalues: of M G M on the complement of the ones vector (centred), of G (uncentred).

    Returns:
        The new eigenvalues in the same order; their sum is n.

    Raises:
        NetworkError: another activation, a wrong number of eigenvalues, or a negative one.

    >>> eigenvalue_map(Network("identity", "batch-uncentered", 2), (9, 1))
    (3/2, 1/2)
    """
    values = _eigenvalues(network, eigenvalues)
    n = network.batch_size
    if len(values) == 2:
        first, second = values
        return tuple(n * sqrt(v) / (sqrt(first) + sqrt(second)) for v in values)
    product: Expr = S.One
    for v in values:
        product /= sqrt(1 + v * t)
    return tuple(n / 2 * Integral(v / (1 + v * t) * product, (t, 0, oo)) for v in values)


def relative_gap_after(gap: Any, depth: Any) -> Expr:
    """(x_1 - x_2)/(x_1 + x_2) after `depth` layers, two eigenvalues: artanh is halved in each.

    >>> relative_gap_after(S(4) / 5, 1).evalf(5)
    0.50000
    """
    return tanh(atanh(sympify(gap)) / 2 ** sympify(depth))
