"""Corrections of order 1/d to the gaps, against exact values of linear networks and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational

from numerics.evaluate import evaluate
from numerics.fixed_gram import fixed_point_gram
from numerics.lowering import lower
from numerics.simulation import ensemble
from numerics.simulation.observables import IsometryGap, OrthogonalityGap
from theory import Network
from theory.gap_corrections import isometry_gap_correction, orthogonality_gap_square_correction
from theory.gaps import linear_orthogonality_gap_square
from theory.network import NetworkError


def test_identity_without_centring():
    """tr G = n exactly and the mean is exact, so that both are multiples of tr V: by hand tr V/n^2 and tr V/(2n)."""
    for n in (2, 3, 5):
        network = Network("identity", "batch-uncentered", n)
        square = linear_orthogonality_gap_square(n)
        assert orthogonality_gap_square_correction(network) == square
        assert isometry_gap_correction(network) == square * Rational(n, 2)


def test_a_singular_fixed_point_is_named():
    with pytest.raises(NetworkError, match="needs a regular Gram matrix; this one is singular"):
        isometry_gap_correction(Network("identity", batch_size=4))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "normalization", "n"), [("relu", "batch", 4), ("tanh", "batch-uncentered", 4)])
def test_against_simulation(name, normalization, n):
    """Richardson extrapolation over two widths; six standard errors each, false alarm below 1e-8 a comparison."""
    network = Network(name, normalization, n)
    center = fixed_point_gram(network)
    observables = {"isometry": IsometryGap(), "orthogonality": OrthogonalityGap()}
    scaled = []
    for width, seed in ((100, 5), (200, 6)):
        found = ensemble.run(
            lower(network),
            center,
            width=width,
            depth=12,
            networks=6_000,
            seed=seed,
            layers=(12,),
            observables=observables,
        )
        gaps = found["isometry"][:, 0], found["orthogonality"][:, 0] ** 2
        at = [float(o(center[None, None], np.array([0]))[0, 0]) for o in observables.values()]
        still = (at[0], at[1] ** 2)
        scaled.append(
            [(width * (g.mean() - s), width * g.std() / np.sqrt(len(g))) for g, s in zip(gaps, still, strict=True)]
        )
    for k, correction in enumerate((isometry_gap_correction(network), orthogonality_gap_square_correction(network))):
        value = float(evaluate(correction, 15).value)
        (near, near_error), (far, far_error) = scaled[0][k], scaled[1][k]
        error = np.hypot(near_error, 2 * far_error)
        assert abs(2 * far - near - value) < 6 * error + 0.01 * abs(value)
        assert error < 0.1 * abs(value)
