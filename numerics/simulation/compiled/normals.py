"""Normal variates in bulk: sixteen interleaved xoshiro256++ generators, and the Box-Muller transform.

xoshiro256++ is Blackman and Vigna's (ACM TOMS 47, 2021), which passes BigCrush; the lanes start from keyed SplitMix64
words. tests/simulation/test_compiled_normals.py holds this code to the published one and the normals to their law;
benchmarks/generator_battery.py feeds the interleaved words to dieharder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from numerics.simulation.compiled.functions import (
    INLINE,
    as_bits,
    as_double,
    as_short_bits,
    as_single,
    cosine_of_octant,
    log,
    sine_of_octant,
    wide_vectors,
)

LANES = 16
_U = np.uint64
_W = np.uint32
OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}


@njit(**INLINE)
def _mix(z):
    """SplitMix64's output function (Steele, Lea and Flood, 2014)."""
    z = (z ^ (z >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> _U(27))) * _U(0x94D049BB133111EB)
    return z ^ (z >> _U(31))


@njit(**OPTIONS)
def seed_lanes(key, network, state):
    """Start a network's lanes: word w of lane j is a SplitMix64 output of a stream started from key word w and the
    network.

    Two lanes share a state only if four independent 64-bit words agree.

    Args:
        key: four uint64 words, from a SeedSequence of (seed, settings).
        network: its index.
        state: shape (4, LANES), uint64; overwritten.
    """
    for word in range(4):
        start = _mix(key[word] + _mix(_U(network) * _U(0x9E3779B97F4A7C15) + _U(word + 1)))
        for lane in range(LANES):
            state[word, lane] = _mix(start + _U(lane + 1) * _U(0x9E3779B97F4A7C15))


@njit(**OPTIONS)
def fill_words(state, words):
    """The next words of all lanes, interleaved; the length is a multiple of LANES."""
    wide_vectors()
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    for start in range(0, words.size, LANES):
        for lane in range(LANES):
            a, b, c, d = s0[lane], s1[lane], s2[lane], s3[lane]
            total = a + d
            words[start + lane] = ((total << _U(23)) | (total >> _U(41))) + a
            shifted = b << _U(17)
            c ^= a
            d ^= b
            s1[lane] = b ^ c
            s0[lane] = a ^ d
            s2[lane] = c ^ shifted
            s3[lane] = (d << _U(45)) | (d >> _U(19))


@njit(**OPTIONS)
def box_muller(words, out):
    """As many normals as words; float64. The largest is sqrt(104 ln 2) = 8.49.

    The first half of the words gives radii (52 bits) and two signs; the second half the angle within an octant (51
    bits) and which coordinate is which.
    """
    wide_vectors()
    half = out.size // 2
    # two loops: in one, more instructions wait for logarithms and roots than a processor keeps in sight
    for i in range(half):
        out[i] = -2.0 * log(2.0 - as_double((words[i] >> _U(12)) | _U(0x3FF0000000000000)))
    for i in range(half):
        first, second = words[i], words[half + i]
        radius = as_bits(np.sqrt(out[i]))
        angle = (as_double((second >> _U(12)) | _U(0x3FF0000000000000)) - 0.9999999999999999) * 0.7853981633974483
        one = as_double(radius | (first << _U(63))) * cosine_of_octant(angle)
        other = as_double(radius | ((first << _U(62)) & _U(0x8000000000000000))) * sine_of_octant(angle)
        swap = (second & _U(1)) != _U(0)
        out[i] = other if swap else one
        out[half + i] = one if swap else other


@njit(**INLINE)
def _single_log(x):
    """ln x in float32 (Cephes)."""
    bits = as_short_bits(x)
    mantissa = as_single((bits & _W(0x007FFFFF)) | _W(0x3F000000))
    # 2^23 in float32 counts in ones, as 2^52 does in float64; whole numbers would be widened to 64 bits
    exponent = as_single((bits >> _W(23)) | _W(0x4B000000)) - np.float32(8388608 + 126)
    small = mantissa < np.float32(0.70710678)
    f = (mantissa + mantissa if small else mantissa) - np.float32(1)
    exponent = exponent - np.float32(1) if small else exponent
    z = f * f
    p = np.float32(7.0376836292e-2) * f + np.float32(-1.1514610310e-1)
    p = p * f + np.float32(1.1676998740e-1)
    p = p * f + np.float32(-1.2420140846e-1)
    p = p * f + np.float32(1.4249322787e-1)
    p = p * f + np.float32(-1.6668057665e-1)
    p = p * f + np.float32(2.0000714765e-1)
    p = p * f + np.float32(-2.4999993993e-1)
    p = p * f + np.float32(3.3333331174e-1)
    y = p * z * f - np.float32(0.5) * z + exponent * np.float32(-2.12194440e-4)
    return y + f + exponent * np.float32(0.693359375)


@njit(**OPTIONS)
def box_muller_single(words, out):
    """Two float32 normals from each word: 31 bits for the radius, which is at most 6.7, 30 for the angle."""
    wide_vectors()
    half = out.size // 2
    short = words.view(np.uint32)
    for i in range(half):
        first, second = short[i], short[half + i]
        uniform = (np.float32(np.int32(first >> _W(1))) + np.float32(0.5)) * np.float32(2.0**-31)
        # 1 would have radius 0, and a logarithm of the wrong sign after rounding
        uniform = uniform if uniform < np.float32(1) else np.float32(1.0 - 2.0**-24)
        radius = as_short_bits(np.sqrt(np.float32(-2) * _single_log(uniform)))
        angle = (np.float32(np.int32(second >> _W(2))) + np.float32(0.5)) * np.float32(0.7853981633974483 * 2.0**-30)
        z = angle * angle
        cosine = np.float32(2.443315711809948e-5) * z + np.float32(-1.388731625493765e-3)
        cosine = (cosine * z + np.float32(4.166664568298827e-2)) * z * z - np.float32(0.5) * z + np.float32(1)
        sine = np.float32(-1.9515295891e-4) * z + np.float32(8.3321608736e-3)
        sine = (sine * z + np.float32(-1.6666654611e-1)) * z * angle + angle
        one = as_single(radius | (first << _W(31))) * cosine
        other = as_single(radius | (second << _W(31))) * sine
        swap = (second & _W(2)) != _W(0)
        out[i] = other if swap else one
        out[half + i] = one if swap else other
