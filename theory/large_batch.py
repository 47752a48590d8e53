r"""Large batches: limits of the fixed point, its linearisation and the gradient growth as n grows, and the critical batch size.

As n -> infinity the coordinates of a normalised row become independent standard normals Z, and
lambda_M -> (E Z sigma)^2 / Var sigma, lambda_L -> (E[(Z^2-1) sigma^2]/2 - E sigma E[(Z^2-1) sigma]) / Var sigma.
No smoothness of sigma is used; for smooth sigma parts give (E sigma')^2 and E[Z sigma sigma'] - E sigma E sigma''.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, ImmutableMatrix, Poly, S, gamma, oo, pi, sqrt, sympify

from theory.activations.base import Activation, Parity
from theory.conventions import batch_size, x, z
from theory.display import Displayed, aligned
from theory.dual import as_activation
from theory.expectation import GaussianLaw, GaussianMean, SphereMean
from theory.gradients import has_square_integrable_slope, is_discontinuous, slope
from theory.linearization import Linearization, largest, linearize, magnitude
from theory.network import BatchNorm, Network, NetworkError
from theory.notation import OURS, Notation, expression_latex, notation_of
from theory.rules.isserlis import moment as gaussian_monomial_mean
from theory.sphere_moments import tidy


def normal_moment(activation: Activation, power: int, weight: Any = S.One) -> Expr:
    """``E sigma(Z)^power weight(Z)`` for standard normal Z and a polynomial weight in z1.

    Closed for polynomials and for homogeneous activations, 0 where parity says so, a `GaussianMean` otherwise.
    """
    poly = Poly(weight, z[0])
    body = activation(z[0]) ** power
    if activation.formula.is_polynomial(x):
        terms = Poly((body * poly.as_expr()).expand(), z[0]).terms()
        return sum((c * gaussian_monomial_mean((int(k),), ImmutableMatrix([[1]])) for (k,), c in terms), S.Zero)
    if activation.homogeneity is not None:
        right, left = activation(S.One) ** power, activation(S.NegativeOne) ** power
        total: Expr = S.Zero
        for (k,), c in poly.terms():
            degree = sympify(activation.homogeneity) * power + k
            total += c * 2 ** (degree / 2) * gamma((degree + 1) / 2) / sqrt(pi) / 2 * (right + (-1) ** k * left)
        return total
    if activation.parity is not Parity.NONE:
        odd = activation.parity is Parity.ODD and power % 2 == 1
        kept = [(c, k) for (k,), c in poly.terms() if (k % 2 == 1) == odd]
        if not kept:
            return S.Zero
        poly = Poly(sum((c * z[0] ** k for c, k in kept), S.Zero), z[0])
    return GaussianMean(body * poly.as_expr(), GaussianLaw(z[0]))


@dataclass(frozen=True, repr=False)
class LargeBatchLimit(Displayed):
    """Limits as the batch size grows, centred batch normalisation.

    Args:
        b: diagonal of G_*.
        bc: off-diagonal.
        eigenvalue_standard, eigenvalue_pairs: of the linearisation.
        gradient_growth: per layer, ``oo`` for discontinuous activations.
    """

    b: Expr
    bc: Expr
    eigenvalue_standard: Expr
    eigenvalue_pairs: Expr
    gradient_growth: Expr

    def latex(self, notation: Notation | str = OURS) -> str:
        """The limits, one a line."""
        w = notation_of(notation)
        lines = [(w.diagonal, self.b), (rf"{w.diagonal}\,{w.correlation}", self.bc), (w.eigenvalue_standard, self.eigenvalue_standard),
                 (w.eigenvalue_pairs, self.eigenvalue_pairs), (w.gradient_growth, self.gradient_growth)]  # fmt: skip
        return aligned(
            *((rf"\lim_{{{w.batch_size}\to\infty}} {name}", expression_latex(value, w)) for name, value in lines)
        )

    def __str__(self) -> str:
        names = ("b", "bc", "eigenvalue_standard", "eigenvalue_pairs", "gradient_growth")
        return "\n    ".join(
            ["limits as the batch size grows", *(f"{name} -> {getattr(self, name)}" for name in names)]
        )

    @property
    def mu(self) -> Expr:
        """Var sigma(Z)."""
        return self.b - self.bc

    @property
    def contraction_rate(self) -> Expr:
        return largest(magnitude(self.eigenvalue_standard), magnitude(self.eigenvalue_pairs))


def large_batch_limit(activation: Activation | str | Expr) -> LargeBatchLimit:
    """Limits n -> infinity at the exchangeable fixed point under centred batch normalisation.

    Raises:
        NetworkError: sigma is constant.

    >>> large_batch_limit("relu").eigenvalue_standard
    1
    """
    activation = as_activation(activation)
    if not activation.formula.free_symbols:
        raise NetworkError(f"{activation.name} is constant: its variance is 0 and nothing is left to linearise")
    mean, square = normal_moment(activation, 1), normal_moment(activation, 2)
    variance = square - mean**2
    wick = z[0] ** 2 - 1
    standard = (normal_moment(activation, 2, wick) / 2 - mean * normal_moment(activation, 1, wick)) / variance
    pairs = normal_moment(activation, 1, z[0]) ** 2 / variance
    if is_discontinuous(activation) or not has_square_integrable_slope(activation):
        growth: Expr = oo
    elif activation.homogeneity is not None and activation.homogeneity > S.Half:
        right, left = activation(S.One), activation(S.NegativeOne)
        k = sympify(activation.homogeneity)
        # sigma'(x) = k sigma(x)/x: E sigma'^2 = k^2 (sigma(1)^2 + sigma(-1)^2)/2 E |Z|^{2k-2}
        growth = k**2 * (right**2 + left**2) / 2 * 2 ** (k - 1) * gamma(k - S.Half) / sqrt(pi) / variance
    else:
        growth = GaussianMean(slope(activation).xreplace({x: z[0]}) ** 2, GaussianLaw(z[0])) / variance
    values = [square, mean**2, standard, pairs, growth]
    return LargeBatchLimit(*((v if v.atoms(GaussianMean) else v.simplify()) for v in values))


@dataclass(frozen=True, repr=False)
class CriticalBatchSize(Displayed):
    """The equation that decides at which batch size the exchangeable fixed point stops attracting.

    Args:
        activation: sigma.
        linearization: at symbolic batch size; its `stability_margin` is the equation's left side.
        limit: what happens as n grows.
    """

    activation: Activation
    linearization: Linearization
    limit: LargeBatchLimit

    def latex(self, notation: Notation | str = OURS) -> str:
        """The equation whose root is the critical batch size."""
        w = notation_of(notation)
        return f"{expression_latex(self.linearization.contraction_rate, w)} = 1"

    def __str__(self) -> str:
        return f"{self.activation.name} stops attracting where {self.linearization.contraction_rate} = 1"

    def margin(self, n: Any) -> Expr:
        """``1 - contraction_rate`` at batch size n: the critical batch size is where its sign changes.

        An integer n >= 3 always; a real n > 3 where the eigenvalues are closed forms (see `has_closed_form`).
        """
        size = sympify(n)
        if size.is_Integer:
            return linearize(Network(self.activation, BatchNorm(), size)).stability_margin
        if not self.has_closed_form:
            raise NetworkError(
                f"for {self.activation.name} the eigenvalues are sphere means, defined at integer batch sizes only, not {size}"
            )
        return self.linearization.stability_margin.subs(batch_size, size)

    @property
    def has_closed_form(self) -> bool:
        """Whether the eigenvalues are formulas in n, so that a real root makes sense."""
        linear = self.linearization
        pairs = linear.eigenvalue_pairs or S.Zero
        return not (linear.eigenvalue_standard.atoms(SphereMean) or pairs.atoms(SphereMean))

    @property
    def limit_margin(self) -> Expr:
        """``1 - contraction_rate`` as n -> infinity: negative means that some finite batch size is critical."""
        return tidy(1 - self.limit.contraction_rate)


def critical_batch_size(activation: Activation | str) -> CriticalBatchSize:
    """The stability equation of an activation under centred batch normalisation; ``numerics`` encloses its root.

    >>> critical_batch_size("x^3").margin(5)
    1/37
    """
    linear = linearize(Network(activation))
    return CriticalBatchSize(linear.network.activation, linear, large_batch_limit(linear.network.activation))
