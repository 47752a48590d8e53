"""Batch normalisation without centring and an activation that is not odd: the exchangeable fixed point and its derivative.

Samples stay correlated there, rows are not uniform on a sphere, and no formula of `theory.linearization` applies.  The float64
map F of an arbitrary Gram matrix gives c as the root of c' = c, and the derivative by central differences of F on the irreps of
the permutations: 2 x 2 on the trivial one (eigenvalues 0, since F does not see scale, and dc'/dc) and on the standard one (no
direction is lost to centring), a number on the pairs.  Errors are estimates, no bounds.
Derivation: docs/derivations/linearization.md, section "Uncentred, sigma not odd".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from numerics.derivative import extrapolated_slope, mean_field_slope
from numerics.maps.mean_field import mean_field_step
from numerics.uncentered_noise import Blocks, fluctuation_constant, gradient_growth
from theory.analysis import KEYS
from theory.gradients import has_square_integrable_slope, is_discontinuous
from theory.mean_field import has_correlated_rows
from theory.network import Network, NetworkError

METHOD = "float64 map and central differences; the error is estimated from two extrapolations"
SAMPLED = "shifted lattices of whole rows; the error is six standard errors of the shifts"


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


def correlated_blocks(network: Network, c: float, b: float) -> tuple[Blocks, float]:
    """J = dF(G_*) on the irreps in orthonormal bases, and an estimate of its largest error."""
    n = int(network.batch_size)
    centre = _exchangeable(n, c)
    step = 0.01 * min(1 - c, 1 / (n - 1) + c)

    # (b, c) -> (A(c), A(c) r(c)): scale-free, so the block has rank one
    def entries(h: float) -> np.ndarray:
        ratio, diagonal = _ratio(network, n, c + h)
        return np.array([diagonal, diagonal * ratio])

    (diagonal, off), errors = extrapolated_slope(entries, step)
    # at G_* the change of c is (d off - c d diagonal)/b; orthonormal basis I/sqrt n, J0/sqrt(n(n-1))
    trivial = np.array([[-c * diagonal, diagonal], [-c * off, off]]) / b
    root = np.sqrt(np.array([n, n * (n - 1.0)]))
    noise = [float(errors.max()) / b]

    def image(direction: np.ndarray) -> np.ndarray:
        found = mean_field_slope(network, b * centre, direction)
        noise.append(found.error)
        return found.matrix

    v = np.zeros(n)
    v[0], v[1] = 1, -1
    first = image(np.diag(v))
    standard = np.array([[first[0, 0]]])
    pairs = 0.0
    if n > 2:
        second = image(np.add.outer(v, v) * (1 - np.eye(n)))
        scale = np.sqrt(np.array([1, 2 * (n - 2.0)]))
        standard = np.array([[first[0, 0], second[0, 0]], [first[0, 2], second[0, 2]]])
        standard = scale[:, None] * standard / scale[None, :]
    if n > 3:
        direction = np.zeros((n, n))
        for i, j, sign in ((0, 2, 1), (1, 3, 1), (0, 3, -1), (1, 2, -1)):
            direction[i, j] = direction[j, i] = sign
        pairs = float(image(direction)[0, 2])
    return Blocks(root[:, None] * trivial / root[None, :], standard, pairs), max(noise)


def uncentered_analysis(network: Network) -> Mapping[str, Estimate | tuple[None, str]]:
    """The keys of an analysis that this module can give; the others map to (None, reason).

    ``eigenvalue_standard`` is the one of larger modulus of the two on the standard representation (n - 1 times each); the
    contraction rate takes the permutation-invariant direction (the derivative of c' in c, once) into account.
    """
    c, b = fixed_correlation(network)
    n = int(network.batch_size)
    mu, top = b * (1 - c), b * (1 + (n - 1) * c)
    if top < 1e-9 * mu:
        why = "G_* is singular along the constant vector (c = -1/(n-1)): F need not be differentiable there"
        known: dict[str, Estimate | tuple[None, str]] = {
            key: Estimate(v, 1e-12) for key, v in (("b", b), ("c", c), ("mu", mu))
        }
        known["condition_number"] = Estimate(float("inf"), 0.0)
        return {key: known.get(key, (None, why)) for key in KEYS}
    blocks, noise = correlated_blocks(network, c, b)
    error = max(10 * noise, 1e-12)
    spectra = [np.linalg.eigvals(block) for block in (blocks.trivial, blocks.standard)]
    standard = float(spectra[1][np.argmax(np.abs(spectra[1]))].real)
    rate = float(max(np.abs(spectrum).max() for spectrum in spectra))
    pairs: Estimate | tuple[None, str] = (None, f"at n = {n} the pairs representation has dimension 0")
    if n > 3:
        pairs, rate = Estimate(blocks.pairs, error), max(rate, abs(blocks.pairs))
    fluctuations: Estimate | tuple[None, str] = (
        None,
        "the fixed point is unstable: fluctuations about it do not settle",
    )
    if rate < 1 - error:
        fluctuations = Estimate(*fluctuation_constant(network, c, b, blocks), SAMPLED)
    elif rate <= 1 + error:
        fluctuations = (None, "the fixed point may be unstable")
    condition = max(top / mu, mu / top)
    return {
        "b": Estimate(b, 1e-12),
        "c": Estimate(c, 1e-12),
        "mu": Estimate(mu, 1e-12),
        "eigenvalue_standard": Estimate(standard, error),
        "eigenvalue_pairs": pairs,
        "contraction_rate": Estimate(rate, error),
        "stable": Estimate(1 - rate, error),
        "gradient_growth": _gradient(network, c, b),
        "fluctuation_constant": fluctuations,
        "condition_number": Estimate(condition, 1e-11 * condition),
    }


def _gradient(network: Network, c: float, b: float) -> Estimate:
    sigma = network.activation
    if network.batch_size == 2 or is_discontinuous(sigma) or not has_square_integrable_slope(sigma):
        return Estimate(float("inf"), 0.0, "exact")
    return Estimate(*gradient_growth(network, c, b), SAMPLED)
