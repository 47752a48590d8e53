"""Every sampler against cases whose law is known in closed form; each comparison at six standard errors or more (2e-9)."""

import math

import numpy as np
import pytest

from numerics.simulation import gram_chain
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec

RELU = NetworkSpec(BUILTIN["relu"], "batch")
SAMPLERS = [
    {"dtype": np.float64},
    {"dtype": np.float32},
    {"dtype": np.float64, "compiled": True},
    {"dtype": np.float32, "compiled": True},
]


def arc_cosine(correlation):
    """2 E[relu(x) relu(y)] for unit normals of this correlation (Cho and Saul, 2009)."""
    return (math.sqrt(1 - correlation**2) + (math.pi - math.acos(correlation)) * correlation) / math.pi


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("samples", [3, 5, 16, 33])
def test_one_layer_from_the_identity_has_the_fixed_point_as_its_mean(sampler, samples):
    """One step is unbiased, and from an exchangeable start its mean is G_*: b = 1/2, b c = J1(-1/(n - 1))/2.

    The authors of the model print 0.5 and 0.10165494 at n = 5. Widths are chosen off the blocks' sizes.
    """
    networks, width = 24, 50_003
    grams = gram_chain.sample(RELU, np.eye(samples), width=width, depth=1, networks=networks, layers=[1], **sampler)[
        :, 0
    ]
    diagonal = np.einsum("bii->b", grams) / samples
    off_diagonal = (grams.sum(axis=(1, 2)) - samples * diagonal) / (samples * (samples - 1))
    expected = arc_cosine(-1 / (samples - 1)) / 2
    if samples == 5:
        assert expected == pytest.approx(0.10165494, abs=5e-9)
    # entries of s s^T lie within [0, n]: their spread is a generous bound on that of their average
    for values, mean in ((diagonal, 0.5), (off_diagonal, expected)):
        standard_error = max(values.std(), 0.02 / math.sqrt(width)) / math.sqrt(networks)
        assert abs(values.mean() - mean) < 8 * standard_error
        assert standard_error < 1e-3


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("width", [1, 7, 300])
def test_two_centred_samples_flip_coins(sampler, width):
    """At n = 2 a normalised neuron is (1, -1) or (-1, 1): after ReLU G = diag(K, d - K)/d, K binomial(d, 1/2) at every layer."""
    networks = 3000 if width > 1 else 200
    start = np.array([[2.0, 0.3], [0.3, 0.1]])
    if width == 1:  # one neuron is never constant over the batch, so the chain goes on
        grams = gram_chain.sample(RELU, start, width=1, depth=40, networks=networks, **sampler)[:, 1:].reshape(-1, 2, 2)
    else:
        grams = gram_chain.sample(RELU, start, width=width, depth=3, networks=networks, layers=[3], **sampler)[:, 0]
    heads = grams[:, 0, 0] * width
    tolerance = 1e-12 if sampler["dtype"] == np.float64 else 1e-5
    assert np.abs(heads - heads.round()).max() < tolerance * width
    assert np.abs(grams[:, 0, 0] + grams[:, 1, 1] - 1).max() < tolerance
    assert np.abs(grams[:, 0, 1]).max() == 0
    count = len(heads)
    assert abs(heads.mean() - width / 2) < 6 * math.sqrt(width / 4 / count)
    if width > 1:
        # Var of (K - d/2)^2 is at most d^2/8
        assert abs(((heads - width / 2) ** 2).mean() - width / 4) < 6 * width / math.sqrt(8 * count)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_linear_batch_normalisation_keeps_the_trace(sampler):
    """||phi(x)||^2 = n for every neuron, whatever the depth, and every row sums to zero."""
    spec = NetworkSpec(BUILTIN["identity"], "batch")
    grams = gram_chain.sample(spec, np.diag([1.0, 2.0, 3.0, 1e-3]), width=37, depth=200, networks=3, **sampler)[:, 1:]
    tolerance = 1e-12 if sampler["dtype"] == np.float64 else 1e-5
    assert np.abs(np.einsum("blii->bl", grams) - 4).max() < tolerance
    assert np.abs(grams.sum(axis=3)).max() < tolerance
