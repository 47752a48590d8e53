r"""The derivative of the mean-field map at an arbitrary Gram matrix, as means of one row.

With K = P G P (P the centring matrix, or I), r its rank and z the normalised row, the density of x ~ N(0, K + t D) has at t = 0
the logarithmic derivative ``(x^T K^+ D K^+ x - tr(K^+ D))/2``; given its direction x has ``|x|^2 = n r/(z^T K^+ z)`` on average, so

    dF(G)[D] = 1/2 E[ s s^T ( r (z^T K^+ D K^+ z)/(z^T K^+ z) - tr(K^+ D) ) ] .

No smoothness of sigma is used.  Derivation: docs/derivations/linearization.md, section "Any Gram matrix".
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, ImmutableDenseMatrix, Matrix, eye, ones

from theory.conventions import z
from theory.expectation import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean
from theory.mean_field import centering_matrix
from theory.network import BatchNorm, LayerNorm, Network, NetworkError


def _symmetric(value: Any, what: str) -> Matrix:
    matrix = Matrix(value)
    if matrix.rows != matrix.cols or matrix != matrix.T:
        raise NetworkError(f"{what} must be a symmetric square matrix, not {matrix.tolist()}")
    return matrix


def mean_field_derivative(network: Network, gram: Any, direction: Any) -> ImmutableDenseMatrix:
    """``dF(gram)[direction]``, entry by entry as unevaluated means, for any regular Gram matrix.

    Args:
        network: batch normalisation (centred or not) or none; layer and RMS normalisation have no such map.
        gram: symmetric n x n matrix, positive definite on the space that the rows see (the complement of 1 where centred).
        direction: symmetric n x n matrix D.

    Returns:
        n x n matrix of means of all n coordinates of a row (`BatchNormMean`), or of two (`GaussianMean`).

    Raises:
        NetworkError: another normalisation, epsilon > 0, matrices of other sizes or not symmetric, or a Gram matrix that is
            singular there: the law of a row has then no density in some directions, and F need not be differentiable.

    >>> from sympy import eye
    >>> mean_field_derivative(Network("identity", None, 2), eye(2), [[0, 1], [1, 0]])[0, 1]
    E[z1**2*z2**2; (z1, z2) ~ N(0, [[1, 0], [0, 1]])]

    See Also:
        theory.linearization.linearize: the same at G_*, on the irreps of the permutations.
        numerics.derivative.mean_field_slope: its numbers in float64.
    """
    matrix, change = _symmetric(gram, "a Gram matrix"), _symmetric(direction, "a direction")
    n = matrix.rows
    if change.rows != n:
        raise NetworkError(f"the direction is {change.rows} x {change.rows}, the Gram matrix {n} x {n}")
    if network.batch_size.is_number and n != network.batch_size:
        raise NetworkError(f"the Gram matrix is {n} x {n}, but the network's batch size is {network.batch_size}")
    if isinstance(network.normalization, LayerNorm):
        raise NetworkError(f"no derivative for {network.normalization_key!r} normalisation: it couples the neurons")
    if isinstance(network.normalization, BatchNorm):
        return _normalized(network, matrix, change)
    return _gaussian(network, matrix, change)


def _normalized(network: Network, gram: Matrix, direction: Matrix) -> ImmutableDenseMatrix:
    n, centered = gram.rows, network.require_sphere().centered
    if centered and n < 3:
        raise NetworkError("on two samples every centred row is (s, -s): F is constant, its derivative 0")
    # on 1^perp the inverse of K + 11^T/n is K^+ + 11^T/n
    spread = ones(n, n) / n if centered else Matrix.zeros(n, n)
    project = centering_matrix(n) if centered else eye(n)
    seen = project * gram * project
    if (seen + spread).det().equals(0):
        raise NetworkError("the Gram matrix is singular where rows live: F need not be differentiable there")
    inverse = (seen + spread).inv() - spread
    row = Matrix(z[:n])
    middle = (row.T * inverse * direction * inverse * row)[0, 0]
    weight = (n - 1 if centered else n) * middle / (row.T * inverse * row)[0, 0] - (inverse * direction).trace()
    sigma, law = network.activation, BatchNormLaw(z[:n], range(n), gram, centered)

    def entry(i: int, j: int) -> Expr:
        i, j = min(i, j), max(i, j)
        return BatchNormMean(sigma(z[i]) * sigma(z[j]) * weight / 2, law)

    return ImmutableDenseMatrix(n, n, entry)


def _gaussian(network: Network, gram: Matrix, direction: Matrix) -> ImmutableDenseMatrix:
    n = gram.rows
    covariance = network.weight_variance * gram + network.bias_variance * ones(n, n)
    change = network.weight_variance * direction
    sigma = network.activation

    def entry(i: int, j: int) -> Expr:
        places = [i] if i == j else [min(i, j), max(i, j)]
        block, moved = covariance.extract(places, places), change.extract(places, places)
        if block.det().equals(0):
            raise NetworkError(f"samples {places} are parallel: F need not be differentiable there")
        inverse, row = block.inv(), Matrix(z[: len(places)])
        weight = (row.T * inverse * moved * inverse * row)[0, 0] - (inverse * moved).trace()
        product = sigma(z[0]) * sigma(z[len(places) - 1])
        return GaussianMean((product * weight / 2).expand(), GaussianLaw(z[: len(places)], block))

    return ImmutableDenseMatrix(n, n, entry)
