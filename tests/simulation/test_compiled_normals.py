"""The compiled kernel's random numbers: the published generator, the transform's accuracy, the law of the normals.

The statistical tests use fixed seeds and levels whose sum over this file is below 1e-7.
"""

import math

import numpy as np
import pytest

from numerics.simulation.compiled import functions, normals

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


def test_lanes_are_the_published_generator():
    state = np.random.default_rng(5).integers(0, 1 << 64, size=(4, normals.LANES), dtype=np.uint64, endpoint=False)
    lanes = [[int(word) for word in state[:, lane]] for lane in range(normals.LANES)]
    words = np.empty(40 * normals.LANES, np.uint64)
    normals.fill_words(state, words)
    expected = [published(lanes[lane]) for _ in range(40) for lane in range(normals.LANES)]
    assert words.tolist() == expected
    assert state.T.tolist() == lanes


def started(network, key=0):
    state = np.empty((4, normals.LANES), np.uint64)
    normals.seed_lanes(np.random.SeedSequence(key).generate_state(4, np.uint64), network, state)
    return state


def test_lanes_start_apart():
    words = np.concatenate([started(network, key).ravel() for network in range(500) for key in range(4)])
    assert len(np.unique(words)) == words.size
    # every bit of a start is fair, and a neighbouring network changes half of the bits
    changed = [bin(int(a) ^ int(b)).count("1") for a, b in zip(started(0).ravel(), started(1).ravel())]
    assert abs(sum(changed) - 32 * len(changed)) < 6 * math.sqrt(16 * len(changed))


def drawn(dtype, seed, count=COUNT):
    state = started(seed)
    words = np.empty(count, np.uint64)
    out = np.empty(count, dtype)
    if dtype == np.float64:
        normals.fill_words(state, words)
        normals.box_muller(words, out)
    else:
        normals.fill_words(state, words[: count // 2])
        normals.box_muller_single(words[: count // 2], out)
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
        for lag in (*range(1, 40), COUNT // 2 - 1, COUNT // 2, COUNT // 2 + 1):
            for power in (1, 2):
                moved = sample**power - (power == 2)
                product = moved[lag:] @ moved[:-lag]
                assert abs(product) < 7 * math.sqrt((COUNT - lag) * power**2)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_pairs_lie_on_the_circle_that_the_words_say(dtype):
    """r^2/2 is the exponential made from the radius bits, recomputed here with numpy's logarithm."""
    words = np.random.default_rng(1).integers(0, 1 << 64, size=512, dtype=np.uint64)
    if dtype == np.float64:
        out = np.empty(512)
        normals.box_muller(words, out)
        uniform = 1 - (words[:256] >> np.uint64(12)).astype(np.float64) * 2.0**-52
    else:
        out = np.empty(1024, np.float32)
        normals.box_muller_single(words, out)
        uniform = ((words.view(np.uint32)[:512] >> np.uint32(1)).astype(np.float64) + 0.5) * 2.0**-31
    half = out.size // 2
    squares = out[:half].astype(np.float64) ** 2 + out[half:].astype(np.float64) ** 2
    np.testing.assert_allclose(
        squares, -2 * np.log(uniform), rtol=20 * np.finfo(dtype).eps, atol=1e-6 * (dtype == np.float32)
    )
    signs = {(a > 0, b > 0, abs(a) > abs(b)) for a, b in zip(out[:half], out[half:])}
    assert len(signs) == 8


def test_extreme_words_give_finite_normals():
    for word in (0, MASK, 1 << 63, (1 << 32) - 1):
        words = np.full(32, word, np.uint64)
        double, single = np.empty(32), np.empty(64, np.float32)
        normals.box_muller(words, double)
        normals.box_muller_single(words, single)
        assert np.isfinite(double).all()
        assert np.isfinite(single).all()


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
