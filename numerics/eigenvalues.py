"""Eigenvalues of a symmetric matrix of closed expressions, as balls and as numbers.

>>> from sympy import Matrix, Rational
>>> [str(e)[:11] for e in enclose_eigenvalues(Matrix([[2, 1], [1, 2]]), 30)]
['[1.00000000', '[3.00000000']
"""

from __future__ import annotations

from typing import Any

import mpmath
from flint import acb_mat, arb, arb_mat
from sympy import Matrix, sympify

from numerics.enclose import Enclosure, enclose
from numerics.errors import EvaluationError
from numerics.evaluate import Evaluation, evaluate
from numerics.precision import Deadline, working_bits

METHOD = "eigenvalues of a matrix of balls"
LARGEST_SIZE = 200


def _square(matrix: Any) -> list[list[Any]]:
    rows = matrix.tolist() if hasattr(matrix, "tolist") else [list(row) for row in matrix]
    if not rows or any(len(row) != len(rows) for row in rows) or len(rows) > LARGEST_SIZE:
        raise ValueError(f"eigenvalues are those of a square matrix of at most {LARGEST_SIZE} rows, not of {matrix!r}")
    rows = [[sympify(e, strict=True) for e in row] for row in rows]
    if Matrix(rows) != Matrix(rows).T:
        raise ValueError("the matrix must be symmetric: its entries are compared as they are written")
    return rows


def enclose_eigenvalues(matrix: Any, bits: int = 64, *, seconds: float | None = None) -> tuple[Enclosure, ...]:
    """Balls around the eigenvalues of a symmetric matrix, increasing, each as often as its multiplicity.

    Args:
        matrix: sympy matrix or rows of closed expressions, means included.
        bits: accuracy wanted, relative to the largest eigenvalue.
        seconds: time limit of all entries together.

    Returns:
        One `Enclosure` for each; all undecided with the same advice where an entry has no ball or the eigenvalues do not separate.

    Raises:
        ValueError: not a square symmetric matrix, or `bits` out of range.
    """
    rows = _square(matrix)
    n = len(rows)
    balls: list[list[arb]] = [[arb(0)] * n for _ in range(n)]
    with Deadline.after(seconds).running():
        for i in range(n):
            for j in range(i, n):
                entry = enclose(rows[i][j], bits + 20)
                if entry.ball is None:
                    return (Enclosure(None, bits, METHOD, f"entry ({i + 1}, {j + 1}): {entry.advice}"),) * n
                balls[i][j] = balls[j][i] = entry.ball
    with working_bits(2 * bits + 64):
        try:
            values = acb_mat(arb_mat(balls)).eig(multiple=True)
        except ValueError:
            return (Enclosure(None, bits, METHOD, "the eigenvalues are not isolated: ask for more bits"),) * n
        reals = sorted((v.real for v in values), key=lambda v: float(v.mid()))
    if not all(v.is_finite() for v in reals):
        return (Enclosure(None, bits, METHOD, "the eigenvalues are not isolated: ask for more bits"),) * n
    return tuple(Enclosure(v, bits, METHOD) for v in reals)


def evaluate_eigenvalues(matrix: Any, digits: int = 30, *, seconds: float | None = None) -> tuple[Evaluation, ...]:
    """The eigenvalues of a symmetric matrix as mpmath numbers, increasing; errors absolute, relative to the largest.

    Raises:
        EvaluationError: an entry has no value to that many digits.
        ValueError: not a square symmetric matrix.

    >>> from sympy import Matrix
    >>> print(evaluate_eigenvalues(Matrix([[0, 1], [1, 0]]), 10)[0])
    -1.000000000
    """
    rows = _square(matrix)
    n = len(rows)
    with Deadline.after(seconds).running():
        found = [[evaluate(e, digits + 10) for e in row] for row in rows]
    with mpmath.workdps(digits + 20):
        values = mpmath.eigsy(mpmath.matrix([[e.value for e in row] for row in found]), eigvals_only=True)
        # Weyl: every eigenvalue moves by at most the norm of the change
        size = max((abs(v) for v in values), default=mpmath.mpf(0))
        error = n * max(e.error for row in found for e in row) + size * mpmath.mpf(10) ** (-digits - 10)
        if not error < mpmath.mpf(10) ** -digits * max(size, 1):
            raise EvaluationError(f"the eigenvalues are known to {mpmath.nstr(error, 3)} only: ask for fewer digits")
        return tuple(Evaluation(+v, error, "symmetric eigenvalue iteration", digits) for v in sorted(values))
