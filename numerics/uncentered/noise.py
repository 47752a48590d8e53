r"""Fluctuations and gradients of uncentred networks whose activation is not odd, at their exchangeable fixed point.

V = J V J^T + C on the irreps of the permutations: a 2 x 2 Lyapunov equation on the trivial and on the standard representation,
a number on the pairs.  J and C are means over up to four distinct places of a row (`row_integrals`); the backward map
is a 2 x 2 matrix on span(I, 11^T).  Derivation: docs/derivations/linearization.md, section "Uncentred, sigma not odd".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sympy import sympify

from numerics.digit_means.row_integrals import row_means
from numerics.lowering import lower_activation
from numerics.simulation.differentiate import derivative
from theory.irreps import ORBITS, EquivariantOperator
from theory.network import Network

ROUNDING = 1e-13


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


def tilted_blocks(network: Network, c: float, b: float) -> tuple[Blocks, Blocks]:
    """J = dF(G_*) on the irreps by (U2), in orthonormal bases: a finer and a coarser run."""
    n, sigma = int(network.batch_size), lower_activation(network.activation)
    # z_1 as often as its power says, and S - the own places as a power of the sum over the others
    single = [((3,), 0), ((5,), 0), ((4,), 1), ((3,), 2)]
    double = [((0, 0), 0), ((2, 0), 0), ((1, 1), 0), ((1, 0), 1), ((0, 0), 2)]

    def functions(x: np.ndarray) -> np.ndarray:
        f = np.asarray(sigma(x))
        return np.stack([f, f * x, f * x**2, f**2, f**2 * x, f**2 * x**2])

    kinks = kink_floats(network)
    weighted = row_means(n, c, functions, kinks, [*single, *double], power=1)
    plain = row_means(n, c, functions, kinks, [((3,), 0), ((0, 0), 0)])
    runs = zip((weighted.fine, weighted.coarse), (plain.fine, plain.coarse))
    fine, coarse = (_derivative_blocks(n, c, b, w, float(p[0]), float(p[1])) for w, p in runs)
    return fine, coarse


def _derivative_blocks(n: int, c: float, b: float, weighted: np.ndarray, square: float, product: float) -> Blocks:
    """The nine orbits of (U2), other places summed out: sum y = S/lambda_2 and |y|^2 are functions of S = n t alone."""
    low, high = 1 - c, 1 + (n - 1) * c
    own, shared = 1 / low, (1 / high - 1 / low) / n  # y_k = own z_k + shared S

    def quadratics(square: float, cross: float, sums: float, plain: float) -> tuple[float, float, float, float]:
        """Of E F z_1^2, E F z_1 S, E F S^2 and E F: the means with y_1^2, y_1 sum y, (sum y)^2, |y|^2."""
        return (
            own**2 * square + 2 * own * shared * cross + shared**2 * sums,
            (own * cross + shared * sums) / high,
            sums / high**2,
            (n * plain - sums / n) * own**2 + sums / (n * high**2),
        )

    f2, f2zz, f2z_o, f2_oo = weighted[:4]
    ff, fzz_f, fz_fz, fz_f_o, ff_oo = weighted[4:]
    own_square, own_sum, sum_sum, squares = quadratics(f2zz, f2zz + f2z_o, f2zz + 2 * f2z_o + f2_oo, f2)
    one_others = own_sum - own_square
    pair_cross = fzz_f + fz_fz + fz_f_o
    pair_sums = 2 * fzz_f + 2 * fz_fz + 4 * fz_f_o + ff_oo
    first, first_sum, all_sums, all_squares = quadratics(fzz_f, pair_cross, pair_sums, ff)
    both = own**2 * fz_fz + 2 * own * shared * pair_cross + shared**2 * pair_sums
    two_others = first_sum - first - both
    rest_sum = all_sums - 4 * first_sum + 2 * first + 2 * both  # (sum y - y_1 - y_2)^2
    rest_squares = all_squares - 2 * first
    second, third = max(n - 2, 1), max(n - 3, 1)
    diagonal, off = own + shared, shared  # entries of the inverse of (1-c) I + c 11^T
    orbits = (
        own_square - square * diagonal,
        one_others / (n - 1) - square * off,
        (squares - own_square) / (n - 1) - square * diagonal,
        (sum_sum - 2 * own_sum + 2 * own_square - squares) / ((n - 1) * second) - square * off,
        first - product * diagonal,
        rest_squares / second - product * diagonal,
        both - product * off,
        two_others / second - product * off,
        (rest_sum - rest_squares) / (second * third) - product * off,
    )
    return _blocks([float(k) / (2 * b) for k in orbits], n)


def _blocks(orbits: Sequence[float], n: int) -> Blocks:
    """An operator given by its nine orbits, in orthonormal bases of its irreps."""
    values = {f"k{orbit}": sympify(value) for orbit, value in zip(ORBITS, orbits, strict=True)}
    operator = EquivariantOperator(**values, batch_size=sympify(n))
    trivial = np.array(operator.trivial.tolist(), dtype=float)
    standard = np.array(operator.standard.tolist(), dtype=float)
    if n == 2:
        standard = standard[:1, :1]
    norms = (1.0,) if n == 2 else (1.0, 2.0 * (n - 2))
    return Blocks(
        _orthonormal(trivial, (n, n * (n - 1))), _orthonormal(standard, norms), float(operator.pairs) if n > 3 else 0.0
    )


def _covariance(moments: np.ndarray, n: int) -> Blocks:
    """C from E s^2, s s, s^4, s^3 s, s^2 s^2, s^2 s s, s s s s over distinct places."""
    b, off, four, three_one, two_two, two_one_one, ones = (float(m) for m in moments)
    return _blocks(
        (
            four - b**2, three_one - b * off, two_two - b**2, two_one_one - b * off, three_one - b * off,
            two_one_one - b * off, two_two - off**2, two_one_one - off**2, ones - off**2,
        ),
        n,
    )  # fmt: skip


def _lyapunov_trace(step: np.ndarray, noise: np.ndarray) -> float:
    """tr V of V = J V J^T + C."""
    k = len(step)
    return float(np.trace(np.linalg.solve(np.eye(k * k) - np.kron(step, step), noise.ravel()).reshape(k, k)))


def kink_floats(network: Network) -> list[float]:
    return [float(kink) for kink in network.activation.kinks]


def fluctuation_constant(network: Network, c: float, steps: tuple[Blocks, Blocks]) -> tuple[float, float]:
    """tr V and an estimate of its error, for the linearisation at the correlation c by a finer and a coarser run."""
    n, sigma = int(network.batch_size), lower_activation(network.activation)

    def functions(x: np.ndarray) -> np.ndarray:
        f = np.asarray(sigma(x))
        return np.stack([f, f**2, f**3, f**4])

    products = [((1,), 0), ((0, 0), 0), ((3,), 0), ((2, 0), 0), ((1, 1), 0)]
    products += [((1, 0, 0), 0)] if n > 2 else []
    products += [((0, 0, 0, 0), 0)] if n > 3 else []
    found = row_means(n, c, functions, kink_floats(network), products)
    _, standard_count, pairs_count = steps[0].multiplicities(n)

    def constant(moments: np.ndarray, step: Blocks) -> float:
        noise = _covariance(np.pad(moments, (0, 7 - len(moments))), n)
        total = _lyapunov_trace(step.trivial, noise.trivial)
        total += standard_count * _lyapunov_trace(step.standard, noise.standard)
        return total + pairs_count * noise.pairs / (1 - step.pairs**2)

    value, other = (constant(m, step) for m, step in zip((found.fine, found.coarse), steps))
    # the trace is a difference of sums over all entries of n x n matrices
    return value, 2 * abs(value - other) + ROUNDING * (abs(value) + (n * found.fine[0]) ** 2)


def gradient_growth(network: Network, c: float, b: float) -> tuple[float, float]:
    """Largest eigenvalue of E J^T (.) J on span(I, 11^T), J the Jacobian of a row, and an estimate of its error; n >= 3.

    A small gradient covariance grows by that factor a layer, whatever its mixture of the two.
    """
    n, slope = int(network.batch_size), derivative(lower_activation(network.activation))

    def functions(x: np.ndarray) -> np.ndarray:
        f = np.asarray(slope(x))
        return np.stack([*(f * x**k for k in range(4)), *(f**2 * x**k for k in range(5))])

    single = [((4,), 0), ((6,), 0), ((5,), 1), ((8,), 0), ((7,), 1), ((6,), 2)]
    double = [((0, 0), 0), ((1, 1), 0), ((2, 0), 0), ((1, 0), 1), ((3, 1), 0), ((2, 2), 0), ((2, 1), 1), ((1, 1), 2)]
    found = row_means(n, c, functions, kink_floats(network), [*single, *double], power=-1)
    values = [_growth(n, b, row) for row in (found.fine, found.coarse)]
    return values[0], 2 * abs(values[0] - values[1]) + ROUNDING * values[0] * n


def _growth(n: int, b: float, row: np.ndarray) -> float:
    f2, f2zz, f2z_o, f2zzzz, f2zzz_o, f2zz_oo = row[:6]
    ff, fz_fz, fzz_f, fz_f_o, fzzz_fz, fzz_fzz, fzz_fz_o, fz_fz_oo = row[6:]
    # E[n/|x|^2 | z] = n Q/(b (n-2)), and 1 - t z_i is what the Jacobian leaves of the vector 1
    scale = n / (b * (n - 2))
    own = n * (f2 - 2 * (f2zz + f2z_o) / n + (f2zzzz + 2 * f2zzz_o + f2zz_oo) / n**2)
    crossed = 2 * (fzz_f + fz_fz + fz_f_o) / n
    squared = (2 * fzzz_fz + 2 * fzz_fzz + 4 * fzz_fz_o + fz_fz_oo) / n**2
    images = (
        (n * (f2 - f2zz / n), own),
        (n * f2 - f2zz - (n - 1) * fz_fz, own + n * (n - 1) * (ff - crossed + squared)),
    )
    columns = []
    for trace, total in images:
        off = (total - trace) / (n * (n - 1))
        columns.append((trace / n - off, off))  # coordinates in (I, 11^T)
    return float(scale * np.abs(np.linalg.eigvals(np.array(columns).T)).max())
