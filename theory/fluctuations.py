r"""Fluctuations of the Gram matrix about the fixed point: what a width d leaves of order 1/d.

One layer adds noise of covariance C/d, ``C = Cov(vec s s^T)`` at G_*; depth sums it up to V/d, ``V = J V J^T + C`` with
J = dF(G_*).  All of it is permutation-equivariant, so V is a handful of scalars for every batch size.
``d E||G_l - G_*||^2 -> tr V`` as l and then d go to infinity.  Derivation: docs/derivations/fluctuations.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from sympy import Expr, ImmutableDenseMatrix, S, Symbol, acos, asin, default_sort_key, sqrt

from theory.batch_forms import ROOT, THETA, batch_form, broken_latex
from theory.display import Displayed, aligned
from theory.expectation import SphereMean
from theory.irreps import EquivariantOperator, centered_standard, standard_norms
from theory.linearization import Linearization, linearize
from theory.mean_field import row_law
from theory.network import Network, NetworkError
from theory.notation import OURS, Notation, expression_latex, notation_of
from theory.sphere_moments import moment, tidy

LONG = 200
"""Operations of a formula beyond which LaTeX shows it part by part."""


@lru_cache(maxsize=256)
def one_step_covariance(network: Network) -> EquivariantOperator:
    """C = Cov(s_i s_j, s_k s_l) for a row s = sigma(phi(x)) at the fixed point, orbit by orbit.

    Moments of up to four coordinates; orbits that need more places than the batch has are 0.
    """
    gram = linearize(network).gram
    sigma, n = network.activation, network.batch_size
    b, off = gram.diagonal, gram.off_diagonal

    def mean(*powers: int) -> Expr:
        if n.is_number and len(powers) > n:
            return S.Zero
        return moment(sigma, row_law(network, len(powers)), powers)

    three_one, two_two, two_one_one = mean(3, 1), mean(2, 2), mean(2, 1, 1)
    four = mean(1, 1, 1, 1)
    return EquivariantOperator(
        k11_11=mean(4) - b**2,
        k11_12=three_one - b * off,
        k11_22=two_two - b**2,
        k11_23=two_one_one - b * off,
        k12_11=three_one - b * off,
        k12_33=two_one_one - b * off,
        k12_12=two_two - off**2,
        k12_13=two_one_one - off**2,
        k12_34=four - off**2 if not (n.is_number and n < 4) else S.Zero,
        batch_size=n,
    )


@dataclass(frozen=True, repr=False)
class Fluctuations(Displayed):
    """Stationary fluctuations at the fixed point, times the width.

    Args:
        linearization: the derivative J of F at G_*.
        noise: the one-step covariance C.
    """

    linearization: Linearization
    noise: EquivariantOperator

    def latex(self, notation: Notation | str = OURS) -> str:
        """The one-step noise and the stationary constant, both times the width."""
        w = notation_of(notation)
        if self._n.is_number or not self._centered or self.fluctuation_constant.count_ops() < LONG:
            return aligned(
                (r"\operatorname{tr} C", expression_latex(batch_form(self.one_step_noise), w)),
                (w.fluctuation_constant, expression_latex(self.fluctuation_constant, w)),
            )
        return aligned(*self._by_representations(w))

    def _by_representations(self, w: Notation) -> list[tuple[str, str]]:
        """(V1): what each representation adds to tr V, in a symbolic batch size."""
        n, block = self._n, self.linearization.standard_block
        means = sorted(self.noise.pairs.atoms(SphereMean), key=default_sort_key)
        names = {mean: Symbol(f"m_{i + 1}") for i, mean in enumerate(means)}
        shown = lambda value, terms=3: broken_latex(batch_form(value, named=True).xreplace(names), w, terms)
        std, prs, size = w.eigenvalue_standard, w.eigenvalue_pairs, expression_latex(n, w)
        column = n * (block.diagonal**2 + 2 * (n - 2) * block.off_diagonal**2) / (n - 2)
        parts = [
            (r"\operatorname{tr} C", shown(self.one_step_noise)),
            (w.fluctuation_constant, rf"C_0 + ({size}-1) \left( C_1 + \frac{{C_e\, |w|^2}}{{1 - {std}^2}} \right) "
                                     rf"+ \frac{{{size} ({size}-3)}}{{2}} \frac{{C_2}}{{1 - {prs}^2}}"),
            ("C_0", shown(self.noise.trivial.trace())),
            ("C_1", shown(self.noise.standard.trace())),
            ("C_e", shown(self.centered_noise)),
            ("C_2", shown(self.noise.pairs)),
            ("|w|^2", shown(column, 1)),
        ]  # fmt: skip
        if self.noise.pairs.has(acos, asin):
            parts.append((expression_latex(THETA, w), expression_latex(acos(1 / (n - 1)), w)))
            parts.append((expression_latex(ROOT, w), expression_latex(sqrt(n * (n - 2)), w)))
        return parts + [(expression_latex(name, w), expression_latex(mean, w)) for mean, name in names.items()]

    def __str__(self) -> str:
        return "\n    ".join([
            f"fluctuations about G_*, {self.linearization.network!r}, times the width",
            f"one_step_noise       = {self.one_step_noise}",
            f"fluctuation_constant = {self.fluctuation_constant}",
        ])  # fmt: skip

    @property
    def _centered(self) -> bool:
        return self.linearization.network.require_sphere().centered

    @property
    def _n(self) -> Expr:
        return self.linearization.network.batch_size

    @property
    def one_step_noise(self) -> Expr:
        """``d E||G_{l+1} - F(G_l)||^2`` at G_l = G_*: the trace of C, equal to ``E|s|^4 - ||G_*||^2``."""
        return self.noise.trace

    @cached_property
    def centered_noise(self) -> Expr:
        """Variance of C along the unit vector ``M D_v M / ||M D_v M||`` of the standard representation."""
        n = self._n
        direction = centered_standard(n)
        d_norm, e_norm = standard_norms(n)
        image = self.noise.standard * direction
        return (direction[0] * image[0] * d_norm + direction[1] * image[1] * e_norm) * n / (n - 2)

    @cached_property
    def standard_gain(self) -> Expr:
        """``1/(1 - lambda_L^2)``: what depth makes of noise on the standard representation."""
        return 1 / (1 - self.linearization.eigenvalue_standard**2)

    @cached_property
    def pairs_gain(self) -> Expr:
        """``1/(1 - lambda_M^2)``, 0 where the pairs representation is empty."""
        pairs = self.linearization.eigenvalue_pairs
        return S.Zero if pairs is None else 1 / (1 - pairs**2)

    @cached_property
    def standard_diagonal(self) -> tuple[Expr, Expr]:
        """Diagonal of the block of V on the standard representation, in the orthogonal basis (D_v, E_v)."""
        n, block = self._n, self.linearization.standard_block
        noise = self.noise.standard
        if not self._centered:
            off = S.Zero if n == 2 else noise[1, 1] * self.pairs_gain  # E_v vanishes at n = 2
            return noise[0, 0] * self.standard_gain, off
        # V = C + (C on the centred direction) J[e] J[e]^T / (1 - lambda_L^2), J[e] the image of that unit vector
        lift = self.centered_noise * self.standard_gain
        d_part = block.diagonal**2 * n / (n - 2) * lift
        e_part = block.off_diagonal**2 * 2 * n * lift
        return noise[0, 0] + d_part, noise[1, 1] + e_part

    @cached_property
    def trivial_diagonal(self) -> tuple[Expr, Expr]:
        """Diagonal of the block of V on the trivial representation, in the orthogonal basis (I, 11^T - I)."""
        noise = self.noise.trivial
        if self._centered:
            return noise[0, 0], noise[1, 1]  # F does not see permutation-invariant changes
        return noise[0, 0], noise[1, 1] * self.pairs_gain

    @cached_property
    def pairs_variance(self) -> Expr:
        """V on the pairs representation."""
        return self.noise.pairs * self.pairs_gain

    @property
    def _pairs_count(self) -> Expr:
        n = self._n
        return S.Zero if n.is_number and n <= 3 else n * (n - 3) / 2

    @property
    def variance_diagonal(self) -> Expr:
        """``d Var (G_l)_ii`` in the limit."""
        return (self.trivial_diagonal[0] + (self._n - 1) * self.standard_diagonal[0]) / self._n

    @property
    def variance_off_diagonal(self) -> Expr:
        """``d Var (G_l)_ij``, i != j, in the limit."""
        n = self._n
        total = self.trivial_diagonal[1] + (n - 1) * self.standard_diagonal[1]
        return (total + self._pairs_count * self.pairs_variance) / (n * (n - 1))

    @property
    def variance_constant_eigenvalue(self) -> Expr:
        """``d Var`` of the eigenvalue of G_l that belongs to the constant vector in the limit; centred, c != 0.

        Raises:
            NetworkError: without centring, or where c = 0 exactly (as for x^2 - 1/2 on five samples): G_* is then a multiple of
                I and no eigenvalue stands apart.
        """
        if not self._centered:
            raise NetworkError(
                "without centring G_* is a multiple of I: no eigenvalue belongs to the constant vector alone"
            )
        off = self.linearization.gram.off_diagonal
        if not off.atoms(SphereMean) and off.equals(0):
            raise NetworkError(
                f"c = 0 for {self.linearization.network!r}: G_* is a multiple of I and no eigenvalue belongs to the constant "
                "vector alone; its spread is part of tr V"
            )
        first, second = self.noise.trivial * ImmutableDenseMatrix([1, 1])
        return tidy((first + (self._n - 1) * second) / self._n)

    @property
    def eigenvalue_spread(self) -> Expr:
        """``d E sum_i (x_i - mean x)^2`` over the eigenvalues x_i that meet at mu in G_*, in the limit; centred.

        To first order they are those of M(G_l - G_*)M on the complement of 1, so this is tr V there without its mean part.

        Raises:
            NetworkError: without centring.
        """
        if not self._centered:
            raise NetworkError("the spread of the eigenvalues at mu is derived for centred batch normalisation only")
        return tidy((self._n - 1) * self.centered_noise * self.standard_gain + self._pairs_count * self.pairs_variance)

    @property
    def fluctuation_constant(self) -> Expr:
        """tr V: the limit of ``d E||G_l - G_*||_F^2``; meaningful only where the fixed point is stable."""
        n = self._n
        total = sum(self.trivial_diagonal, S.Zero) + (n - 1) * sum(self.standard_diagonal, S.Zero)
        return tidy(total + self._pairs_count * self.pairs_variance)

    @property
    def centered_fluctuation_constant(self) -> Expr:
        """The same for S = M G M: the limit of ``d E||M(G_l - G_*)M||_F^2`` (G itself where BN does not centre)."""
        n = self._n
        if not self._centered:
            return self.fluctuation_constant
        total = self.centered_trace_noise + (n - 1) * self.centered_noise * self.standard_gain
        return tidy(total + self._pairs_count * self.pairs_variance)

    @property
    def centered_trace_noise(self) -> Expr:
        """Variance of C along M / sqrt(n-1)."""
        n = self._n
        direction = ImmutableDenseMatrix([1 - 1 / n, -1 / n])
        image = self.noise.trivial * direction
        return (direction[0] * image[0] * n + direction[1] * image[1] * n * (n - 1)) / (n - 1)


@lru_cache(maxsize=256)
def stationary_fluctuations(network: Network) -> Fluctuations:
    """Stationary fluctuations of the Gram matrix at the exchangeable fixed point.

    Raises:
        NetworkError: where there is no linearisation, see `linearize`.

    >>> stationary_fluctuations(Network("identity", batch_size=3)).fluctuation_constant
    6
    """
    return Fluctuations(linearize(network), one_step_covariance(network))
