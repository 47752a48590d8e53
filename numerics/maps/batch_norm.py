r"""The batch-normalisation map E sigma(y) sigma(y)^T, y = sqrt(n) x/|x|, x ~ N(0, S), for any covariance S, in float64.

With x_t ~ N(0, S (I + 2 t S)^(-1)) and B_t = 2 t n Cov x_t, every pair obeys

    E g(y_i, y_j) = g(0+) + int_0^oo dt/(2t) det(I + 2 t S)^(-1/2) E_psi[(p . grad g)(p)],

p uniform in angle on the ellipse of the 2 x 2 block of B_t (docs/derivations/mean_field_map.md, (3)).  One
eigendecomposition of S serves all pairs and all t; the activation enters through its means over ellipses alone.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import lru_cache
from math import gamma
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial

from numerics.maps import circle, nodes
from numerics.maps.arc_table import arc_table
from numerics.maps.branches import CANCELLATION, around_zero, branch_map, branch_parts, time_step
from numerics.maps.corners import corner_map, parts_of
from numerics.maps.kinked import kinked_integral, pair_angles
from numerics.maps.nodes import GaussRule
from numerics.maps.prepared import MapError, PreparedActivation
from numerics.maps.rules import Rule, chosen_rule

# eigenvalues below this fraction of the largest are the rounding of an exactly singular matrix
RANK_TOLERANCE = 4 * np.finfo(np.float64).eps


def batch_norm_map(
    sigma: PreparedActivation, covariance: np.ndarray, centered: bool = True, refine: float = 1.0
) -> np.ndarray:
    """E sigma(BN(x)) sigma(BN(x))^T for a row x ~ N(0, covariance).

    Near rank one (a second eigenvalue of S below 1e-15 of the first) the map is ill conditioned: it moves by the square
    root of a change in S.

    Args:
        covariance: symmetric positive semidefinite (n, n), singular allowed.
        centered: whether the batch mean is subtracted.
        refine: 1 for full accuracy; smaller takes more nodes (used to estimate the error).

    Returns:
        (n, n) symmetric array.

    Raises:
        MapError: all samples identical (no variance), or a matrix that is not square, finite, symmetric and positive.
    """
    n = len(covariance)
    sigma = within_reach(sigma, n)
    eigenvalues, vectors = _spectrum(covariance, centered)
    if len(eigenvalues) == 1:
        return _map_of(sigma, n, eigenvalues, vectors, refine)
    if sigma.jumps_at_zero and not vectors.any(axis=1).all():
        # a sample that is always 0 lies on neither side of a jump
        sigma = replace(sigma, polynomials=None, branches=None)
    parts = parts_of(sigma)
    if parts is not None:
        base = _map_of(without_corners(sigma), n, eigenvalues, vectors, refine)
        return base + corner_map(parts, n, eigenvalues, vectors, refine)
    branches = branch_parts(sigma, float(np.sqrt(n)))
    if branches is not None:
        base = _map_of(around_zero(sigma), n, eigenvalues, vectors, refine)
        beyond, largest = branch_map(branches, n, eigenvalues, vectors, refine * time_step(branches, n))
        whole = base + beyond
        # a branch may be far larger beyond its kink than sigma is
        if max(largest, np.abs(base).max()) < CANCELLATION * np.abs(whole).max():
            return whole
    return _map_of(sigma, n, eigenvalues, vectors, refine)


def _map_of(
    sigma: PreparedActivation, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, refine: float
) -> np.ndarray:
    """The map by the nodes that suit activation and spectrum."""
    rule = (
        1.0
        if len(eigenvalues) == 1 or sigma.degree == 0
        else chosen_rule(sigma, n, eigenvalues, refine, map_from_spectrum)
    )
    return map_from_spectrum(sigma, n, eigenvalues, vectors, rule)


@lru_cache(maxsize=256)
def within_reach(sigma: PreparedActivation, n: int) -> PreparedActivation:
    """The activation without the kinks that no normalised row of n samples meets: |y_i| <= sqrt(n)."""
    kept = [place for place, kink in enumerate(sigma.kinks) if abs(kink) < np.sqrt(n)]
    first = kept[0] if kept else sum(kink < 0 for kink in sigma.kinks)
    pieces = slice(first, first + len(kept) + 1)
    return replace(
        sigma,
        kinks=tuple(sigma.kinks[place] for place in kept),
        polynomials=None if sigma.polynomials is None else sigma.polynomials[pieces],
        branches=None if sigma.branches is None else sigma.branches[pieces],
    )


@lru_cache(maxsize=256)
def without_corners(sigma: PreparedActivation) -> PreparedActivation:
    """The part of a piecewise polynomial without kinks away from 0."""
    assert sigma.polynomials is not None
    centre = sum(kink < 0 for kink in sigma.kinks)
    kinked = 0.0 in sigma.kinks
    below, above = (Polynomial(sigma.polynomials[centre + side * kinked]) for side in (0, 1))

    def values(points: np.ndarray) -> np.ndarray:
        return np.where(points < 0, below(points), above(points)) if kinked else below(points)

    def radial(points: np.ndarray) -> np.ndarray:
        slopes = below.deriv(), above.deriv()
        slope = np.where(points < 0, slopes[0](points), slopes[1](points)) if kinked else slopes[0](points)
        return points * slope

    return replace(
        sigma,
        value=values,
        radial=radial,
        kinks=(0.0,) if kinked else (),
        degree=None,
        dual=None,
        polynomials=None,
    )


def map_from_spectrum(
    sigma: PreparedActivation, n: int, eigenvalues: np.ndarray, vectors: np.ndarray, rule: Rule
) -> np.ndarray:
    """The map of the samples whose rows of eigenvectors are given: `vectors` may be fewer than n rows.

    Args:
        rule: a Gauss rule, or the spacing (a float) of the trapezoid rule.
    """
    if len(eigenvalues) == 1:
        plus, minus = (sigma.value(sign * np.sqrt(n) * vectors[:, 0]) for sign in (1.0, -1.0))
        return (np.outer(plus, plus) + np.outer(minus, minus)) / 2
    if any(kink != 0 for kink in sigma.kinks):
        return _at_origin(sigma, eigenvalues, vectors) + kinked_integral(sigma, n, eigenvalues, vectors, _spacing(rule))
    if isinstance(rule, GaussRule):
        t, weights = nodes.jacobi_rule(eigenvalues, rule, sigma.degree or 1.0)
    else:
        left_tail = nodes.TAIL if not sigma.kinks else nodes.TAIL * max(1.0, 1 / (sigma.degree or 0.5))
        t, weights = nodes.trapezoid_rule(eigenvalues, rule, left_tail)
    shrink = 2 * t[:, None] * eigenvalues
    shrink /= 1 + shrink
    base = _at_origin(sigma, eigenvalues, vectors)
    if sigma.degree == 0:
        return base
    radii = np.sqrt(n * (shrink @ (vectors**2).T))
    if sigma.kinks and (sigma.degree is None or sigma.dual is None):
        return base + _by_arcs(sigma, n, shrink, vectors, radii, weights)
    if sigma.degree is not None and sigma.dual is not None:
        return base + _by_dual(sigma, n, shrink, vectors, radii, weights)
    return base + _by_spectra(sigma, n, shrink, vectors, radii, weights)


def _spacing(rule: Rule) -> float:
    if isinstance(rule, GaussRule):
        raise MapError("kinks away from 0 take a spacing, not a Gauss rule")
    return rule


@lru_cache(maxsize=1)
def _compiled() -> Any:
    """The module of compiled loops, where numba is installed."""
    try:
        return importlib.import_module("numerics.maps.compiled_pairs")
    except ImportError:
        return None


def _by_spectra(
    sigma: PreparedActivation, n: int, shrink: np.ndarray, vectors: np.ndarray, radii: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Analytic activations: docs/derivations/mean_field_map.md, (4)."""
    table = circle.spectral_table(sigma, float(np.sqrt(n)))
    rows = len(vectors)
    if not table.blocks:
        return np.zeros((rows, rows))
    compiled = _compiled()
    if compiled is not None:
        cosines = np.empty((*radii.shape, rows))
        ladders = [np.empty((0, *radii.shape))] * 2
        for block in table.blocks:
            ladders[block.orders[0]] = np.empty((block.coefficients.shape[2], *radii.shape))
        compiled.cosines_and_ladders(shrink, vectors, float(n), table.largest, cosines, *ladders)
        result = np.zeros((rows, rows))
        for block, kept in zip(table.blocks, table.kept(radii, weights)):
            if not kept.any():  # the even part of a sigmoid is a constant up to rounding
                continue
            first = int(block.orders[0])
            values, radial = block.at(ladders[first], int(kept.max()))
            compiled.add_pair_sums(cosines, weights, first, radial, values, kept, result)
        return result + result.T
    blocks = n * ((vectors * shrink[:, None, :]) @ vectors.T)
    cosines = _cosines(blocks, radii[:, :, None] * radii[:, None, :])
    orders, values, radial = table.at(radii, weights)
    result = np.tensordot(weights, circle.chebyshev_pair_sum(orders, radial, values, cosines), axes=1)
    result += result.T
    diagonal = np.arange(rows)
    result[diagonal, diagonal] = 2 * weights @ circle.diagonal_sum(orders, radial, values)
    return result


def _cosines(blocks: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    if not lengths.all():
        # a sample that is always zero has no direction: its pair mean does not depend on the angle
        lengths = np.where(lengths == 0, np.inf, lengths)
    cosines = blocks / lengths
    return np.clip(cosines, -1, 1, out=cosines)


def _by_dual(
    sigma: PreparedActivation, n: int, shrink: np.ndarray, vectors: np.ndarray, radii: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Homogeneous activations with a closed dual: docs/derivations/mean_field_map.md, (6)."""
    if sigma.degree is None or sigma.dual is None:
        raise MapError(f"{sigma.name} is not homogeneous with a known dual")
    k = sigma.degree
    factor = weights * (2 * k / (2**k * gamma(k + 1)))
    rows = len(vectors)
    first, second = circle.upper_pairs(rows, 1)
    lengths = radii[:, first] * radii[:, second]
    cosines = _cosines(n * (shrink @ (vectors[first] * vectors[second]).T), lengths)
    pairs = factor @ (sigma.dual(cosines) * (lengths if k == 1 else lengths**k))
    result = np.empty((rows, rows))
    result[first, second] = result[second, first] = pairs
    diagonal = np.arange(rows)
    result[diagonal, diagonal] = sigma.dual_at_one * (factor @ (radii * radii if k == 1 else radii ** (2 * k)))
    return result


def _spectrum(covariance: np.ndarray, centered: bool) -> tuple[np.ndarray, np.ndarray]:
    """Nonzero eigenvalues and eigenvectors of the (centred) covariance, scaled to a largest eigenvalue of 1."""
    s = np.asarray(covariance, dtype=np.float64)
    scale = max(float(s.max()), -float(s.min()))
    if centered:
        s = s - s.mean(axis=0)
        s -= s.mean(axis=1)[:, None]
    eigenvalues, vectors = np.linalg.eigh(s)
    lowest, highest = float(eigenvalues[0]), float(eigenvalues[-1])
    tolerance = RANK_TOLERANCE * len(s)
    if highest <= tolerance * scale:
        raise MapError("all samples are identical: batch normalisation divides by zero; give samples that differ")
    if lowest < -1e-7 * highest:
        raise MapError(f"the Gram matrix has the eigenvalue {lowest:.3g}: a Gram matrix is positive semidefinite")
    # in increasing order
    first = int(np.searchsorted(eigenvalues, tolerance * max(highest, scale * np.finfo(np.float64).eps), side="right"))
    # a sample that is always 0 has no part in any
    vectors[s.diagonal() == 0] = 0
    return eigenvalues[first:] / highest, vectors[:, first:]


def _at_origin(sigma: PreparedActivation, eigenvalues: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """g(0+): sigma(0)^2, or the quadrant probabilities' mean where sigma jumps at zero."""
    n = len(vectors)
    below, above = sigma.at_zero
    if not sigma.jumps_at_zero:
        return np.full((n, n), below * above)
    first, second = circle.upper_pairs(n)
    factor = vectors * np.sqrt(eigenvalues)
    opposite = pair_angles(factor, first, second) / np.pi
    values = (1 - opposite) * (above**2 + below**2) / 2 + opposite * above * below
    base = np.empty((n, n))
    base[first, second] = base[second, first] = values
    zero = ~factor.any(axis=1)
    if zero.any():
        at_zero = float(sigma.value(np.zeros(1))[0])
        base[zero, :] = base[:, zero] = at_zero * (above + below) / 2
        base[np.ix_(zero, zero)] = at_zero**2
    return base


def _by_arcs(
    sigma: PreparedActivation, n: int, shrink: np.ndarray, vectors: np.ndarray, radii: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """The integral for kinks at zero: all pairs share the nodes in t; by a table where there is one."""
    rows = len(vectors)
    first, second = circle.upper_pairs(rows)
    table = arc_table(sigma, float(np.sqrt(n)))
    if table is not None:
        upper = table.sums(radii, _angles(n, shrink, vectors, radii), weights)
    else:
        beta = pair_angles(vectors * np.sqrt(shrink)[:, None, :], first, second)
        beta[:, first == second] = 0.0
        rule = circle.arc_rule(sigma, float(np.sqrt(n)))
        means = circle.arc_means(
            sigma, radii[:, first].ravel(), radii[:, second].ravel(), beta.ravel(), rule, radial=True
        )
        upper = weights @ means.reshape(len(weights), -1)
    result = np.empty((rows, rows))
    result[first, second] = result[second, first] = upper
    return result


def _angles(n: int, shrink: np.ndarray, vectors: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Angles between samples at every node, (nodes, pairs) for i <= j, from the lengths of differences and sums."""
    first, second = circle.upper_pairs(len(vectors))
    ri, rj = radii[:, first], radii[:, second]
    unequal = (ri - rj) ** 2
    apart, together = (
        np.maximum(n * (shrink @ ((vectors[first] - sign * vectors[second]) ** 2).T) - unequal, 0) for sign in (1, -1)
    )
    return 2 * np.arctan2(np.sqrt(apart), np.sqrt(together))
