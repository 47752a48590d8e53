"""Finite-width simulations stay within the derived concentration bounds, whatever hypothesis draws.

Each run of examples has a false-alarm probability of 1e-7 in total, divided over its examples in advance.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings, target
from hypothesis import strategies as st

from numerics.evaluate import evaluate
from numerics.fixed_gram import fixed_point_gram
from proofs_check.finite_width.chain import ChainMean
from proofs_check.finite_width.quantities import SquaredErrorToOrbit
from proofs_check.methods.one_step import expand_one_step
from proofs_check.property_testing import BoundTest, one_step_errors, one_step_noise_bound, one_step_tail_bound
from proofs_check.strategies import batches, depths, networks, widths
from theory.network import Network

EXAMPLES = 25
RUN = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.slow
@given(data=st.data(), network=networks(), width=widths(2, 96), depth=depths(1, 4))
@RUN
def test_one_step_noise_stays_below_its_bound_at_every_depth(data, network, width, depth):
    batch = data.draw(batches(int(network.batch_size)))
    start = batch.T @ batch / batch.shape[0]
    test = BoundTest("one-step noise", EXAMPLES, networks=60 if depth > 1 else 300)
    bound = one_step_noise_bound(network, width)
    verdict = test.judge(
        one_step_errors(network, start, width, depth),
        bound,
        f"{network!r} {width} {depth} {batch.tobytes().hex()[:64]}",
    )
    event(f"{network.normalization_key}, {'rank-deficient' if width < network.batch_size else 'full rank'}")
    if np.isfinite(verdict.ratio):
        target(-float(np.log(verdict.ratio)), label="bound is tight")
    assert not verdict.refuted, f"bound {bound:.4g}, measured {verdict.measured:.4g} on {verdict.networks} networks"


@pytest.mark.slow
@given(data=st.data(), network=networks(), width=widths(8, 128), scale=st.floats(0.5, 3.0))
@RUN
def test_one_step_tail_stays_below_its_bound(data, network, width, scale):
    batch = data.draw(batches(int(network.batch_size)))
    start = batch.T @ batch / batch.shape[0]
    # at this threshold the bound is 2 exp(-scale^2): from 1 down to 2e-4
    threshold = 2 * scale * np.sqrt(one_step_noise_bound(network, width))
    bound = one_step_tail_bound(network, width, threshold)
    errors = one_step_errors(network, start, width, 1)
    test = BoundTest("one-step tail", EXAMPLES, networks=300)
    verdict = test.judge(
        lambda k, s: (errors(k, s) >= threshold**2).astype(float), bound, f"{network!r} {width} {scale!r}"
    )
    assert not verdict.refuted


@pytest.mark.parametrize("name", ["relu", "tanh", "identity"])
@pytest.mark.parametrize("shrink", [1.0, 0.8])
def test_a_planted_bound_a_little_too_small_is_refuted_and_the_sharp_one_is_not(name, shrink):
    # the sharp bound is the exact noise from an exchangeable start; the same test must tell 0.8 of it from all of it
    network, width = Network(name, batch_size=4), 32
    exact = float(evaluate(expand_one_step(ChainMean(SquaredErrorToOrbit(), network, width, 1)), 15).value)
    test = BoundTest("planted", EXAMPLES, networks=6000)
    verdict = test.judge(one_step_errors(network, np.eye(4), width, 1), shrink * exact, f"{name} {shrink}")
    assert verdict.refuted is (shrink < 1)
    assert verdict.ratio == pytest.approx(shrink, rel=0.05)


def test_the_mean_field_image_of_an_exchangeable_start_is_the_fixed_point():
    network = Network("relu", batch_size=4)
    from numerics.maps import mean_field_step

    assert np.allclose(mean_field_step(network, np.eye(4)), fixed_point_gram(network), atol=1e-12)


def test_a_bound_needs_its_hypotheses():
    with pytest.raises(ValueError, match="growth bound"):
        one_step_noise_bound(Network("x^3", batch_size=4), 8)
    with pytest.raises(ValueError, match="batch normalisation"):
        one_step_tail_bound(Network("relu", None, 4), 8, 1.0)
    with pytest.raises(ValueError, match="positive and finite"):
        BoundTest("x", 1).judge(lambda k, s: np.ones(k), 0.0, "x")
