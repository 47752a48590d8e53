r"""Fluctuations and gradients of uncentred networks whose activation is not odd, at their exchangeable fixed point.

V = J V J^T + C on the irreps of the permutations: a 2 x 2 Lyapunov equation on the trivial and on the standard representation,
a number on the pairs.  C is a handful of moments of up to four coordinates, here means of power sums of a row; the backward map
is a 2 x 2 matrix on span(I, 11^T).  Derivation: docs/derivations/linearization.md, section "Uncentred, sigma not odd".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.lowering import lower_activation
from numerics.row_averages import SHIFTS, row_averages
from numerics.simulation.differentiate import derivative
from theory.network import Network

ERRORS = 6
"""Standard errors of the shifts that are stated as the error."""


@dataclass(frozen=True)
class Blocks:
    """An equivariant operator in orthonormal bases of its irreps; standard is 1 x 1 at n = 2, pairs 0 below n = 4."""

    trivial: np.ndarray
    standard: np.ndarray
    pairs: float

    def multiplicities(self, n: int) -> tuple[int, int, int]:
        return 1, n - 1, n * (n - 3) // 2 if n > 3 else 0


def _orthonormal(block: np.ndarray, norms: tuple[float, ...]) -> np.ndarray:
    root = np.sqrt(np.array(norms))
    return root[:, None] * block / root[None, :]


def noise_blocks(moments: np.ndarray, n: int, b: float, off: float) -> Blocks:
    """C from E s^4, s^3 s, s^2 s^2, s^2 s s, s s s s over distinct places, and the entries of G_*."""
    from theory.irreps import EquivariantOperator

    four, three_one, two_two, two_one_one, ones = (float(m) for m in moments)
    operator = EquivariantOperator(
        four - b**2, three_one - b * off, two_two - b**2, two_one_one - b * off, three_one - b * off,
        two_one_one - b * off, two_two - off**2, two_one_one - off**2, ones - off**2, n,
    )  # fmt: skip
    trivial = np.array(operator.trivial.tolist(), dtype=float)
    standard = np.array(operator.standard.tolist(), dtype=float)
    if n == 2:
        standard = standard[:1, :1]
    norms = (1.0,) if n == 2 else (1.0, 2.0 * (n - 2))
    return Blocks(
        _orthonormal(trivial, (n, n * (n - 1))), _orthonormal(standard, norms), float(operator.pairs) if n > 3 else 0.0
    )


def _lyapunov_trace(step: np.ndarray, noise: np.ndarray) -> float:
    """tr V of V = J V J^T + C."""
    k = len(step)
    return float(np.trace(np.linalg.solve(np.eye(k * k) - np.kron(step, step), noise.ravel()).reshape(k, k)))


def _distinct_products(s: np.ndarray) -> np.ndarray:
    """Row by row the averages of s_i^4, s_i^3 s_j, s_i^2 s_j^2, s_i^2 s_j s_k, s_i s_j s_k s_l over distinct places."""
    n = s.shape[1]
    p1, p2, p3, p4 = (np.sum(s**k, axis=1) for k in (1, 2, 3, 4))
    columns = [p4 / n, (p3 * p1 - p4) / (n * (n - 1)), (p2**2 - p4) / (n * (n - 1))]
    triples, fours = max(n * (n - 1) * (n - 2), 1), max(n * (n - 1) * (n - 2) * (n - 3), 1)
    columns.append((p2 * p1**2 - p2**2 - 2 * p3 * p1 + 2 * p4) / triples)
    columns.append((p1**4 - 6 * p1**2 * p2 + 8 * p1 * p3 + 3 * p2**2 - 6 * p4) / fours)
    columns[3] = columns[3] if n > 2 else np.zeros_like(p1)
    columns[4] = columns[4] if n > 3 else np.zeros_like(p1)
    return np.stack(columns, axis=1)


def _stated(values: np.ndarray) -> tuple[float, float]:
    """Mean over the shifts, and `ERRORS` standard errors of it."""
    return float(values.mean()), float(ERRORS * values.std(ddof=1) / np.sqrt(SHIFTS))


def fluctuation_constant(network: Network, c: float, b: float, step: Blocks) -> tuple[float, float]:
    """tr V and its error, for the linearisation `step` at G_* = b((1-c) I + c 11^T)."""
    n, sigma = int(network.batch_size), lower_activation(network.activation)
    averages = row_averages(n, c, lambda z: _distinct_products(np.asarray(sigma(z))))
    _, standard_count, pairs_count = step.multiplicities(n)

    def constant(moments: np.ndarray) -> float:
        noise = noise_blocks(moments, n, b, b * c)
        total = _lyapunov_trace(step.trivial, noise.trivial)
        total += standard_count * _lyapunov_trace(step.standard, noise.standard)
        return total + pairs_count * noise.pairs / (1 - step.pairs**2)

    return _stated(np.array([constant(moments) for moments in averages]))


def gradient_growth(network: Network, c: float, b: float) -> tuple[float, float]:
    """Largest eigenvalue of E J^T (.) J on span(I, 11^T), J the Jacobian of a row, and its error; n >= 3.

    A small gradient covariance grows by that factor a layer, whatever its mixture of the two.
    """
    n, slope = int(network.batch_size), derivative(lower_activation(network.activation))
    low, high = 1 - c, 1 + (n - 1) * c

    def body(z: np.ndarray) -> np.ndarray:
        t = z.mean(axis=1)
        # E[n/|x|^2 | z], |x|^2 = b chi^2_n/q
        q = (1 - t**2) / low + t**2 / high
        scale = n * q / (b * (n - 2))
        f = np.asarray(slope(z))
        left = 1 - t[:, None] * z
        values = (
            np.sum(f**2 * (1 - z**2 / n), axis=1),
            np.sum(f**2 * left**2, axis=1),
            np.sum(f**2, axis=1) - np.sum(z * f, axis=1) ** 2 / n,
            np.sum(f * left, axis=1) ** 2,
        )
        return scale[:, None] * np.stack(values, axis=1)

    def growth(row: Any) -> float:
        columns = []
        for trace, total in ((row[0], row[1]), (row[2], row[3])):
            off = (total - trace) / (n * (n - 1))
            columns.append((trace / n - off, off))  # coordinates in (I, 11^T)
        return float(np.abs(np.linalg.eigvals(np.array(columns).T)).max())

    return _stated(np.array([growth(row) for row in row_averages(n, c, body)]))
