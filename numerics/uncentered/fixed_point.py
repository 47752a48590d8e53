"""Batch normalisation without centring and an activation that is not odd: the exchangeable fixed point and its derivative.

Samples stay correlated there, rows are not uniform on a sphere, and no formula of `theory.linearization` applies.  The orbit of the
float64 map F from independent samples leads to c, a Newton step for c' = c by `row_integrals` to the last digits; the derivative on
the irreps of the permutations is 2 x 2 on the trivial one (eigenvalues 0, since F does not see scale, and dc'/dc) and on the standard
one (no direction is lost to centring), a number on the pairs.  Errors are estimates, no bounds.
Derivation: docs/derivations/linearization.md, section "Uncentred, sigma not odd".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from numerics.digit_means.row_integrals import row_means
from numerics.lowering import lower_activation
from numerics.maps.mean_field import mean_field_step
from numerics.uncentered.noise import (
    ROUNDING,
    Blocks,
    fluctuation_constant,
    gradient_growth,
    kink_floats,
    tilted_blocks,
)
from theory.analysis import KEYS
from theory.gradients import has_square_integrable_slope, is_discontinuous
from theory.mean_field import has_correlated_rows
from theory.network import Network, NetworkError

METHOD = "Laplace integrals of a row in float64; the error is estimated from a coarser run"
SLOPE_STEP = 1e-3


@dataclass(frozen=True)
class Estimate:
    """A float and an estimate of its error."""

    value: float
    error: float
    method: str = METHOD


@dataclass(frozen=True)
class UncenteredPoint:
    """c and b of G_* = b((1-c) I + c 11^T), and estimates of their errors."""

    correlation: float
    diagonal: float
    correlation_error: float
    diagonal_error: float


def _exchangeable(n: int, c: float) -> np.ndarray:
    return (1 - c) * np.eye(n) + c * np.ones((n, n))


def _ratio(network: Network, n: int, c: float) -> tuple[float, float]:
    image = np.asarray(mean_field_step(network, _exchangeable(n, c)))
    return float(image[0, 1] / image[0, 0]), float(image[0, 0])


def fixed_correlation(network: Network) -> tuple[float, float]:
    """(c, b) of the exchangeable fixed point with 0 <= |c| < 1: the root of c' = c that the orbit from c = 0 comes to.

    About ten digits; `uncentered_fixed_point` has the others.

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


def fixed_correlations(network: Network, points: int = 40) -> tuple[float, ...]:
    """Every c between -1/(n-1) and 1 where c' - c changes sign on a grid: one of them as a rule, in float64, no proof.

    c = 1 (parallel samples) is a fixed point of every such network and is left out.
    """
    n = int(network.batch_size)
    low = -1 / (n - 1)
    grid = low + (1 - low) * (1 - np.cos(np.linspace(0.02, 0.98, points) * np.pi)) / 2
    gaps = [_ratio(network, n, c)[0] - c for c in grid]
    roots = []
    for left, right, before, after in zip(grid, grid[1:], gaps, gaps[1:]):
        if before == 0 or before * after < 0:
            for _ in range(50):
                middle = (left + right) / 2
                gap = _ratio(network, n, middle)[0] - middle
                left, right = (middle, right) if gap * before > 0 else (left, middle)
            roots.append(float(left))
    return tuple(roots)


def uncentered_fixed_point(network: Network) -> UncenteredPoint:
    """The fixed point of `fixed_correlation` to about 14 digits.

    Raises:
        NetworkError: as `fixed_correlation`.
        ValueError: c = -1/(n-1) (a singular G_*), or an activation that is not finite on twice the support of a row.
    """
    n, sigma = int(network.batch_size), lower_activation(network.activation)
    c, _ = fixed_correlation(network)

    def functions(x: np.ndarray) -> np.ndarray:
        f = np.asarray(sigma(x))
        return np.stack([f, f**2])

    room = min(1 - c, 1 / (n - 1) + c)
    if room < 1e-9:
        raise ValueError("G_* is singular along the constant vector (c = -1/(n-1)): F need not be differentiable there")
    step = SLOPE_STEP * room
    slope = (_ratio(network, n, c + step)[0] - _ratio(network, n, c - step)[0]) / (2 * step)
    rise = (_ratio(network, n, c + step)[1] - _ratio(network, n, c - step)[1]) / (2 * step)
    error = np.zeros(2)
    for _ in range(2):
        found = row_means(n, c, functions, kink_floats(network), [((1,), 0), ((0, 0), 0)])
        (b, off), error = found.fine, found.error
        change = (off / b - c) / (1 - slope)
        c += float(change)
        if abs(change) < 1e-11:
            break
    c_error = float((error[1] + abs(c) * error[0]) / b / abs(1 - slope) + 1e-4 * abs(change)) + 1e-15
    return UncenteredPoint(c, float(b + rise * change), c_error, float(error[0] + abs(rise) * c_error))


def uncentered_analysis(network: Network) -> Mapping[str, Estimate | tuple[None, str]]:
    """The keys of an analysis that this module can give; the others map to (None, reason).

    ``eigenvalue_standard`` is the one of larger modulus of the two on the standard representation (n - 1 times each), None where
    they are complex; the contraction rate takes the permutation-invariant direction (the derivative of c' in c, once) into account.
    """
    n = int(network.batch_size)
    c, b = fixed_correlation(network)
    if 1 + (n - 1) * c < 1e-9 * (1 - c):
        why = "G_* is singular along the constant vector (c = -1/(n-1)): F need not be differentiable there"
        known: dict[str, Estimate | tuple[None, str]] = {
            key: Estimate(v, 1e-9) for key, v in (("b", b), ("c", c), ("mu", b * (1 - c)))
        }
        known["condition_number"] = Estimate(float("inf"), 0.0)
        return {key: known.get(key, (None, why)) for key in KEYS}
    point = uncentered_fixed_point(network)
    c, b = point.correlation, point.diagonal
    mu, top = b * (1 - c), b * (1 + (n - 1) * c)
    steps = tilted_blocks(network, c, b)
    blocks, error = _compared(steps, n)
    leading, rate = _standard(blocks), _rate(blocks)
    # two eigenvalues that nearly coincide move by more than the entries do
    error = max(error, 2 * abs(rate - _rate(steps[1])), 2 * abs(leading - _standard(steps[1])))
    standard: Estimate | tuple[None, str] = Estimate(leading.real, error)
    if abs(leading.imag) > error:
        why = "the two eigenvalues on the standard representation are complex:"
        standard = (None, f"{why} {leading.real:.10g} +- {abs(leading.imag):.10g} i")
    pairs: Estimate | tuple[None, str] = (None, f"at n = {n} the pairs representation has dimension 0")
    if n > 3:
        pairs = Estimate(blocks.pairs, error)
    fluctuations: Estimate | tuple[None, str] = (
        None,
        "the fixed point is unstable: fluctuations about it do not settle",
    )
    if rate < 1 - error:
        fluctuations = Estimate(*fluctuation_constant(network, c, steps))
    elif rate <= 1 + error:
        fluctuations = (None, "the fixed point may be unstable")
    condition = max(top / mu, mu / top)
    return {
        "b": Estimate(b, point.diagonal_error),
        "c": Estimate(c, point.correlation_error),
        "mu": Estimate(mu, point.diagonal_error + b * point.correlation_error),
        "eigenvalue_standard": standard,
        "eigenvalue_pairs": pairs,
        "contraction_rate": Estimate(rate, error),
        "stable": Estimate(1 - rate, error),
        "gradient_growth": _gradient(network, c, b),
        "fluctuation_constant": fluctuations,
        # d/dc of (1 + (n-1) c)/(1-c) is n/(1-c)^2, of its inverse n/(1 + (n-1) c)^2
        "condition_number": Estimate(
            condition, point.correlation_error * n / min(1 - c, 1 + (n - 1) * c) ** 2 + 1e-15 * condition
        ),
    }


def _standard(blocks: Blocks) -> complex:
    """The eigenvalue of larger modulus on the standard representation; of a complex pair the one in the upper half-plane."""
    spectrum = np.linalg.eigvals(blocks.standard)
    leading = complex(spectrum[np.argmax(np.abs(spectrum))])
    return complex(leading.real, abs(leading.imag))


def _rate(blocks: Blocks) -> float:
    spectra = (np.linalg.eigvals(blocks.trivial), np.linalg.eigvals(blocks.standard), np.array([blocks.pairs]))
    return float(max(np.abs(spectrum).max() for spectrum in spectra))


def _compared(steps: tuple[Blocks, Blocks], n: int) -> tuple[Blocks, float]:
    """The finer run, and an estimate of the error of its eigenvalues."""
    fine, coarse = steps
    gaps = [
        np.abs(fine.trivial - coarse.trivial).max(),
        np.abs(fine.standard - coarse.standard).max(),
        abs(fine.pairs - coarse.pairs),
    ]
    size = max(float(np.abs(fine.trivial).max()), float(np.abs(fine.standard).max()), 1.0)
    return fine, float(2 * max(gaps) + ROUNDING * size * n)


def _gradient(network: Network, c: float, b: float) -> Estimate:
    sigma = network.activation
    if network.batch_size == 2 or is_discontinuous(sigma) or not has_square_integrable_slope(sigma):
        return Estimate(float("inf"), 0.0, "exact")
    return Estimate(*gradient_growth(network, c, b))
