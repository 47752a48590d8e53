r"""Networks without batch normalisation: (q, c) recursions, edge of chaos, exact second moments at finite width.

Nothing is typed in: the one-step maps of second moments come from Isserlis' theorem for one row of a Gaussian matrix, the
depth dependence from powers of that map with a symbolic exponent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import (
    Expr,
    ImmutableDenseMatrix,
    Matrix,
    S,
    eye,
    factor,
    factor_terms,
    log,
    simplify,
    sqrt,
    symbols,
    sympify,
)

from theory.activations.base import Activation, ActivationError
from theory.conventions import depth, width, z
from theory.derivation import derive
from theory.dual import as_activation, derivative_moment, dual, moment
from theory.expectation import GaussianLaw, GaussianMean
from theory.network import BatchNorm, LayerNorm, Network, NetworkError
from theory.rules.isserlis import moment as isserlis


def covariance_map(network: Network, q1: Any, q2: Any, c: Any) -> tuple[Expr, Expr, Expr]:
    """One layer of the infinite-width recursion of pre-activation (q1, q2, c).

    Without normalisation ``q' = v E sigma^2 + b``, ``c' = v dual(q1, q2, c) + b`` (weight variance v, bias variance b); layer
    and RMS normalisation first divide each sample by its own root mean square, which in the limit of width makes q = 1
    and c the correlation.

    Raises:
        NetworkError: batch normalisation, whose recursion couples the whole batch.
    """
    if isinstance(network.normalization, BatchNorm):
        raise NetworkError("batch normalisation couples the batch: use mean_field_map")
    q1, q2, c = sympify(q1), sympify(q2), sympify(c)
    if isinstance(network.normalization, LayerNorm):
        q1, q2, c = S.One, S.One, c / sqrt(q1 * q2)
    v, b, sigma = network.weight_variance, network.bias_variance, network.activation
    return v * moment(sigma, 2, q1) + b, v * moment(sigma, 2, q2) + b, v * dual(sigma, q1, q2, c) + b


@dataclass(frozen=True)
class EdgeOfChaos:
    """Quantities at a fixed variance q.

    Args:
        chi: slope of the correlation map at 1, ``v E sigma'^2``; 1 at the edge of chaos.
        variance_slope: slope of the variance map at q.
        correlation_depth: ``-1/ln chi``, infinite at the edge (chi > 1: correlations move away from 1).
        variance_depth: ``-1/ln |variance_slope|``.
    """

    chi: Expr
    variance_slope: Expr
    correlation_depth: Expr
    variance_depth: Expr


def edge_of_chaos(activation: Activation | str | Expr, q: Any, weight_variance: Any) -> EdgeOfChaos:
    """Slopes and depth scales of the unnormalised recursion at variance q.

    The variance slope is ``v/(2 q^2) E (z^2 - q) sigma(z)^2``, z ~ N(0, q): no smoothness needed.

    >>> edge_of_chaos("relu", 1, 2).chi
    1
    """
    sigma, q, v = as_activation(activation), sympify(q), sympify(weight_variance)
    chi = v * derivative_moment(sigma, q)
    body = (z[0] ** 2 - q) * sigma(z[0]) ** 2
    slope = v * derive(GaussianMean(body, GaussianLaw(z[0], q))).guarded / (2 * q**2)

    def scale(rate: Expr) -> Expr:
        return S.Infinity if rate == 1 else -1 / log(rate)

    return EdgeOfChaos(chi, simplify(slope), scale(chi), scale(abs(simplify(slope))))


def critical_variances(activation: Activation | str | Expr, q: Any) -> tuple[Expr, Expr]:
    """(weight variance, bias variance) that make q a fixed point on the edge of chaos, chi = 1.

    Raises:
        ActivationError: the bias variance would be negative at this q.

    >>> critical_variances("relu", 3)
    (2, 0)
    """
    sigma, q = as_activation(activation), sympify(q)
    v = 1 / derivative_moment(sigma, q)
    bias = simplify(q - v * moment(sigma, 2, q))
    if bias.is_negative:
        raise ActivationError(f"{sigma.name} has no edge of chaos at q = {q}: it needs the bias variance {bias}")
    return simplify(v), bias


_xx, _yy, _xy = symbols("X Y C", real=True)


def _row_moment(powers: tuple[int, int]) -> Expr:
    """``E a^i b^j`` for one row (a, b) = (w.x, w.y), w with N(0, 1/d) entries; X = |x|^2, Y = |y|^2, C = x.y."""
    sigma = ImmutableDenseMatrix([[_xx, _xy], [_xy, _yy]]) / width
    return isserlis(powers, ImmutableDenseMatrix(sigma))


def linear_moment_map() -> ImmutableDenseMatrix:
    """M with ``(E (x'.y')^2, E |x'|^2 |y'|^2) = M (E (x.y)^2, E |x|^2 |y|^2)`` for x' = W x, W with N(0, 1/d) entries.

    >>> linear_moment_map()
    Matrix([
    [1 + 1/d, 1/d],
    [    2/d,   1]])
    """
    d = width
    same = _row_moment((2, 2))
    rows = []
    for body in (d * same + d * (d - 1) * _row_moment((1, 1)) ** 2,
                 d * same + d * (d - 1) * _row_moment((2, 0)) * _row_moment((0, 2))):  # fmt: skip
        wide = body.expand()
        square, product = wide.coeff(_xy, 2), wide.coeff(_xx, 1).coeff(_yy, 1)
        if (wide - square * _xy**2 - product * _xx * _yy).expand() != 0:
            raise ArithmeticError(f"the moment map does not close: {wide}")
        rows.append([square.expand(), product.expand()])
    return ImmutableDenseMatrix(rows)


def spectral_parts(matrix: Matrix) -> list[tuple[Expr, Matrix]]:
    """(eigenvalue, projector) pairs of a matrix with distinct eigenvalues: ``matrix^m = sum value^m projector``."""
    values = [factor(v) for v in matrix.eigenvals()]
    parts = []
    for i, value in enumerate(values):
        projector = eye(matrix.rows)
        for j, other in enumerate(values):
            if j != i:
                projector = projector * (matrix - other * eye(matrix.rows)) / (value - other)
        parts.append((value.expand(), projector.applyfunc(simplify)))
    return parts


def linear_product_error(batch_size: Any, layers: Any = depth) -> Expr:
    """``E ||X_m^T X_m - I||_F^2`` for X_m = W_m ... W_1 X_0, orthonormal columns of X_0, entries of W_l N(0, 1/d).

    Args:
        batch_size: n, the number of columns.
        layers: m, an integer or a symbol.

    >>> linear_product_error(1)
    (1 + 2/d)**L - 1
    """
    n, m = sympify(batch_size), sympify(layers)
    # two different columns start at (x.y)^2 = 0, |x|^2 |y|^2 = 1; a column with itself at 1, 1; E|x|^2 = 1 throughout
    own, crossed = -S.One, S.Zero
    for value, projector in spectral_parts(Matrix(linear_moment_map())):
        own += (projector * Matrix([1, 1]))[0] * value**m
        crossed += (projector * Matrix([0, 1]))[0] * value**m
    return n * own + n * (n - 1) * factor_terms(crossed)


def kurtosis_ratio(activation: Activation | str | Expr, q: Any = 1) -> Expr:
    """``E sigma^4/(E sigma^2)^2``.

    >>> kurtosis_ratio("relu")
    6
    """
    return simplify(moment(activation, 4, q) / moment(activation, 2, q) ** 2)


def norm_moment_ratio(activation: Activation | str | Expr, layers: Any = depth, d: Any = width) -> Expr:
    """``E[q_L^2]/E[q_L]^2`` of the mean squared activation q_L, exactly, for a positively homogeneous sigma.

    One layer: q' = (v/d) sum sigma(g_i)^2 with g_i iid N(0, q) given q, so ``E q'^2 = v^2 (mu_4/d + (1 - 1/d) mu_2^2)``, and
    both moments scale with q^(2k) by homogeneity of degree k; the recursion closes for k = 1.

    Raises:
        ActivationError: sigma is not positively homogeneous of degree 1.

    >>> norm_moment_ratio("relu")
    (1 + 5/d)**L
    >>> norm_moment_ratio("identity")
    (1 + 2/d)**L
    """
    sigma = as_activation(activation)
    if sigma.homogeneity != 1:
        raise ActivationError(f"{sigma.name} is not positively homogeneous of degree 1: the recursion does not close")
    return (1 + (kurtosis_ratio(sigma) - 1) / sympify(d)) ** sympify(layers)


def log_norm_moments(layers: Any = depth, d: Any = width) -> tuple[Expr, Expr]:
    """Mean and variance of ``ln(|x_L|^2/|x_0|^2)`` of a linear network: a product of chi-square variables over d."""
    from sympy import polygamma

    d, layers = sympify(d), sympify(layers)
    return layers * (polygamma(0, d / 2) + log(2 / d)), layers * polygamma(1, d / 2)
