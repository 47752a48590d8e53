r"""The derivative of the mean-field map at the exchangeable fixed point, block by block.

At ``G_*`` a row x is isotropic on a space of dimension m (n - 1 centred, n uncentred) with variance mu, and
``dF(G_*)[D] = 1/(2 mu) E[s s^T ((m/n) z^T D z - tr(P D))]``, P the projection on that space.  Permutations leave two
numbers: `eigenvalue_standard`, which spreads the norms of the samples, and `eigenvalue_pairs`, which moves
correlations.
Derivation: docs/derivations/linearization.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Abs, Expr, Max, S, expand, oo, sympify

from theory.activations.base import Parity
from theory.batch_forms import batch_form
from theory.conventions import z
from theory.display import Displayed, aligned, text
from theory.expectation import SphereMean
from theory.irreps import EquivariantOperator
from theory.mean_field import ExchangeableGram, fixed_point, row_law
from theory.network import Network, NetworkError
from theory.notation import OURS, Notation, expression_latex, notation_of
from theory.sphere_moments import moment, tidy

NO_PAIRS = "at n = 3 the pairs representation has dimension 0: there is no such eigenvalue"


def largest(*terms: Expr) -> Expr:
    """Maximum, left unevaluated where the terms are means (comparing them is the business of ``numerics``)."""
    if any(t.atoms(SphereMean) for t in terms):
        return Max(*terms, evaluate=False)
    return Max(*terms)


def magnitude(term: Expr) -> Expr:
    """Absolute value, left unevaluated around means."""
    return Abs(term, evaluate=False) if term.atoms(SphereMean) else Abs(term)


def require_linearizable(network: Network) -> ExchangeableGram:
    """The fixed point, or NetworkError naming what fails for a linearisation at it."""
    centered = network.require_sphere().centered
    n = network.batch_size
    if centered and n.is_number and n < 3:
        raise NetworkError(
            f"batch size {n} under centred batch normalisation is degenerate: every row is (s, -s), so F is constant "
            "and there is nothing to linearise; use n >= 3"
        )
    gram = fixed_point(network)
    if not network.activation.formula.free_symbols or tidy(gram.mu) == 0:
        raise NetworkError(
            f"{network.activation.name} has mu = b(1-c) = 0: G_* is singular on the complement of 1, "
            "where F has no derivative"
        )
    return gram


def tilt_weights(network: Network) -> EquivariantOperator:
    """The polynomial ``(m/n) E[z_k z_l | own places] - P_kl`` for each orbit (ij; kl).

    Multiplied by ``sigma(z_i) sigma(z_j) / (2 mu)`` and averaged it is the derivative of F.  "Own places" are z1 in the
    orbits 11_.. and (z1, z2) in the orbits 12_.. ; other places are averaged out given those, by ``sum z = 0``
    (centred) and ``sum z^2 = n``.
    """
    n = network.batch_size
    centered = network.require_sphere().centered
    dimension = n - 1 if centered else n
    diagonal, off = (1 - 1 / n, -1 / n) if centered else (S.One, S.Zero)
    a, b = z[0], z[1]

    def rest(own_sum: Expr, own_squares: Expr, others: Expr) -> tuple[Expr, Expr, Expr]:
        # first moment, second moment and mixed moment of the places averaged out
        square = (n - own_squares) / others
        if not centered:
            return S.Zero, square, S.Zero
        mixed = S.Zero if others == 1 else (own_sum**2 - (n - own_squares)) / (others * (others - 1))
        return -own_sum / others, square, mixed

    one, one_sq, one_mix = rest(a, a**2, n - 1)
    two, two_sq, two_mix = (S.Zero, S.Zero, S.Zero) if n == 2 else rest(a + b, a**2 + b**2, n - 2)

    def weight(body: Expr, projection: Expr) -> Expr:
        return expand(dimension / n * body - projection)

    return EquivariantOperator(
        k11_11=weight(a**2, diagonal),
        k11_12=weight(a * one, off),
        k11_22=weight(one_sq, diagonal),
        k11_23=weight(one_mix, off),
        k12_11=weight((a**2 + b**2) / 2, diagonal),
        k12_33=weight(two_sq, diagonal),
        k12_12=weight(a * b, off),
        k12_13=weight((a + b) / 2 * two, off),
        k12_34=weight(two_mix, off),
        batch_size=n,
    )


@dataclass(frozen=True)
class StandardBlock:
    """The derivative on the standard representation: ``dF[D_v] = diagonal D_v + off_diagonal E_v``."""

    diagonal: Expr
    off_diagonal: Expr


@dataclass(frozen=True, repr=False)
class Linearization(Displayed):
    """What the derivative of F at G_* does.

    Args:
        network: the network.
        gram: the fixed point G_*.
        eigenvalue_standard: lambda_L, multiplicity n - 1.
        eigenvalue_pairs: lambda_M, multiplicity n(n-3)/2 (centred), n(n-1)/2 (uncentred); None at n = 3 centred.
        standard_block: coefficients of dF on the standard representation.
    """

    network: Network
    gram: ExchangeableGram
    eigenvalue_standard: Expr
    eigenvalue_pairs: Expr | None
    standard_block: StandardBlock

    def latex(self, notation: Notation | str = OURS) -> str:
        """The spectrum of dF(G_*): eigenvalues, multiplicities and the contraction rate."""
        w = notation_of(notation)
        standard, pairs = self.multiplicities
        shown = lambda value: expression_latex(batch_form(value), w)
        rows = [(w.eigenvalue_standard, rf"{shown(self.eigenvalue_standard)} \quad "
                                        rf"(\times {expression_latex(standard, w)})")]  # fmt: skip
        if self.eigenvalue_pairs is None:
            rows.append((w.eigenvalue_pairs, text("none: " + NO_PAIRS)))
            largest_of = rf"\left|{w.eigenvalue_standard}\right|"
        else:
            rows.append((w.eigenvalue_pairs, rf"{shown(self.eigenvalue_pairs)} \quad "
                                             rf"(\times {expression_latex(pairs, w)})"))  # fmt: skip
            largest_of = rf"\max\left(\left|{w.eigenvalue_standard}\right|, \left|{w.eigenvalue_pairs}\right|\right)"
        return aligned(*rows, (w.contraction_rate, largest_of))

    @property
    def multiplicities(self) -> tuple[Expr, Expr]:
        """Dimensions of the standard and of the pairs representation."""
        n = self.network.batch_size
        return n - 1, n * (n - 3) / 2 if self.network.require_sphere().centered else n * (n - 1) / 2

    def __str__(self) -> str:
        standard, pairs = self.multiplicities
        second = NO_PAIRS if self.eigenvalue_pairs is None else f"{self.eigenvalue_pairs}    ({pairs} times)"
        return "\n    ".join([
            f"spectrum of dF at G_*, {self.network!r}",
            f"eigenvalue_standard = {self.eigenvalue_standard}    ({standard} times)",
            f"eigenvalue_pairs    = {second}",
            f"contraction_rate    = {self.contraction_rate}",
        ])  # fmt: skip

    @property
    def pairs_reason(self) -> str | None:
        """Why there is no eigenvalue on the pairs representation, or None."""
        return NO_PAIRS if self.eigenvalue_pairs is None else None

    @property
    def contraction_rate(self) -> Expr:
        """max(|lambda_L|, |lambda_M|): the norm of dT at M G_* M, not the mixing rate of the finite-width chain."""
        if self.eigenvalue_pairs is None:
            return magnitude(self.eigenvalue_standard)
        return largest(magnitude(self.eigenvalue_standard), magnitude(self.eigenvalue_pairs))

    @property
    def mu(self) -> Expr:
        return self.gram.mu

    @property
    def stability_margin(self) -> Expr:
        """1 - contraction_rate: positive where the fixed point attracts, negative where it repels."""
        return 1 - self.contraction_rate

    @property
    def condition_number(self) -> Expr:
        """Largest over smallest eigenvalue of G_* (infinite where G_* is singular)."""
        return condition_number(self.gram)


def condition_number(gram: ExchangeableGram) -> Expr:
    """Ratio of the eigenvalues of an exchangeable Gram matrix, ``oo`` where it is singular."""
    top, mu = gram.top_eigenvalue, gram.mu
    if tidy(top) == 0 or tidy(mu) == 0:
        return oo
    if top == mu or gram.off_diagonal == 0:
        return S.One
    return largest(tidy(top / mu), tidy(mu / top))


@lru_cache(maxsize=256)
def linearize(network: Network) -> Linearization:
    """The derivative of the mean-field map at the exchangeable fixed point.

    Eigenvalues are closed forms, symbolic in the batch size, for polynomials and for positively homogeneous activations
    with a known dual, and sphere means of at most two coordinates otherwise.

    Args:
        network: centred batch normalisation with n >= 3 (or symbolic), or uncentred with an odd activation and n >= 2.

    Raises:
        NetworkError: no batch normalisation, n = 2 centred, an activation constant on the sphere, or an uncentred
            network whose activation is not odd (its fixed point is no sphere mean).

    >>> linearize(Network("identity")).eigenvalue_standard
    (n - 1)/(n + 1)
    >>> linearize(Network("identity", batch_size=3)).pairs_reason
    'at n = 3 the pairs representation has dimension 0: there is no such eigenvalue'
    """
    gram = require_linearizable(network)
    sigma, n = network.activation, network.batch_size
    one, two = row_law(network, 1), row_law(network, 2)
    weights = tilt_weights(network)
    half = 1 / (2 * gram.mu)

    def mean(powers: tuple[int, ...], weight: Expr) -> Expr:
        return moment(sigma, one if len(powers) == 1 else two, powers, expand(weight))

    block = weights.standard
    diagonal = tidy(half * mean((2,), block[0, 0]))
    if not network.require_sphere().centered:
        # odd activation: sign flips of single samples make the block diagonal
        pairs = tidy(half * 2 * mean((1, 1), weights.k12_12))
        return Linearization(network, gram, diagonal, pairs, StandardBlock(diagonal, S.Zero))
    off = tidy(half * mean((1, 1), block[1, 0]))
    # dF depends on M D M only, so 2 D_v + E_v = v1^T + 1v^T is in its kernel: the block has rank one and trace lambda_L
    standard = tidy(half * (mean((2,), block[0, 0]) - 2 * mean((1, 1), block[1, 0])))
    pairs = None if n == 3 else tidy(half * mean((1, 1), weights.pairs))
    return Linearization(network, gram, standard, pairs, StandardBlock(diagonal, off))


def stability_margin(network: Network) -> Expr:
    """``1 - contraction_rate`` of the network at its exchangeable fixed point."""
    return linearize(network).stability_margin


def is_odd(network: Network) -> bool:
    """Whether the activation is odd (exact symmetry under sign flips of single samples where BN does not centre)."""
    return network.activation.parity is Parity.ODD


def at_batch_size(expression: Any, n: int) -> Expr:
    """An expression in the symbolic batch size at an integer one."""
    from theory.conventions import batch_size

    return sympify(expression).subs(batch_size, n)
