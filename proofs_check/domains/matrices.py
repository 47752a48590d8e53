"""Quantification over correlation matrices: a matrix of symbols, the domains of its entries, and hypotheses that make it one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from sympy import ImmutableDenseMatrix, S, Symbol

from proofs_check.claim import Hypothesis
from proofs_check.domains.domain import DomainError, Interval, Variable
from proofs_check.statement import at_least


@dataclass(frozen=True)
class CorrelationMatrices:
    """All correlation matrices of a size: unit diagonal, entries in [-1, 1], positive semi-definite.

    A symmetric matrix is positive semi-definite exactly if no principal minor is negative; those of size 1 and 2 say that the entries
    lie in [-1, 1], the larger ones are hypotheses.

    Args:
        size: 2 to 4.
        name: of the entries: ``c`` gives c_12, c_13, c_23.

    Raises:
        DomainError: another size.

    >>> pairs = CorrelationMatrices(3)
    >>> print(pairs.hypotheses[0].statement)
    -c_12**2 + 2*c_12*c_13*c_23 - c_13**2 - c_23**2 + 1 >= 0
    """

    size: int
    name: str = "c"

    def __post_init__(self) -> None:
        if self.size not in (2, 3, 4):
            raise DomainError(f"correlation matrices of 2, 3 or 4 samples can be quantified over, not of {self.size}")

    @property
    def matrix(self) -> ImmutableDenseMatrix:
        """The matrix of symbols."""

        def entry(i: int, j: int) -> object:
            return S.One if i == j else Symbol(f"{self.name}_{min(i, j) + 1}{max(i, j) + 1}", real=True)

        return ImmutableDenseMatrix(self.size, self.size, entry)

    @property
    def domain(self) -> tuple[Variable, ...]:
        """The entries above the diagonal, each in [-1, 1]."""
        matrix = self.matrix
        return tuple(Variable(matrix[i, j], Interval(-1, 1)) for i, j in itertools.combinations(range(self.size), 2))

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The principal minors of size 3 and more are not negative."""
        matrix, found = self.matrix, []
        for count in range(3, self.size + 1):
            for rows in itertools.combinations(range(self.size), count):
                minor = at_least(matrix.extract(list(rows), list(rows)).det().expand(), S.Zero)
                found.append(Hypothesis(str(minor), statement=minor))
        return tuple(found)
