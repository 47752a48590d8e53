"""Normal variates in bulk: one xoshiro256++ generator a network, and boxes under the density.

xoshiro256++ is Blackman and Vigna's (ACM TOMS 47, 2021), which passes BigCrush; it starts from keyed SplitMix64 words.
tests/simulation/test_compiled_normals.py holds this code to the published one and the normals to their law;
benchmarks/generator_battery.py feeds words, starts and normals to dieharder.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from numerics.simulation.compiled.functions import INLINE
from numerics.simulation.compiled.normal_layers import LAYERS, build

_U = np.uint64
PART = 512
OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}

_LAYERS = build()
_BOXES = _U(_LAYERS.boxes)
_SLOT = _U(LAYERS - 1)
# a signed whole number times this: a point of a box
_WIDTHS = np.append(_LAYERS.edges[:-1], np.zeros(LAYERS - _LAYERS.boxes)) * 2.0**-63
_SINGLE_WIDTHS = (_WIDTHS * 2.0**32).astype(np.float32)
_EDGES, _DENSITIES, _BULGES = _LAYERS.edges, _LAYERS.densities, _LAYERS.bulges
_THRESHOLDS, _ALIASES = _LAYERS.thresholds, _LAYERS.aliases


@njit(**INLINE)
def _mix(z):
    """SplitMix64's output function (Steele, Lea and Flood, 2014)."""
    z = (z ^ (z >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> _U(27))) * _U(0x94D049BB133111EB)
    return z ^ (z >> _U(31))


@njit(**OPTIONS)
def seed_state(key, network, state):
    """Start a network's generator: word w is a SplitMix64 output keyed by word w of the key and the network.

    Two networks share a state only if four independent 64-bit words agree.

    Args:
        key: four uint64 words, from a SeedSequence of (seed, settings).
        network: its index.
        state: shape (4,), uint64; overwritten.
    """
    for word in range(4):
        start = _mix(key[word] + _mix(_U(network) * _U(0x9E3779B97F4A7C15) + _U(word + 1)))
        state[word] = _mix(start + _U(0x9E3779B97F4A7C15))


@njit(**OPTIONS)
def fill_words(state, words):
    """The next words."""
    for i in range(words.size):
        words[i] = _next_word(state)


@njit(**INLINE)
def _next_word(state):
    a, b, c, d = state[0], state[1], state[2], state[3]
    total = a + d
    shifted = b << _U(17)
    c ^= a
    d ^= b
    state[1] = b ^ c
    state[0] = a ^ d
    state[2] = c ^ shifted
    state[3] = (d << _U(45)) | (d >> _U(19))
    return ((total << _U(23)) | (total >> _U(41))) + a


@njit(**INLINE)
def _uniform(state):
    """In [0, 1), 53 bits."""
    return np.float64(_next_word(state) >> _U(11)) * 2.0**-53


@njit(**OPTIONS)
def beyond_boxes(state):
    """A normal variate, given that it is in no box."""
    word = _next_word(state)
    region = word & _SLOT
    if np.float64(word >> _U(11)) * 2.0**-53 >= _THRESHOLDS[region]:
        region = _U(_ALIASES[region])
    sign = 1.0 if word & _U(LAYERS) else -1.0
    if region == _U(0):
        edge = _EDGES[0]
        while True:  # Marsaglia's tail
            x = -math.log(1.0 - _uniform(state)) / edge
            if -2.0 * math.log(1.0 - _uniform(state)) > x * x:
                return sign * (edge + x)
    left, wide = _EDGES[region], _EDGES[region - _U(1)] - _EDGES[region]
    low, high = _DENSITIES[region - _U(1)], _DENSITIES[region]
    while True:
        across, up = _uniform(state), _uniform(state)
        above = up - (1.0 - across)
        if above > _BULGES[region]:
            continue
        x = left + across * wide
        # exponentials only near the line
        if above < -_BULGES[region] or low + up * (high - low) < math.exp(-0.5 * x * x):
            return sign * x


@njit(**OPTIONS)
def fill_normals(state, flat, late):
    """Standard normals in every entry.

    float64: a word each, whose low 9 bits choose the layer and whose value as a signed number the point. float32: half
    a word each.

    Args:
        state: shape (4,), uint64; left where the last draw left it.
        flat: contiguous, an even number of entries.
        late: shape (PART,), for places that wait for `beyond_boxes`.
    """
    for start in range(0, flat.size, PART):
        part = flat[start : min(start + PART, flat.size)]
        waiting = _fill_single(state, part, late) if flat.itemsize == 4 else _fill_double(state, part, late)
        for place in late[:waiting]:
            part[place] = beyond_boxes(state)


@njit(**OPTIONS)
def _fill_double(state, out, late):
    # the state in locals: _next_word would write it back after every word
    a, b, c, d = state[0], state[1], state[2], state[3]
    waiting = 0
    for i in range(out.size):
        total = a + d
        word = ((total << _U(23)) | (total >> _U(41))) + a
        shifted = b << _U(17)
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << _U(45)) | (d >> _U(19))
        layer = word & _SLOT
        out[i] = np.float64(np.int64(word)) * _WIDTHS[layer]
        if layer >= _BOXES:
            late[waiting] = i
            waiting += 1
    state[0], state[1], state[2], state[3] = a, b, c, d
    return waiting


@njit(**OPTIONS)
def _fill_single(state, out, late):
    a, b, c, d = state[0], state[1], state[2], state[3]
    waiting = 0
    half = out.size // 2
    first, second = out[:half], out[half:]
    for i in range(half):
        total = a + d
        word = ((total << _U(23)) | (total >> _U(41))) + a
        shifted = b << _U(17)
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << _U(45)) | (d >> _U(19))
        other = word >> _U(32)
        layer, other_layer = word & _SLOT, other & _SLOT
        first[i] = np.float32(np.int32(np.uint32(word))) * _SINGLE_WIDTHS[layer]
        second[i] = np.float32(np.int32(np.uint32(other))) * _SINGLE_WIDTHS[other_layer]
        if layer >= _BOXES:
            late[waiting] = i
            waiting += 1
        if other_layer >= _BOXES:
            late[waiting] = half + i
            waiting += 1
    state[0], state[1], state[2], state[3] = a, b, c, d
    return waiting
