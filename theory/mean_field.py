r"""The mean-field map F of Gram matrices and its exchangeable fixed point.

F(G) = E s s^T with s = sigma(phi(x)), x ~ N(0, weight_variance G + bias_variance 11^T).  Under centred batch
normalisation every permutation-invariant G has the same image b((1-c) I + c 11^T): the row phi(x) is uniform on a
sphere, whatever G's two numbers are, so the fixed point is reached in one step and needs one- and two-coordinate
sphere means only.  Without centring the row is uniform on its sphere only where c = 0, which is a fixed point exactly
if E sigma(z1) sigma(z2) = 0
there: for odd activations.  For any other one c is the root of a scalar equation under a law that is no uniform one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr, ImmutableDenseMatrix, Matrix, S, eye, ones, sqrt

from theory.activations.base import Parity
from theory.batch_forms import batch_form
from theory.conventions import rho, x, z
from theory.display import Displayed, aligned
from theory.expectation import (
    BatchNormLaw,
    BatchNormMean,
    GaussianLaw,
    GaussianMean,
    SphereLaw,
    SphereMean,
    sphere_to_gaussian_ratio,
)
from theory.network import BatchNorm, LayerNorm, Network, NetworkError
from theory.notation import OURS, Notation, expression_latex, notation_of


def mean_field_map(network: Network, gram: Any) -> ImmutableDenseMatrix:
    """F(gram) for an arbitrary Gram matrix, entry by entry as unevaluated means.

    Args:
        network: any normalisation except layer and RMS (whose one-step mean is not a function of two coordinates).
        gram: symmetric n x n matrix, post-activation, width-normalised; n must be the network's batch size if that is
            a number.

    Returns:
        n x n matrix of `BatchNormMean` (batch normalisation) or `GaussianMean` (none) entries.

    Raises:
        NetworkError: layer or RMS normalisation, a non-zero epsilon, or a Gram matrix of another size.

    >>> from sympy import eye
    >>> mean_field_map(Network("identity", None, 2), eye(2))[0, 1]
    E[z1*z2; (z1, z2) ~ N(0, [[1, 0], [0, 1]])]
    """
    matrix = Matrix(gram)
    n = matrix.rows
    if network.batch_size.is_number and n != network.batch_size:
        raise NetworkError(f"the Gram matrix is {n} x {n}, but the network's batch size is {network.batch_size}")
    if isinstance(network.normalization, LayerNorm):
        raise NetworkError(
            "layer and RMS normalisation couple the neurons: their mean-field map holds in the limit of width only"
        )
    covariance = network.weight_variance * matrix + network.bias_variance * ones(n, n)
    sigma = network.activation

    def entry(i: int, j: int) -> Expr:
        i, j = min(i, j), max(i, j)
        if isinstance(network.normalization, BatchNorm):
            centered = network.require_sphere().centered
            if i == j:
                return BatchNormMean(sigma(z[0]) ** 2, BatchNormLaw(z[0], (i,), covariance, centered))
            return BatchNormMean(sigma(z[0]) * sigma(z[1]), BatchNormLaw(z[:2], (i, j), covariance, centered))
        if i == j:
            return GaussianMean(sigma(z[0]) ** 2, GaussianLaw(z[0], covariance[i, i]))
        return GaussianMean(sigma(z[0]) * sigma(z[1]), GaussianLaw(z[:2], covariance.extract([i, j], [i, j])))

    return ImmutableDenseMatrix(n, n, entry)


@dataclass(frozen=True, repr=False)
class ExchangeableGram(Displayed):
    """A permutation-invariant Gram matrix ``b((1-c) I + c 11^T)``.

    Args:
        diagonal: b.
        off_diagonal: b c.
        batch_size: n.
    """

    diagonal: Expr
    off_diagonal: Expr
    batch_size: Expr

    @property
    def b(self) -> Expr:
        return self.diagonal

    @property
    def c(self) -> Expr:
        """Correlation of two samples."""
        return self.off_diagonal / self.diagonal

    @property
    def mu(self) -> Expr:
        """Eigenvalue b(1-c) on the complement of the all-ones vector."""
        return self.diagonal - self.off_diagonal

    @property
    def top_eigenvalue(self) -> Expr:
        """Eigenvalue b(1+(n-1)c) of the all-ones vector; it need not be the largest."""
        return self.diagonal + (self.batch_size - 1) * self.off_diagonal

    def latex(self, notation: Notation | str = OURS) -> str:
        """The form of G_* and its two numbers."""
        w = notation_of(notation)
        b, c = w.diagonal, w.correlation
        return aligned(
            (w.fixed_point, rf"{b} \left((1-{c})\, I + {c}\, \mathbf{{1}}\mathbf{{1}}^{{\top}}\right)"),
            (b, expression_latex(batch_form(self.diagonal), w)),
            (rf"{b}\,{c}", expression_latex(batch_form(self.off_diagonal), w)),
        )

    def __str__(self) -> str:
        rows = [
            f"G_* = b((1-c) I + c 11^T), {self.batch_size} samples",
            f"b   = {self.diagonal}",
            f"b c = {self.off_diagonal}",
        ]
        return "\n    ".join(rows)

    def matrix(self) -> ImmutableDenseMatrix:
        """The n x n matrix; the batch size must be an integer."""
        if not self.batch_size.is_Integer:
            raise NetworkError(f"a matrix needs an integer batch size, not {self.batch_size}")
        n = int(self.batch_size)
        return ImmutableDenseMatrix(self.mu * eye(n) + self.off_diagonal * ones(n, n))


def row_law(network: Network, coordinates: int) -> SphereLaw:
    """Law of the first coordinates of a normalised row at an exchangeable Gram matrix."""
    return SphereLaw(z[:coordinates], network.batch_size, network.require_sphere().centered)


def has_correlated_rows(network: Network) -> bool:
    """Whether batch normalisation does not centre and sigma is not odd: samples then stay correlated at G_*."""
    normalization = network.normalization
    return (
        isinstance(normalization, BatchNorm) and not normalization.centered and normalization.epsilon == 0
        and network.bias_variance == 0 and network.activation.parity is not Parity.ODD
    )  # fmt: skip


def require_uniform_rows(network: Network) -> None:
    """NetworkError where a row at G_* is not uniform on its sphere: uncentred, activation not odd."""
    if not network.require_sphere().centered and network.activation.parity is not Parity.ODD:
        raise NetworkError(
            f"without centring and with {network.activation.name}, which is not odd, samples stay correlated at the "
            "fixed point: its rows are not uniform on the sphere; numerics.uncentered.fixed_point has its numbers"
        )


def closed_pair_mean(network: Network, pair: bool) -> Expr | None:
    """``E sigma(z1) sigma(z2)`` (or ``E sigma(z1)^2``) for polynomials and homogeneous sigma with a dual, else None."""
    sigma, law = network.activation, row_law(network, 2 if pair else 1)
    if sigma.formula.is_polynomial(x):
        from theory.sphere_moments import polynomial_mean, tidy

        return tidy(polynomial_mean((sigma(z[0]) * sigma(z[1 if pair else 0])).expand(), law))
    if sigma.homogeneity is None:
        return None
    if sigma.dual is None:
        from theory.derivation import derive

        found = derive(SphereMean(sigma(z[0]) * sigma(z[1 if pair else 0]), law))
        return found.form if found.solved else None
    at = law.correlation if pair else S.One
    return sphere_to_gaussian_ratio(2 * sigma.homogeneity, law) * sigma.dual.subs(rho, at)


@lru_cache(maxsize=256)
def fixed_point(network: Network) -> ExchangeableGram:
    """The exchangeable fixed point G_* under batch normalisation.

    Closed forms where the activation is positively homogeneous with a known dual (symbolic in the batch size); sphere
    means otherwise, which ``numerics`` evaluates to any precision.

    Raises:
        NetworkError: no batch normalisation, epsilon > 0, or an uncentred network whose activation is not odd.

    >>> fixed_point(Network("identity")).off_diagonal
    -1/(n - 1)
    >>> fixed_point(Network("relu", batch_size=5)).diagonal
    1/2
    """
    sigma = network.activation
    require_uniform_rows(network)
    single, pair = row_law(network, 1), row_law(network, 2)
    if not network.require_sphere().centered:  # odd: flipping one sample's sign leaves the sphere and turns the product
        diagonal = closed_pair_mean(network, pair=False)
        return ExchangeableGram(
            SphereMean(sigma(z[0]) ** 2, single) if diagonal is None else diagonal, S.Zero, network.batch_size
        )
    diagonal = closed_pair_mean(network, pair=False)
    off_diagonal = closed_pair_mean(network, pair=True)
    return ExchangeableGram(
        SphereMean(sigma(z[0]) ** 2, single) if diagonal is None else diagonal,
        SphereMean(sigma(z[0]) * sigma(z[1]), pair) if off_diagonal is None else off_diagonal,
        network.batch_size,
    )


def centering_matrix(n: int) -> ImmutableDenseMatrix:
    """M = I - 11^T/n."""
    return ImmutableDenseMatrix(eye(n) - ones(n, n) / n)


def batch_norm_row(row: Matrix, centered: bool = True) -> Matrix:
    """Batch normalisation of one row as the seed prints it: sqrt(n) M x / ||M x||."""
    n = len(row)
    shifted = centering_matrix(n) * Matrix(row).reshape(n, 1) if centered else Matrix(row).reshape(n, 1)
    return shifted * sqrt(n) / sqrt(sum(e**2 for e in shifted))
