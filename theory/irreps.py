r"""Permutation-equivariant operators on symmetric n x n matrices, reduced to their irreducible blocks for symbolic n.

The symmetric matrices are two copies of the trivial representation (spanned by the identity I and by the off-diagonal
ones matrix), two of the standard one (for each v with sum zero: ``D_v = diag v`` and ``E_v``, off-diagonal entries
v_i + v_j), and one of the pairs representation (zero diagonal, zero row sums).  An equivariant operator is given by
nine numbers, one per orbit of index pairs; `EquivariantOperator` turns them into the 2 x 2, 2 x 2 and 1 x 1 blocks.
Derivation: docs/derivations/linearization.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sympy import Expr, ImmutableDenseMatrix, S, sympify

ORBITS = ("11_11", "11_12", "11_22", "11_23", "12_11", "12_33", "12_12", "12_13", "12_34")


@dataclass(frozen=True)
class EquivariantOperator:
    """``(K D)_ij = sum_kl K(ij; kl) D_kl`` over ordered pairs, K invariant under permutations and under i<->j, k<->l.

    Args:
        k11_11 ... k12_34: value of K on each orbit; different digits are different places of the batch.
        batch_size: n, an integer of at least 2 or an expression.  Orbits that need more places than n are ignored.
    """

    k11_11: Expr
    k11_12: Expr
    k11_22: Expr
    k11_23: Expr
    k12_11: Expr
    k12_33: Expr
    k12_12: Expr
    k12_13: Expr
    k12_34: Expr
    batch_size: Expr

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, sympify(getattr(self, field.name)))

    @property
    def trivial(self) -> ImmutableDenseMatrix:
        """Block on span(I, 11^T - I); columns are images."""
        n = self.batch_size
        return ImmutableDenseMatrix([
            [self.k11_11 + (n - 1) * self.k11_22, 2 * (n - 1) * self.k11_12 + (n - 1) * (n - 2) * self.k11_23],
            [2 * self.k12_11 + (n - 2) * self.k12_33,
             2 * self.k12_12 + 4 * (n - 2) * self.k12_13 + (n - 2) * (n - 3) * self.k12_34],
        ])  # fmt: skip

    @property
    def standard(self) -> ImmutableDenseMatrix:
        """Block on span(D_v, E_v), the same for every v of sum zero; columns are images."""
        n = self.batch_size
        return ImmutableDenseMatrix([
            [self.k11_11 - self.k11_22, 2 * (n - 2) * (self.k11_12 - self.k11_23)],
            [self.k12_11 - self.k12_33, 2 * self.k12_12 + 2 * (n - 4) * self.k12_13 - 2 * (n - 3) * self.k12_34],
        ])  # fmt: skip

    @property
    def pairs(self) -> Expr:
        """The eigenvalue on the pairs representation (dimension n(n-3)/2; empty at n = 3)."""
        return 2 * (self.k12_12 - 2 * self.k12_13 + self.k12_34)

    @property
    def trace(self) -> Expr:
        """Trace over all symmetric matrices."""
        n = self.batch_size
        if n == 2:  # E_v vanishes
            return self.trivial.trace() + self.standard[0, 0]
        pairs = S.Zero if n == 3 else n * (n - 3) / 2 * self.pairs
        return self.trivial.trace() + (n - 1) * self.standard.trace() + pairs


def standard_norms(batch_size: Any) -> tuple[Expr, Expr]:
    """Squared Frobenius norms of D_v and E_v for |v| = 1."""
    return S.One, 2 * (sympify(batch_size) - 2)


def centered_standard(batch_size: Any) -> ImmutableDenseMatrix:
    """Coordinates of ``M diag(v) M`` in (D_v, E_v); its squared Frobenius norm is (n-2)/n |v|^2."""
    n = sympify(batch_size)
    return ImmutableDenseMatrix([1 - 2 / n, -1 / n])
