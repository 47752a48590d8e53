"""Linear networks by Wishart matrices, and batches that share weights."""

import time

import numpy as np
import pytest

from numerics.simulation import coupled, gram_chain
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.kernel_wishart import wishart_applies
from numerics.simulation.network_spec import NORMALIZATIONS, NetworkSpec
from numerics.simulation.starting_gram import DegenerateGramError, gram_of_input
from tests.simulation.two_samples import distance, false_alarm_bound

LINEAR = NetworkSpec(BUILTIN["identity"], "none")


def test_linear_error_has_the_mean_of_the_exact_formula():
    """docs/conventions.md: E||X_m^T X_m - I||^2 in closed form; within six standard errors (a heavy-tailed mean of 20000)."""
    samples, width, depth, networks = 5, 50, 10, 20_000
    grams = gram_chain.sample(LINEAR, np.eye(samples), width=width, depth=depth, networks=networks, layers=[depth])
    errors = np.square(grams[:, 0] - np.eye(samples)).sum(axis=(1, 2))
    grown, shrunk = (1 + 2 / width) ** depth, (1 - 1 / width) ** depth
    expected = samples * (grown - 1) + samples * (samples - 1) / 3 * (grown - shrunk)
    standard_error = errors.std() / np.sqrt(networks)
    assert abs(errors.mean() - expected) < 6 * standard_error
    assert standard_error < 0.02 * expected


def test_cost_does_not_grow_with_width():
    begun = time.perf_counter()
    grams = gram_chain.sample(LINEAR, np.eye(3), width=10**9, depth=100)
    assert time.perf_counter() - begun < 5
    assert np.abs(grams - np.eye(3)).max() < 1e-2


def test_the_shortcut_is_taken_only_where_it_holds():
    assert wishart_applies(LINEAR, 4, (4, 9))
    assert not wishart_applies(LINEAR, 4, (3, 9))
    assert not wishart_applies(NetworkSpec(BUILTIN["identity"], "rms"), 4, (9,))
    assert not wishart_applies(NetworkSpec(BUILTIN["relu"], "none"), 4, (9,))
    arguments = {"width": 9, "depth": 5}
    listed = gram_chain.sample(LINEAR, np.eye(4), networks=3, **arguments)
    alone = gram_chain.sample(LINEAR, np.eye(4), networks=[1], layers=[4, 5], **arguments)
    np.testing.assert_array_equal(listed[1:2, 4:], alone)


STACKED = np.random.default_rng(11).normal(size=(6, 7)) + 0.2
SIZES = (3, 4)


def printed(spec, width, depth, networks, rng):
    """Both batches through the same W, each neuron normalised over its own batch, as one would write it."""
    found = []
    for _ in range(networks):
        batches = [STACKED[:, :3], STACKED[:, 3:]]
        for _ in range(depth):
            fan_in = len(batches[0])
            weights = rng.normal(size=(width, fan_in)) / np.sqrt(fan_in)
            bias = rng.normal(size=(width, 1)) * np.sqrt(spec.bias_variance)
            for place, batch in enumerate(batches):
                hidden = weights @ batch + bias
                if spec.normalization == "batch":
                    hidden = hidden - hidden.mean(axis=1, keepdims=True)
                hidden = hidden / np.sqrt((hidden**2).mean(axis=1, keepdims=True) + spec.epsilon)
                batches[place] = spec.activation(hidden)
        stacked = np.hstack(batches)
        found.append(stacked.T @ stacked / width)
    return np.array(found)


@pytest.mark.parametrize(
    "spec",
    [
        NetworkSpec(BUILTIN["relu"], "batch"),
        NetworkSpec(BUILTIN["tanh"], "batch-uncentered", epsilon=0.1, bias_variance=0.3),
    ],
)
def test_coupled_batches_have_the_law_of_the_printed_network(spec):
    """Kolmogorov-Smirnov on entries within and between the batches; below 1e-7 a run."""
    size, width, depth = 1200, 8, 4
    theirs = printed(spec, width, depth, size, np.random.default_rng(0))
    start, arguments = gram_of_input(STACKED), {"width": width, "depth": depth, "networks": size, "layers": [depth]}
    ours = coupled.sample(spec, start, SIZES, **arguments)[:, 0]
    picks = [(0, 0), (0, 1), (5, 6), (0, 3), (2, 6)]
    for row, column in picks:
        counted = distance(np.sort(ours[:, row, column]), np.sort(theirs[:, row, column]))
        assert false_alarm_bound(counted, size) > 1e-7 / 10
    if spec.normalization == "batch":
        # teeth: batches normalised together are another network
        together = gram_chain.sample(spec, start, **arguments)[:, 0, 0, 1]
        assert false_alarm_bound(distance(np.sort(together), np.sort(theirs[:, 0, 1])), size) < 1e-8


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_coupled_runs_for_every_normalisation_and_depends_on_the_index_alone(normalization):
    spec = NetworkSpec(BUILTIN["relu"], normalization)
    arguments = {"width": 20, "depth": 3, "seed": 2}
    several = coupled.sample(spec, gram_of_input(STACKED), SIZES, networks=5, **arguments)
    assert several.shape == (5, 4, 7, 7)
    np.testing.assert_array_equal(
        coupled.sample(spec, gram_of_input(STACKED), SIZES, networks=[4], **arguments)[0], several[4]
    )


def test_bad_batches_are_refused():
    spec = NetworkSpec(BUILTIN["relu"], "batch")
    for sizes in ((3, 3), (6, 1), ()):
        with pytest.raises(ValueError, match="sizes >= 2 that add up to 7"):
            coupled.sample(spec, gram_of_input(STACKED), sizes, width=5, depth=1)
    with pytest.raises(DegenerateGramError, match="layer 0: all samples are identical"):
        coupled.sample(spec, gram_of_input(STACKED[:, [0, 0, 1, 2]]), (2, 2), width=5, depth=1)
