"""A two-sample test with an exact bound on its false alarms, and the functionals of a Gram matrix that it looks at."""

import math

import numpy as np


def false_alarm_bound(distance_count: int, size: int) -> float:
    """A bound on P(two-sample Kolmogorov-Smirnov distance >= distance_count/size) for two samples of equal size and
    law.

    One-sided it is C(2N, N - k)/C(2N, N) by the reflection principle (Gnedenko and Korolyuk, 1951), exactly for
    continuous laws and at most that with ties; twice that bounds the two-sided one.
    """
    if distance_count > size:
        return 0.0
    logarithm = (
        math.lgamma(size + 1) * 2 - math.lgamma(size - distance_count + 1) - math.lgamma(size + distance_count + 1)
    )
    return min(1.0, 2 * math.exp(logarithm))


def distance(first: np.ndarray, second: np.ndarray) -> int:
    """N times the Kolmogorov-Smirnov distance of two sorted samples of size N."""
    assert first.shape == second.shape
    points = np.concatenate([first, second])
    below = np.searchsorted(first, points, side="right") - np.searchsorted(second, points, side="right")
    return int(np.abs(below).max())


def functionals(grams: np.ndarray) -> dict[str, np.ndarray]:
    """Scalars of each Gram matrix; all but the trace relative to it, and rounded, so that exact zeros stay ties.

    Args:
        grams: shape (networks, n, n).
    """
    trace = np.trace(grams, axis1=1, axis2=2)
    relative = grams / np.where(trace > 0, trace, 1)[:, None, None]  # a dead network's Gram matrix is zero
    eigenvalues = np.linalg.eigvalsh(relative)
    values = {
        "trace": trace,
        "first diagonal entry": relative[:, 0, 0],
        "off-diagonal entry": relative[:, 0, 1],
        "mean of entries": relative.mean(axis=(1, 2)),
        "squared norm": (relative**2).sum(axis=(1, 2)),
        "smallest eigenvalue": eigenvalues[:, 0],
        "second eigenvalue": eigenvalues[:, 1],
        "largest eigenvalue": eigenvalues[:, -1],
    }
    return {name: np.round(value, 6) for name, value in values.items()}


FUNCTIONALS = 8


def describe(grams: np.ndarray) -> dict[str, np.ndarray]:
    """The sorted sample of every functional at every recorded layer.

    Args:
        grams: shape (networks, layers, n, n).
    """
    found = {}
    for record in range(grams.shape[1]):
        values = functionals(grams[:, record])
        assert len(values) == FUNCTIONALS
        found.update({f"{name} at record {record}": np.sort(value) for name, value in values.items()})
    return found


def smallest_false_alarm(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> tuple[float, str]:
    """The smallest bound over two descriptions, and where it was met."""
    assert first.keys() == second.keys()
    return min((false_alarm_bound(distance(first[name], second[name]), len(first[name])), name) for name in first)
