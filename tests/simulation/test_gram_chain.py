"""The sampler's contract: shapes, streams, degenerate batches, refusals; its law is in test_agreement_in_law."""

import subprocess
import sys

import numpy as np
import pytest

from numerics.simulation import dense, gram_chain
from numerics.simulation.elementwise import BUILTIN, Elementwise
from numerics.simulation.network_spec import NORMALIZATIONS, NetworkSpec
from numerics.simulation.starting_gram import DegenerateGramError, gram_of_input

INPUT = np.random.default_rng(7).normal(size=(9, 4))
GRAM = gram_of_input(INPUT)
SAMPLERS = ("chain", "dense")
SQUARE = Elementwise("square", ("pow", ("x",), ("const", 2.0)))


def run(sampler, spec, batch, *, width, depth):
    """One network from an input batch, by either sampler."""
    if sampler == "chain":
        return gram_chain.sample(spec, gram_of_input(batch), width=width, depth=depth)[0]
    return dense.grams(spec, batch, width, depth, np.random.default_rng(0), start_is="input")


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_depends_on_seed_settings_and_index_alone(normalization, dtype):
    spec = NetworkSpec(BUILTIN["tanh"], normalization, bias_variance=0.1)
    together = gram_chain.sample(spec, GRAM, width=30, depth=12, networks=70, seed=5, dtype=dtype)
    assert together.shape == (70, 13, 4, 4)
    np.testing.assert_array_equal(together[:, 0], np.broadcast_to(GRAM, (70, 4, 4)))
    few = gram_chain.sample(spec, GRAM, width=30, depth=7, networks=[69, 3], seed=5, layers=[2, 7], dtype=dtype)
    np.testing.assert_array_equal(few, together[[69, 3]][:, [2, 7]])
    assert len(np.unique(together[:, 12, 0, 1])) == 70
    for other in (
        gram_chain.sample(spec, GRAM, width=30, depth=12, seed=6, dtype=dtype),
        gram_chain.sample(spec, 2 * GRAM, width=30, depth=12, seed=5, dtype=dtype),
        gram_chain.sample(NetworkSpec(BUILTIN["tanh"], normalization), GRAM, width=30, depth=12, seed=5, dtype=dtype),
    ):
        assert np.abs(other[0, 1:] - together[0, 1:]).min() > 0


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_wide_layers_in_several_blocks(normalization, monkeypatch):
    spec = NetworkSpec(BUILTIN["relu"], normalization)
    in_blocks = gram_chain.sample(spec, GRAM, width=10_000, depth=3, networks=3)
    monkeypatch.setattr("numerics.simulation.kernel_numpy.HELD_NUMBERS", 0)
    monkeypatch.setattr("numerics.simulation.kernel_numpy.BATCH_NUMBERS", 1)
    np.testing.assert_array_equal(gram_chain.sample(spec, GRAM, width=10_000, depth=3, networks=3), in_blocks)


def test_widths_may_differ_by_layer():
    spec = NetworkSpec(BUILTIN["relu"], "batch")
    grams = gram_chain.sample(spec, GRAM, width=[1, 2, 9, 9], depth=4, networks=20)
    ranks = np.linalg.matrix_rank(grams, tol=1e-9)
    assert (ranks[:, 1] == 1).all()
    assert (ranks[:, 2] <= 2).all()
    listed = gram_chain.sample(spec, GRAM, width=[9, 9], depth=2, networks=2)
    np.testing.assert_array_equal(listed, gram_chain.sample(spec, GRAM, width=9, depth=2, networks=2))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_identical_samples_stay_identical(sampler, normalization):
    """A duplicate makes every Gram matrix singular; it must neither fail nor drift apart."""
    batch = INPUT[:, [0, 1, 1, 2]]
    spec = NetworkSpec(BUILTIN["relu"], normalization)
    grams = run(sampler, spec, batch, width=40, depth=30)
    scale = np.abs(grams).max(axis=(1, 2))[:, None]
    assert np.all(np.abs(grams[:, 1] - grams[:, 2]) < 1e-6 * scale)
    assert np.all(np.abs(grams[:, 0] - grams[:, 1]).max(axis=1) > 1e-6 * scale[:, 0])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_constant_neuron_names_its_layer(sampler):
    """At n = 2 centred rows are (1, -1): their squares are constant over the batch, after one layer."""
    spec = NetworkSpec(SQUARE, "batch")
    with pytest.raises(DegenerateGramError, match="layer 1: every neuron is constant over the batch"):
        run(sampler, spec, np.eye(2), width=5, depth=2)
    relaxed = NetworkSpec(SQUARE, "batch", epsilon=1e-3)
    assert np.isfinite(gram_chain.sample(relaxed, np.eye(2), width=5, depth=4)).all()


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("depth", [10_000, 18])
def test_overflow_without_normalisation_is_an_error(sampler, depth):
    spec = NetworkSpec(BUILTIN["identity"], "none", weight_variance=1e20)
    with pytest.raises(ValueError, match=r"layer \d+: the Gram matrix left float64"):
        run(sampler, spec, INPUT, width=5, depth=depth)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("dtype", "layer"), [("float64", "9.."), ("float32", "(9.|1..)")])
def test_underflow_without_normalisation_is_an_error(compiled, dtype, layer):
    """Each ReLU layer of weight variance 1 halves the trace."""
    spec = NetworkSpec(BUILTIN["relu"], "none")
    arguments = {"width": 2000, "depth": 2000, "dtype": dtype, "compiled": compiled}
    with pytest.raises(ValueError, match=f"layer {layer}: the Gram matrix underflows {dtype}"):
        gram_chain.sample(spec, np.eye(2), **arguments)


@pytest.mark.parametrize("compiled", [False, True])
def test_overflow_of_float32_is_an_error(compiled):
    spec = NetworkSpec(BUILTIN["relu"], "none", weight_variance=20.0)
    with pytest.raises(ValueError, match=r"layer (2|3).: the Gram matrix left float32"):
        gram_chain.sample(spec, np.eye(2), width=500, depth=100, dtype=np.float32, compiled=compiled)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"networks": 0}, "networks is 0"),
        ({"networks": 1.5}, "networks is 1.5"),
        ({"networks": []}, "names no network"),
        ({"networks": [-1]}, "a negative one"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": "a"}, "seed is 'a'"),
        ({"dtype": np.int64}, "dtype is int64"),
        ({"width": 0}, "width is 0"),
        ({"depth": -1}, "depth is -1"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gram_chain.sample(NetworkSpec(BUILTIN["relu"], "batch"), GRAM, **{"width": 5, "depth": 2, **arguments})


def test_layer_normalisation_of_one_neuron_is_refused():
    with pytest.raises(ValueError, match="single neuron"):
        gram_chain.sample(NetworkSpec(BUILTIN["relu"], "layer"), GRAM, width=1, depth=2)


def test_dense_refuses_an_unknown_kind_of_start():
    with pytest.raises(ValueError, match="write 'input' or 'gram'"):
        dense.grams(NetworkSpec(BUILTIN["relu"], "batch"), GRAM, 5, 2, np.random.default_rng(0), start_is="rows")


def test_nothing_of_ours_outside_is_imported():
    code = """
import sys, pkgutil, importlib, numerics.simulation, numerics.simulation.compiled
for module in pkgutil.iter_modules(numerics.simulation.__path__, "numerics.simulation."):
    importlib.import_module(module.name)
others = {"sympy", "mpmath", "theory", "proofs_check", "flint", "scipy", "numba"}
print(sorted({name.split(".")[0] for name in sys.modules} & others))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
