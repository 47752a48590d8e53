"""The fast samplers have the law of the network as printed.

Two samples of equal size, one by `dense`, one by a fast sampler, are compared by Kolmogorov-Smirnov distances of eight
functionals at layers 1, 5 and 20. Every comparison is made at the level 1e-7/(number of comparisons), so that the
chance of any false alarm in this file is below 1e-7 a run, whatever the dependence between them. The same test must
detect planted differences.
"""

from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest

from numerics.simulation import dense, gram_chain
from numerics.simulation.elementwise import BUILTIN, Elementwise
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.starting_gram import gram_of_input
from tests.simulation.two_samples import FUNCTIONALS, describe, false_alarm_bound, smallest_false_alarm

pytestmark = pytest.mark.slow

LAYERS = (1, 5, 20)
NETWORKS = 4000
INPUT = np.random.default_rng(2024).normal(size=(6, 4)) + [[0.5, -0.5, 0.0, 1.0]]

SETTINGS = {
    "batch relu": (NetworkSpec(BUILTIN["relu"], "batch"), 12),
    "batch tanh": (NetworkSpec(BUILTIN["tanh"], "batch"), 12),
    "batch identity": (NetworkSpec(BUILTIN["identity"], "batch"), 12),
    "batch erf epsilon": (
        NetworkSpec(BUILTIN["erf"], "batch", epsilon=0.3, weight_variance=1.7, bias_variance=0.4),
        12,
    ),
    "batch relu narrow": (NetworkSpec(BUILTIN["relu"], "batch"), 3),
    "batch-uncentered leaky_relu": (NetworkSpec(BUILTIN["leaky_relu"], "batch-uncentered"), 12),
    "batch-uncentered sin": (NetworkSpec(BUILTIN["sin"], "batch-uncentered", bias_variance=0.5), 12),
    "layer relu": (NetworkSpec(BUILTIN["relu"], "layer"), 12),
    "layer gelu": (NetworkSpec(BUILTIN["gelu"], "layer", bias_variance=0.3, epsilon=0.1), 12),
    "rms tanh": (NetworkSpec(BUILTIN["tanh"], "rms"), 12),
    "rms abs": (NetworkSpec(BUILTIN["abs"], "rms", bias_variance=0.2), 7),
    "none relu": (NetworkSpec(BUILTIN["relu"], "none", weight_variance=2.0), 12),
    "none identity": (NetworkSpec(BUILTIN["identity"], "none"), 12),
    "none sin": (NetworkSpec(BUILTIN["sin"], "none", weight_variance=2.0, bias_variance=0.1), 12),
}
SAMPLERS = {
    "numpy float64": {"dtype": np.float64},
    "numpy float32": {"dtype": np.float32},
    "compiled float64": {"dtype": np.float64, "compiled": True},
    "compiled float32": {"dtype": np.float32, "compiled": True},
}
LEVEL = 1e-7 / (len(SETTINGS) * len(SAMPLERS) * len(LAYERS) * FUNCTIONALS)


@lru_cache
def by_dense(name):
    spec, width = SETTINGS[name]
    rng = np.random.default_rng([11, *name.encode()])
    return describe(
        dense.ensemble(spec, INPUT, width, max(LAYERS), rng, networks=NETWORKS, start_is="input", layers=LAYERS)
    )


def by_chain(spec, width, **sampler):
    start = gram_of_input(INPUT)
    arguments = {"width": width, "depth": max(LAYERS), "networks": NETWORKS, "seed": 3, "layers": LAYERS}
    return describe(gram_chain.sample(spec, start, **arguments, **sampler))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", SETTINGS)
def test_chain_has_the_law_of_the_printed_network(name, sampler):
    bound, where = smallest_false_alarm(by_dense(name), by_chain(*SETTINGS[name], **SAMPLERS[sampler]))
    assert bound > LEVEL, f"{name}: {where} differs, false-alarm bound {bound:.2g} below {LEVEL:.2g}"


PLANTED = {
    "sample variance in place of the population's": (
        "batch tanh",
        NetworkSpec(Elementwise("narrowed", ("tanh", ("mul", ("const", 0.75**0.5), ("x",)))), "batch"),
        12,
    ),
    "mean not subtracted": ("batch relu", NetworkSpec(BUILTIN["relu"], "batch-uncentered"), 12),
    "weights 5 % too large in standard deviation": (
        "none relu",
        NetworkSpec(BUILTIN["relu"], "none", weight_variance=2.2),
        12,
    ),
    "bias forgotten": ("rms abs", NetworkSpec(BUILTIN["abs"], "rms"), 7),
    "epsilon forgotten": ("layer gelu", NetworkSpec(BUILTIN["gelu"], "layer", bias_variance=0.3), 12),
    "layer in place of rms": ("rms abs", NetworkSpec(BUILTIN["abs"], "layer", bias_variance=0.2), 7),
    "half as wide again": ("batch identity", NetworkSpec(BUILTIN["identity"], "batch"), 18),
    "another activation": ("batch tanh", NetworkSpec(BUILTIN["erf"], "batch"), 12),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_planted_differences_are_detected(fault):
    name, spec, width = PLANTED[fault]
    bound, _ = smallest_false_alarm(by_dense(name), by_chain(spec, width))
    assert bound < LEVEL, f"{fault}: the test has no teeth, false-alarm bound {bound:.2g}"


@pytest.mark.parametrize(("count", "size"), [(1, 3), (2, 4), (3, 5), (4, 4)])
def test_false_alarm_bound_is_the_exact_one_sided_law_doubled(count, size):
    """Against the enumeration of all orderings of two samples."""
    orderings = list(combinations(range(2 * size), size))
    reached = 0
    for ordering in orderings:
        steps = np.full(2 * size, -1)
        steps[list(ordering)] = 1
        reached += np.cumsum(steps).max() >= count
    assert false_alarm_bound(count, size) == pytest.approx(min(1, 2 * reached / len(orderings)))
