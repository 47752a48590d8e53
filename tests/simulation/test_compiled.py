"""The compiled sampler's contract: the same as numpy's. That its law is right: test_agreement_in_law."""

import subprocess
import sys

import numpy as np
import pytest

from numerics.simulation import gram_chain
from numerics.simulation.compiled import linear
from numerics.simulation.compiled import strips as strips_module
from numerics.simulation.compiled.program import STACK, UnsupportedActivationError, compile_program, run_program
from numerics.simulation.elementwise import BUILTIN, Elementwise
from numerics.simulation.network_spec import NORMALIZATIONS, NetworkSpec
from numerics.simulation.starting_gram import DegenerateGramError, gram_of_input
from tests.simulation.test_elementwise import OPERATIONS

pytestmark = pytest.mark.slow

INPUT = np.random.default_rng(7).normal(size=(9, 4))
GRAM = gram_of_input(INPUT)
ACTIVATIONS = {**BUILTIN, **{name: Elementwise(name, tree) for name, (tree, _) in OPERATIONS.items()}}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_programs_compute_what_the_tree_says(name, dtype):
    values = np.concatenate([np.linspace(-2, 2, 40), [0.0, -0.0, 5.0, -7.0]]).astype(dtype)
    if name in ("inverse", "asin", "acos"):  # whose own conditioning is bad further out
        values = values[np.abs(values) < 3]
    expected = ACTIVATIONS[name](values)
    opcodes, constants = compile_program(ACTIVATIONS[name])
    run_program(opcodes, constants, values, np.empty((STACK, values.size), dtype))
    assert np.max(np.abs(values - expected) / np.maximum(1, np.abs(expected))) < 8 * np.finfo(dtype).eps


def test_far_angles_go_to_the_library():
    values = np.array([1e7, -3e9, 1.0])
    expected = np.sin(values)
    run_program(*compile_program(BUILTIN["sin"]), values, np.empty((STACK, 3)))
    np.testing.assert_allclose(values, expected, atol=1e-15)


def test_too_deep_expressions_are_refused():
    tree = ("x",)
    for _ in range(STACK):
        tree = ("div", ("x",), ("add", ("exp", ("x",)), tree))
    with pytest.raises(UnsupportedActivationError, match="use compiled=False"):
        gram_chain.sample(NetworkSpec(Elementwise("deep", tree), "batch"), GRAM, width=4, depth=1, compiled=True)


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_depends_on_seed_settings_and_index_alone(normalization, dtype, monkeypatch):
    spec = NetworkSpec(BUILTIN["tanh"], normalization, bias_variance=0.1)
    arguments = {"seed": 5, "dtype": dtype, "compiled": True}
    together = gram_chain.sample(spec, GRAM, width=700, depth=12, networks=20, **arguments)
    np.testing.assert_array_equal(together[:, 0], np.broadcast_to(GRAM, (20, 4, 4)))
    monkeypatch.setattr("numerics.simulation.compiled.sampler.CALL_NUMBERS", 700 * 4 * 5)
    monkeypatch.setattr("numerics.simulation.compiled.sampler.HELD_NUMBERS", 0)
    few = gram_chain.sample(spec, GRAM, width=700, depth=7, networks=[19, 3], layers=[2, 7], **arguments)
    np.testing.assert_array_equal(few, together[[19, 3]][:, [2, 7]])
    assert len(np.unique(together[:, 12, 0, 1])) == 20
    np.testing.assert_array_equal(together, np.swapaxes(together, 2, 3))
    numpys = gram_chain.sample(spec, GRAM, width=700, depth=12, seed=5, dtype=dtype)
    assert np.abs(numpys[0, 1:] - together[0, 1:]).min() > 0


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("compiled", [False, True])
def test_identical_samples_stay_identical_however_deep(normalization, dtype, compiled):
    """Rounding alone would part them: under batch normalisation small differences grow 1.47 times a layer."""
    start = gram_of_input(INPUT[:, [0, 1, 1, 2]])
    spec = NetworkSpec(BUILTIN["relu"], normalization, weight_variance=2.0)
    grams = gram_chain.sample(spec, start, width=40, depth=300, dtype=dtype, compiled=compiled)[0]
    np.testing.assert_array_equal(grams[1:, 1], grams[1:, 2])
    assert np.all(np.abs(grams[:9, 0] - grams[:9, 1]).max(axis=1) > 1e-9 * np.abs(grams[:9]).max(axis=(1, 2)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("compiled", [False, True])
def test_rank_is_kept_by_linear_networks_however_deep(dtype, compiled):
    """W X has the rank of X; batch normalisation amplifies whatever rounding adds to it."""
    batch = np.random.default_rng(3).normal(size=(9, 2)) @ np.random.default_rng(4).normal(size=(2, 6))
    spec = NetworkSpec(BUILTIN["identity"], "batch")
    grams = gram_chain.sample(spec, gram_of_input(batch), width=60, depth=200, dtype=dtype, compiled=compiled)[0]
    assert (np.linalg.eigvalsh(grams)[:, :4] < 1e-9).all()


def test_faults_are_named_as_by_numpy():
    square = Elementwise("square", ("pow", ("x",), ("const", 2.0)))
    with pytest.raises(DegenerateGramError, match="layer 1: every neuron is constant over the batch"):
        gram_chain.sample(NetworkSpec(square, "batch"), np.eye(2), width=5, depth=2, compiled=True)
    spec = NetworkSpec(BUILTIN["identity"], "none", weight_variance=1e20)
    with pytest.raises(ValueError, match=r"layer \d+: the Gram matrix left float64"):
        gram_chain.sample(spec, GRAM, width=5, depth=10_000, compiled=True)
    with pytest.raises(ValueError, match=r"layer \d+: the Gram matrix left float64"):
        gram_chain.sample(spec, GRAM, width=5, depth=16, compiled=True)


@pytest.mark.parametrize("scale", [1e-140, 1e-30, 1e30, 1e140])
@pytest.mark.parametrize("compiled", [False, True])
def test_normalised_float32_networks_do_not_see_the_scale_of_the_input(scale, compiled):
    spec = NetworkSpec(BUILTIN["relu"], "batch")
    arguments = {"width": 4000, "depth": 2, "dtype": np.float32, "compiled": compiled, "networks": 8}
    plain = gram_chain.sample(spec, GRAM, **arguments)[:, 2].mean(axis=0)
    scaled = gram_chain.sample(spec, scale * GRAM, **arguments)[:, 2].mean(axis=0)
    assert np.abs(plain - scaled).max() < 0.05


@pytest.mark.parametrize("order", [1, 2, 5, 8, 13])
def test_pivoted_factor_reproduces_singular_matrices(order):
    rng = np.random.default_rng(order)
    for rank in range(order + 1):
        thin = rng.normal(size=(order, rank))
        matrix = thin @ thin.T
        root, swaps = np.zeros((order, order)), np.zeros(order, np.int64)
        smallest = order * 2e-16 * max(np.trace(matrix), 1e-300)
        linear.pivoted_root(matrix.copy(), order, order, smallest, root, swaps)
        np.testing.assert_allclose(root @ root.T, matrix, atol=1e-13 * order)
        assert np.linalg.matrix_rank(root, tol=1e-7) == rank


@pytest.mark.parametrize("samples", [2, 3, 7, 16, 45])
def test_roots_of_centred_covariances_sum_to_zero(samples):
    """Both ways to a root, from a Gram matrix whose mean part is large beside the rest."""
    batch = np.random.default_rng(samples).normal(size=(3 * samples, samples)) + 10
    gram = batch.T @ batch
    centring = np.eye(samples) - 1 / samples
    expected = 2 * centring @ gram @ centring
    covariance, order = np.empty((samples, samples)), samples - 1
    linear.covariance_of(True, gram, 2.0, 5.0, covariance)
    np.testing.assert_allclose(covariance, expected, atol=1e-12 * np.trace(gram))
    # whatever the last layer's root was
    triangular, pivoted = np.full((samples, order), np.nan), np.full((samples, order), np.nan)
    swaps = np.zeros(samples, np.int64)
    assert linear.cholesky(covariance, order, 1e-9, triangular)
    linear.pivoted_root(covariance.copy(), samples, order, 1e-9, pivoted, swaps)
    for root in (triangular, pivoted):
        linear.close_columns(root, samples, order)
        np.testing.assert_allclose(root @ root.T, expected, atol=1e-12 * np.trace(gram))
        assert np.abs(root.sum(axis=0)).max() < 1e-12 * np.sqrt(np.trace(gram))


@pytest.mark.parametrize("normalization", ["batch", "batch-uncentered", "none"])
def test_a_full_root_leaves_nothing_behind(normalization):
    """Narrow layers have singular covariances, wide ones after them do not; means of 400 networks, six standard errors."""
    spec = NetworkSpec(BUILTIN["relu"], normalization, weight_variance=2.0)
    arguments = {"width": (3, 60, 60), "depth": 3, "networks": 400}
    found = [gram_chain.sample(spec, GRAM, compiled=kind, **arguments)[:, 1:] for kind in (False, True)]
    spread = np.sqrt((found[0].var(axis=0) + found[1].var(axis=0)) / 400)
    assert (np.abs(found[0].mean(axis=0) - found[1].mean(axis=0)) < 6 * spread).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("samples", [2, 4, 7, 16, 21])
def test_strips_multiply_scale_and_add_products(samples, dtype):
    rng = np.random.default_rng(samples)
    rows, strip, strips = -(-samples // 4) * 4, strips_module.strip_columns(np.dtype(dtype)), 3
    order, neurons = samples - 1, 2 * strip + 3
    root = np.zeros((rows, rows))
    root[:samples, :order] = np.tril(rng.normal(size=(samples, order)))
    packed, lengths = np.zeros(rows * order, dtype), np.zeros(rows // 4, np.int64)
    strips_module.pack_root(root + np.triu(np.ones((rows, rows)), 1), order, rows, True, 2.0, packed, lengths)
    normals = rng.normal(size=strips * order * strip).astype(dtype)
    block, squares = np.full(strips * rows * strip, np.nan, dtype), np.full(strips * strip, np.nan, dtype)
    strips_module.multiply_root(packed, lengths, order, normals, strips, block, squares)
    hidden = np.einsum("ik,skr->isr", 2 * root[:samples, :order], normals.reshape(strips, order, strip).astype(float))
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    got = block.reshape(strips, rows, strip).swapaxes(0, 1)
    np.testing.assert_allclose(got[:samples], hidden, **tolerance)
    np.testing.assert_allclose(squares, (hidden**2).sum(axis=0).ravel(), **tolerance)
    wide = np.full(block.size, np.nan)
    strips_module.scale_neurons(block, rows, samples, strips, squares, 0.5, 0.0, wide)
    scaled = np.maximum(hidden / np.sqrt((hidden**2).mean(axis=0) + 0.5), 0)
    np.testing.assert_allclose(wide.reshape(strips, rows, strip).swapaxes(0, 1)[:samples], scaled, **tolerance)
    strips_module.clear_columns(wide, rows, strips, strip, neurons)
    total = np.zeros((rows, rows))
    strips_module.add_products(wide, rows, strips, strip, total)
    kept = scaled.reshape(samples, -1)[:, :neurons]
    np.testing.assert_allclose(np.tril(total)[:samples, :samples], np.tril(kept @ kept.T), **tolerance)


def test_without_numba_the_error_says_what_to_install():
    code = """
import sys
sys.modules["numba"] = None
import numpy as np
from numerics.simulation import gram_chain
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec
spec = NetworkSpec(BUILTIN["relu"], "batch")
gram_chain.sample(spec, np.eye(3), width=5, depth=2)
try:
    gram_chain.sample(spec, np.eye(3), width=5, depth=2, compiled=True)
except gram_chain.MissingCompilerError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == (
        "compiled=True needs numba; install it with pip install 'gramchain[fast]', or use compiled=False"
    )
