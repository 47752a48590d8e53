"""Batch normalisation without centring and an activation that is not odd: the exchangeable fixed point and its derivative.

Samples stay correlated there, rows are not uniform on a sphere, and no formula of `theory.linearization` applies.  The float64
map F of an arbitrary Gram matrix gives c as the root of c' = c, and the derivative by central differences of F on the irreps of
the permutations.  Errors are estimates (differences of two extrapolations), no bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from numerics.maps.mean_field import mean_field_step
from theory.mean_field import has_correlated_rows
from theory.network import Network, NetworkError

METHOD = "float64 map and central differences; the error is estimated from two extrapolations"


@dataclass(frozen=True)
class Estimate:
    """A float and an estimate of its error."""

    value: float
    error: float
    method: str = METHOD


def _exchangeable(n: int, c: float) -> np.ndarray:
    return (1 - c) * np.eye(n) + c * np.ones((n, n))


def _ratio(network: Network, n: int, c: float) -> tuple[float, float]:
    image = np.asarray(mean_field_step(network, _exchangeable(n, c)))
    return float(image[0, 1] / image[0, 0]), float(image[0, 0])


def fixed_correlation(network: Network) -> tuple[float, float]:
    """(c, b) of the exchangeable fixed point with 0 <= |c| < 1: the root of c' = c that the orbit from c = 0 comes to.

    Raises:
        NetworkError: not a network of this kind, a symbolic batch size, or samples that become parallel (c -> 1).
    """
    if not has_correlated_rows(network):
        raise NetworkError("this fixed point is for uncentred batch normalisation and an activation that is not odd")
    if not network.batch_size.is_Integer:
        raise NetworkError(f"the root needs an integer batch size, not {network.batch_size}")
    n = int(network.batch_size)
    c = 0.0
    for _ in range(60):
        c = _ratio(network, n, c)[0]
        if c > 1 - 1e-6:
            raise NetworkError(f"samples become parallel (c -> 1) without centring and with {network.activation.name}")
    # secant steps from the orbit's end
    before, after = c, _ratio(network, n, c)[0]
    for _ in range(8):
        residual, next_residual = _ratio(network, n, before)[0] - before, _ratio(network, n, after)[0] - after
        if abs(next_residual) < 1e-15 or residual == next_residual:
            break
        before, after = after, after - next_residual * (after - before) / (next_residual - residual)
    return after, _ratio(network, n, after)[1]


def _slope(function: Callable[[float], np.ndarray], step: float) -> tuple[np.ndarray, np.ndarray]:
    """Derivative at 0 by central differences extrapolated from steps 1, 2, 4, 8, and its distance from that of 1, 2, 4."""
    rows = [(function(k * step) - function(-k * step)) / (2 * k * step) for k in (1, 2, 4, 8)]
    kept = rows[0]
    for order in (4, 16, 64):
        kept, rows = rows[0], [(order * a - b) / (order - 1) for a, b in pairwise(rows)]
    return rows[0], np.abs(rows[0] - kept)


def uncentered_analysis(network: Network) -> Mapping[str, Estimate | tuple[None, str]]:
    """The keys of an analysis that this module can give; the others map to (None, reason).

    ``eigenvalue_standard`` is the one of larger modulus of the two on the standard representation; the contraction rate takes
    the permutation-invariant direction (the derivative of c' in c) into account.
    """
    c, b = fixed_correlation(network)
    n = int(network.batch_size)
    centre = _exchangeable(n, c)
    mu, top = b * (1 - c), b * (1 + (n - 1) * c)
    step = 0.01 * min(1 - c, 1 + (n - 1) * c)

    def image(direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # F is scale-invariant: differentiate at G_*/b and divide by b
        slope, error = _slope(lambda h: np.asarray(mean_field_step(network, centre + h * direction)), step)
        return slope / b, error / b

    trivial, trivial_error = _slope(lambda h: np.array([_ratio(network, n, c + h)[0]]), step)
    v = np.zeros(n)
    v[0], v[1] = 1, -1
    first, first_error = image(np.diag(v))
    noise = float(max(first_error.max(), trivial_error.max(), 1e-13))
    if n == 2:
        standard = float(first[0, 0])
    else:
        spread = np.add.outer(v, v) * (1 - np.eye(n))
        second, second_error = image(spread)
        noise = max(noise, float(second_error.max()))
        block = np.array([[first[0, 0], second[0, 0]], [first[0, 2], second[0, 2]]])
        values = np.linalg.eigvals(block)
        standard = float(values[np.argmax(np.abs(values))].real)
    rates = [abs(standard), abs(float(trivial[0]))]
    pairs: Estimate | tuple[None, str] = (None, f"at n = {n} the pairs representation has dimension 0")
    if n > 3:
        direction = np.zeros((n, n))
        for i, j, sign in ((0, 2, 1), (1, 3, 1), (0, 3, -1), (1, 2, -1)):
            direction[i, j] = direction[j, i] = sign
        moved, moved_error = image(direction)
        noise = max(noise, float(moved_error.max()))
        pairs = Estimate(float(moved[0, 2]), noise)
        rates.append(abs(pairs.value))
    why = "rows at the fixed point of an uncentred network with this activation are not uniform: not implemented"
    return {
        "b": Estimate(b, 1e-12),
        "c": Estimate(c, 1e-12),
        "mu": Estimate(mu, 1e-12),
        "eigenvalue_standard": Estimate(standard, 10 * noise),
        "eigenvalue_pairs": pairs,
        "contraction_rate": Estimate(max(rates), 10 * noise),
        "stable": Estimate(1 - max(rates), 10 * noise),
        "gradient_growth": (None, why),
        "fluctuation_constant": (None, why),
        "condition_number": Estimate(max(top / mu, mu / top), 1e-11 * max(top / mu, mu / top)),
    }
