"""The compiled kernel's random numbers: the published generator, the transform's accuracy, the law of the normals.

The statistical tests use fixed seeds and levels whose sum over this file is below 1e-7.
"""

import math
from itertools import pairwise

import numpy as np
import pytest

from numerics.simulation.compiled import functions, normal_layers, normals

COUNT = 1 << 20
SEEDS = range(2)
MASK = (1 << 64) - 1


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def published(state):
    """xoshiro256++ as its authors print it (Blackman and Vigna, 2021), in whole numbers; advances `state`."""
    result = (rotate((state[0] + state[3]) & MASK, 23) + state[0]) & MASK
    shifted = (state[1] << 17) & MASK
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 45)
    return result


def test_transcription_gives_the_published_outputs():
    """From state 1, 2, 3, 4: the reference values of the Rust crate rand_xoshiro, made with the authors' C program."""
    state = [1, 2, 3, 4]
    assert [published(state) for _ in range(4)] == [41943041, 58720359, 3588806011781223, 3591011842654386]


def test_words_are_the_published_generators():
    state = np.random.default_rng(5).integers(0, 1 << 64, size=4, dtype=np.uint64, endpoint=False)
    expected_state = [int(word) for word in state]
    words = np.empty(600, np.uint64)
    normals.fill_words(state, words)
    assert words.tolist() == [published(expected_state) for _ in range(600)]
    assert state.tolist() == expected_state


def started(network, key=0):
    state = np.empty(4, np.uint64)
    normals.seed_state(np.random.SeedSequence(key).generate_state(4, np.uint64), network, state)
    return state


def test_networks_start_apart():
    words = np.concatenate([started(network, key) for network in range(8000) for key in range(4)])
    assert len(np.unique(words)) == words.size
    # every bit of a start is fair, and a neighbouring network changes half of the bits
    starts = [started(network) for network in range(513)]
    changed = [bin(int(a) ^ int(b)).count("1") for first, second in pairwise(starts) for a, b in zip(first, second)]
    assert abs(sum(changed) - 32 * len(changed)) < 6 * math.sqrt(16 * len(changed))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_normal_is_the_point_of_the_box_that_its_word_names(dtype):
    """The published words, put into the boxes by whole-number arithmetic here; the others come from beyond the boxes."""
    layers = normal_layers.build()
    state = started(3)
    words = [published(other) for other in [[int(word) for word in state]] for _ in range(normals.PART)]
    if dtype == np.float32:
        # the low halves first
        words = words[: normals.PART // 2]
        numbers = [word & 0xFFFFFFFF for word in words] + [word >> 32 for word in words]
        bits = 32
    else:
        numbers, bits = words, 64
    out = np.empty(normals.PART, dtype)
    normals.fill_normals(state, out, np.empty(normals.PART, np.int64))
    beyond = 0
    for number, value in zip(numbers, out.astype(float)):
        layer = number & 511
        signed = number - (1 << bits) if number >> (bits - 1) else number
        if layer < layers.boxes:
            assert value == pytest.approx(
                layers.edges[layer] * (signed / 2 ** (bits - 1)), rel=1e-6 if bits == 32 else 1e-15
            )
        else:
            beyond += 1
    assert beyond < 30


def test_boxes_and_what_is_left_over_make_up_the_normal_density():
    """At every point the densities of all pieces, as the tables mix them, add up to the normal density: exactly in law."""
    layers = normal_layers.build()
    slots = np.zeros(layers.boxes + 1)
    for slot, (threshold, alias) in enumerate(zip(layers.thresholds, layers.aliases)):
        if threshold > 0:
            slots[slot] += threshold
        slots[alias] += 1 - threshold
    chances = slots / normal_layers.LAYERS * (1 - layers.boxes / normal_layers.LAYERS)
    edges, half = layers.edges, math.sqrt(math.pi / 2)
    tail = half * math.erfc(edges[0] / math.sqrt(2))
    for x in [*np.linspace(0.0005, 3.8, 400), 3.9, 5.0, 7.0]:
        f = math.exp(-x * x / 2)
        found = sum(1 / edge for edge in edges[:-1] if edge > x) / normal_layers.LAYERS
        if x > edges[0]:
            found += chances[0] * f / tail
        else:
            region = int(np.searchsorted(-edges, -x, side="right"))
            floor = layers.densities[region - 1]
            left, right = edges[region], edges[region - 1]
            area = half * (math.erfc(left / math.sqrt(2)) - math.erfc(right / math.sqrt(2))) - floor * (right - left)
            found += chances[region] * (f - floor) / area
        assert found == pytest.approx(f / half, rel=3e-10)


def test_the_line_that_saves_exponentials_never_decides_wrongly():
    layers = normal_layers.build()
    for region in range(1, layers.boxes + 1):
        left, right = layers.edges[region], layers.edges[region - 1]
        low, high = layers.densities[region - 1], layers.densities[region]
        across = np.linspace(0, 1, 1001)
        height = (np.exp(-((left + across * (right - left)) ** 2) / 2) - low) / (high - low)
        assert np.abs(height - (1 - across)).max() < layers.bulges[region]


def test_normals_from_beyond_the_boxes_have_their_law():
    """Kolmogorov-Smirnov, against the law of a normal given that it is in no box; 1e-9."""
    layers, state, count = normal_layers.build(), started(11), 1 << 17
    sample = np.sort(np.abs([normals.beyond_boxes(state) for _ in range(count)]))
    points = np.linspace(0, 5, 2001)
    inside = (np.minimum(points[:, None] / layers.edges[:-1], 1)).sum(axis=1) / normal_layers.LAYERS
    whole = np.array([math.erf(point / math.sqrt(2)) for point in points])
    expected = (whole - inside) / (1 - layers.boxes / normal_layers.LAYERS)
    found = np.searchsorted(sample, points, side="right") / count
    assert np.abs(found - expected).max() < math.sqrt(math.log(2 / 1e-9) / (2 * count))


def drawn(dtype, seed, count=COUNT):
    out = np.empty(count, dtype)
    normals.fill_normals(started(seed), out, np.empty(normals.PART, np.int64))
    return out.astype(np.float64)


def normal_cdf(values):
    return np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in values])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_normals_have_their_law(dtype):
    """Kolmogorov-Smirnov within the Dvoretzky-Kiefer-Wolfowitz-Massart bound; 1e-9 a comparison."""
    for seed in SEEDS:
        sample = np.sort(drawn(dtype, seed))
        # on every 64th order statistic, at the cost of 64/COUNT in distance
        places = np.arange(63, COUNT, 64)
        distance = np.abs(normal_cdf(sample[places]) - (places + 1) / COUNT).max()
        assert distance < math.sqrt(math.log(2 / 1e-9) / (2 * COUNT))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_normals_have_fair_tails_and_are_uncorrelated(dtype):
    """Counts and products at seven standard errors: below 1e-11 each."""
    for seed in SEEDS:
        sample = drawn(dtype, seed)
        for level in (1.0, 2.0, 3.0, 4.0):
            chance = math.erfc(level / math.sqrt(2)) / 2
            for count in ((sample > level).sum(), (sample < -level).sum()):
                assert abs(count - COUNT * chance) < 7 * math.sqrt(COUNT * chance)
        for lag in (*range(1, 40), 255, 256, 257, 511, 512, 513):
            for power in (1, 2):
                moved = sample**power - (power == 2)
                product = moved[lag:] @ moved[:-lag]
                assert abs(product) < 7 * math.sqrt((COUNT - lag) * power**2)


FUNCTIONS = {
    "log": (np.log, np.exp(np.linspace(-700, 700, 9001))),
    "expm1": (np.expm1, np.linspace(-800, 709, 9001)),
    "tanh": (np.tanh, np.linspace(-40, 40, 9001)),
    "softplus": (lambda x: np.logaddexp(0, x), np.linspace(-800, 800, 9001)),
    "erf": (np.vectorize(math.erf), np.linspace(-7, 7, 9001)),
    "sine_of_octant": (np.sin, np.linspace(-np.pi / 4, np.pi / 4, 901)),
    "cosine_of_octant": (np.cos, np.linspace(-np.pi / 4, np.pi / 4, 901)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_accurate(name):
    reference, points = FUNCTIONS[name]
    function = getattr(functions, name)
    got = np.array([function(point) for point in points])
    assert np.max(np.abs(got - reference(points)) / np.maximum(np.abs(reference(points)), 1)) < 5e-16
    assert function(0.5) == pytest.approx(reference(0.5), rel=5e-16)


def test_sines_are_accurate_over_many_turns():
    points = np.linspace(-1e5, 1e5, 3001)
    for turns, reference in ((0.0, np.sin), (1.0, np.cos)):
        got = np.array([functions.sine_shifted(point, turns) for point in points])
        assert np.max(np.abs(got - reference(points))) < 3e-16
