"""Decisions and decay rates on simulated networks, against numbers known exactly. Errors: 1e-8 each, below 1e-7 a run."""

import math

import numpy as np
import pytest

from numerics.simulation.decay import median_decay_rate
from numerics.simulation.decide import Decision, decide
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.gram_chain import sample
from numerics.simulation.network_spec import NetworkSpec

ALPHA = 1e-8


def _networks(spec, gram, measure, **settings):
    def draw(count, start):
        grams = sample(spec, gram, networks=range(start, start + count), layers=[settings["depth"]], seed=5, **settings)
        return measure(grams[:, 0])

    return draw


def _mean_off_diagonal(grams):
    n = grams.shape[-1]
    return (grams.sum(axis=(1, 2)) - np.trace(grams, axis1=1, axis2=2)) / (n * (n - 1))


@pytest.mark.parametrize(
    ("factor", "decision"), [(1.0, Decision.HOLDS), (1.05, Decision.VIOLATED), (0.95, Decision.VIOLATED)]
)
def test_relu_fixed_point_is_reached_in_one_step(factor, decision):
    # Off-diagonal entry of the fixed point at n = 5, printed by the model's authors as 0.10165494: one step from any
    # exchangeable start has this mean. Entries are averages of s_i s_j with |s|^2 <= n - 1, so their mean is in [0, 1].
    draw = _networks(NetworkSpec(BUILTIN["relu"], "batch"), np.eye(5), _mean_off_diagonal, width=60, depth=1)
    found = decide(
        draw, factor * 0.10165494, "equal", alpha=ALPHA, budget=30000, lower=0.0, upper=1.0, relative_margin=0.02
    )
    assert found.decision is decision
    assert 0.10165494 in found.interval


def test_linear_network_without_normalisation_amplifies_exactly_as_computed():
    # E||X_m^T X_m - I||^2 of the linear network with orthonormal inputs, in closed form; the variable is unbounded, so
    # an upper bound can be refuted (ten per cent too small) and the true one not.
    n, d, m = 3, 40, 4
    growth, mixed = (1 + 2 / d) ** m, (1 - 1 / d) ** m
    truth = n * (growth - 1) + n * (n - 1) / 3 * (growth - mixed)
    spec = NetworkSpec(BUILTIN["identity"], "none")
    draw = _networks(spec, np.eye(n), lambda g: ((g - np.eye(n)) ** 2).sum(axis=(1, 2)), width=d, depth=m)
    planted = decide(draw, 0.9 * truth, "at_most", alpha=ALPHA, budget=40000)
    assert planted.decision is Decision.VIOLATED
    true = decide(draw, truth, "at_most", alpha=ALPHA, budget=20000)
    assert true.decision is Decision.UNDECIDED
    assert true.interval.upper == math.inf
    assert true.ratio == pytest.approx(1.0, abs=0.05)


def test_linear_network_falls_at_the_contraction_rate():
    # Linear activation, centred batch normalisation, n = 4: near the fixed point n/(n-1) M every centred direction
    # falls by (n - 1)/(n + 1) a layer. The observable is the component of G - G_* along one zero-diagonal direction,
    # two layers on; its finite-width noise is a seventh of it at this width, and the quadratic term about one per
    # cent.
    n, size = 4, 0.1
    fixed = n / (n - 1) * (np.eye(n) - 1 / n)
    u = np.array([1.0, -1.0, 0.0, 0.0])
    v = np.array([0.0, 0.0, 1.0, -1.0])
    direction = (np.outer(u, v) + np.outer(v, u)) / math.sqrt(8)
    grams = sample(
        NetworkSpec(BUILTIN["identity"], "batch"), fixed + size * direction,
        width=50000, depth=2, networks=150, seed=6, layers=[0, 2],
    )  # fmt: skip
    along = np.einsum("klij,ij->kl", grams - fixed, direction)
    fall = median_decay_rate(along[:, 0], along[:, 1], first_layer=0, last_layer=2, alpha=ALPHA)
    assert (n - 1) / (n + 1) in fall.interval
    assert fall.interval.width < 0.1
