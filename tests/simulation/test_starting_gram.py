"""What the samplers are given: network, starting Gram matrix, widths, layers; and every refusal."""

import math

import numpy as np
import pytest

from numerics.simulation.depth_plan import depth_plan
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import DegenerateGramError, check_starting_gram, gram_of_input

BATCH = NetworkSpec(BUILTIN["relu"], "batch")


def test_gram_of_an_input_is_the_mean_over_features():
    batch = np.random.default_rng(0).normal(size=(7, 3))
    expected = sum(np.outer(row, row) for row in batch) / 7
    np.testing.assert_allclose(gram_of_input(batch), expected, rtol=1e-14)
    np.testing.assert_allclose(gram_of_input(1e150 * batch), 1e300 * expected, rtol=1e-14)
    np.testing.assert_allclose(gram_of_input(1e-150 * batch), 1e-300 * expected, rtol=1e-14)
    assert gram_of_input(np.array([[1, 2], [3, 4]])).tolist() == [[5.0, 7.0], [7.0, 10.0]]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (np.ones(3), "shape \\(features, samples\\)"),
        (np.ones((3, 1)), "1 sample"),
        (np.ones((0, 3)), "no features"),
        (np.array([[1.0, math.nan]]), "nan at feature 0, sample 1"),
        (np.array([[1.0, math.inf]]), "inf at feature 0, sample 1"),
        (np.array([["a", "b"]]), "pass real numbers"),
        (np.array([[1j, 2]]), "pass real numbers"),
        (np.full((2, 2), 1e200), "rescale the input"),
        (np.full((2, 2), 1e-200), "rescale the input"),
    ],
)
def test_bad_inputs_are_refused(batch, message):
    with pytest.raises(ValueError, match=message):
        gram_of_input(batch)


@pytest.mark.parametrize(
    ("gram", "message"),
    [
        (np.eye(3)[:2], "square matrix of order at least 2"),
        (np.eye(1), "square matrix of order at least 2"),
        (np.eye(2) * math.nan, "NaN or infinite"),
        (np.array([[1.0, 0.5], [0.4, 1.0]]), "not symmetric"),
        (np.array([[1.0, 2.0], [2.0, 1.0]]), "eigenvalue -1"),
        (np.eye(2) * 1j, "pass real numbers"),
    ],
)
def test_bad_gram_matrices_are_refused(gram, message):
    with pytest.raises(ValueError, match=message):
        check_starting_gram(BATCH, gram)


def test_normalisations_that_divide_zero_by_zero_are_refused():
    identical = gram_of_input(np.array([[0.1, 0.1, 0.1], [0.7, 0.7, 0.7]]))
    with pytest.raises(DegenerateGramError, match="layer 0: all samples are identical"):
        check_starting_gram(BATCH, identical)
    check_starting_gram(NetworkSpec(BUILTIN["relu"], "batch", epsilon=1e-5), identical)
    for normalization in ("batch-uncentered", "layer", "rms"):
        spec = NetworkSpec(BUILTIN["relu"], normalization)
        check_starting_gram(spec, identical)
        with pytest.raises(DegenerateGramError, match="divides 0 by 0"):
            check_starting_gram(spec, np.zeros((2, 2)))
        check_starting_gram(NetworkSpec(BUILTIN["relu"], normalization, bias_variance=1.0), np.zeros((2, 2)))
    with pytest.raises(DegenerateGramError, match="a sample's activations are all zero"):
        check_starting_gram(NetworkSpec(BUILTIN["relu"], "rms"), np.diag([1.0, 0.0]))
    check_starting_gram(BATCH, gram_of_input(np.array([[0.3, 0.3, 0.4]])))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": "relu"}, "pass an Elementwise"),
        ({"normalization": "group"}, "write one of batch"),
        ({"epsilon": -1.0}, "write a number >= 0"),
        ({"epsilon": math.nan}, "write a number >= 0"),
        ({"weight_variance": 0.0}, "write a positive number"),
        ({"weight_variance": math.inf}, "write a positive number"),
        ({"bias_variance": -0.1}, "write a number >= 0"),
    ],
)
def test_bad_networks_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        NetworkSpec(**{"activation": BUILTIN["relu"], "normalization": "batch", **change})


@pytest.mark.parametrize(
    ("width", "depth", "layers", "message"),
    [
        (0, 3, None, "width is 0"),
        (2.5, 3, None, "width is 2.5"),
        (True, 3, None, "width is True"),
        ([4, 4], 3, None, "2 widths for depth 3"),
        ([4, 0], 2, None, "width is 0"),
        (4, -1, None, "depth is -1"),
        (4, 3, [], "no layers"),
        (4, 3, [4], "within 0..3"),
        (4, 3, [2, 2], "increasing"),
        (4, 3, [-1], "layer is -1"),
    ],
)
def test_bad_plans_are_refused(width, depth, layers, message):
    with pytest.raises(ValueError, match=message):
        depth_plan(width, depth, layers)
