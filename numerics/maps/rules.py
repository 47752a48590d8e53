"""Which nodes in the Laplace variable: tried once for each activation, batch size and spread of the spectrum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from numerics.maps.nodes import GaussRule
from numerics.maps.prepared import PreparedActivation

# spreads log(largest/smallest eigenvalue) for which Gauss-Jacobi rules are tried, and what is tried
SPREADS = (0.5, 1.5, 3.0, 4.5, 6.0)
COUNTS = (8, 10, 12, 14, 16, 18, 20, 22, 24, 27, 30, 35, 40)
STRETCHES = (1.0, 0.6, 0.35, 0.2)
SPACINGS = (1.5, 1.25, 1.0, 0.85, 0.7, 0.6, 0.5, 0.42)
FINEST = 0.35
# the spacing where the integral is cut at kinks away from 0: how close the cuts lie decides, more than the activation
CUT = 0.4
CONVERGED = 4e-15
KINKED_CONVERGED = 1e-14
# a Gauss rule, or the spacing of a trapezoid rule
Rule = GaussRule | float
Map = Callable[[PreparedActivation, int, np.ndarray, np.ndarray, Rule], np.ndarray]
Trial = tuple[np.ndarray, np.ndarray, np.ndarray]


def chosen_rule(sigma: PreparedActivation, n: int, eigenvalues: np.ndarray, refine: float, mapped: Map) -> Rule:
    """Gauss-Jacobi where the eigenvalues lie close together, the trapezoid rule elsewhere and wherever refined.

    Args:
        mapped: the map of given samples by a given rule, on which rules are tried.
    """
    if any(sigma.kinks):
        return refine * CUT
    spread = float(np.log(eigenvalues.max() / eigenvalues.min()))
    if refine == 1.0 and spread <= SPREADS[-1]:
        bracket = next(limit for limit in SPREADS if spread <= limit)
        rule = gauss_rule(sigma, n, len(eigenvalues), bracket, mapped)
        if rule is not None:
            return rule
    return refine * node_spacing(sigma, n, mapped)


def _candidates(sigma: PreparedActivation) -> Iterator[GaussRule]:
    roots = (False, True) if not sigma.kinks else (sigma.degree is None,)
    for count in COUNTS:
        for root in roots:
            yield from (GaussRule(count, root, stretch) for stretch in STRETCHES)


@lru_cache(maxsize=512)
def gauss_rule(sigma: PreparedActivation, n: int, rank: int, spread: float, mapped: Map) -> GaussRule | None:
    """The smallest rule at which the map has converged for spectra up to a spread of e^spread, None where none has."""
    if rank < 2:
        return None
    random = np.random.default_rng(127)
    trials = []
    for shape in (1.0, 3.0, 0.4):
        eigenvalues = np.exp(-spread * np.linspace(0, 1, rank) ** shape)
        vectors = np.linalg.qr(random.normal(size=(n, n)))[0][: min(n, 4), :rank]
        trials.append((eigenvalues, vectors, mapped(sigma, n, eigenvalues, vectors, FINEST)))
    for rule in _candidates(sigma):
        larger = replace(rule, count=rule.count + 2)
        # twice, against agreement by chance
        if all(_error(sigma, n, trials, r, mapped) < CONVERGED for r in (rule, larger)):
            return larger
    return None


def _error(sigma: PreparedActivation, n: int, trials: list[Trial], rule: Rule, mapped: Map) -> float:
    worst = 0.0
    for eigenvalues, vectors, fine in trials:
        found = mapped(sigma, n, eigenvalues, vectors, rule)
        worst = max(worst, float(np.abs(found - fine).max() / (np.abs(fine).max() or 1.0)))
        if worst > KINKED_CONVERGED:
            break
    return worst


@lru_cache(maxsize=256)
def node_spacing(sigma: PreparedActivation, n: int, mapped: Map) -> float:
    """Spacing of the nodes at which the map has converged to rounding, tried on spectra near and wide and on four samples.

    The growth of the activation off the real line decides it: sin(3 x) takes finer nodes than tanh.
    """
    m = n - 1
    if m == 1:
        return 1.0
    random = np.random.default_rng(8191)
    trials = []
    spectra = np.linspace(0, 1, m)
    for eigenvalues in (np.ones(m), np.exp(-1.5 * spectra**2), np.exp(-8 * spectra), np.exp(-20 * spectra)):
        vectors = np.linalg.qr(random.normal(size=(n, n)))[0][: min(n, 4), :m]
        trials.append((eigenvalues, vectors, mapped(sigma, n, eigenvalues, vectors, FINEST)))
    errors = []
    for spacing in SPACINGS:
        errors.append(_error(sigma, n, trials, spacing, mapped))
        if errors[-1] < (KINKED_CONVERGED if sigma.kinks else CONVERGED):
            break
    best = int(np.argmin(errors))
    # samples along one eigenvector, which are not among those tried, are harder where arcs end at a kink
    return SPACINGS[min(best + (bool(sigma.kinks) and sigma.dual is None), len(SPACINGS) - 1)]
