"""Hypothesis strategies for the objects of the field.

>>> from hypothesis import find
>>> find(batch_sizes(), lambda n: n > 5)
6
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from sympy import ImmutableDenseMatrix, Rational

from theory import activations as library
from theory.activations.base import Activation
from theory.network import NORMALIZATIONS, Network


def batch_sizes(least: int = 3, most: int = 12) -> st.SearchStrategy[int]:
    """Batch sizes that centred batch normalisation accepts without degeneracy."""
    return st.integers(least, most)


def widths(least: int = 2, most: int = 256) -> st.SearchStrategy[int]:
    """Widths, small ones first: below the batch size every Gram matrix is rank-deficient."""
    return st.integers(least, most)


def depths(least: int = 1, most: int = 20) -> st.SearchStrategy[int]:
    """Numbers of layers."""
    return st.integers(least, most)


def correlations(*, open_ends: bool = False) -> st.SearchStrategy[Rational]:
    """Exact correlations in [-1, 1], the ends and their neighbourhoods included unless `open_ends`."""
    fractions = st.fractions(-1, 1, max_denominator=10**6)
    near = st.integers(2, 12).flatmap(
        lambda k: st.sampled_from([Fraction(10**k - 1, 10**k), Fraction(1 - 10**k, 10**k)])
    )
    chosen = (
        fractions | near | st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(-1, 2), Fraction(1), Fraction(-1)])
    )
    if open_ends:
        chosen = chosen.filter(lambda r: abs(r) < 1)
    return chosen.map(lambda r: Rational(r.numerator, r.denominator))


def activations(*, with_growth: bool = True) -> st.SearchStrategy[Activation]:
    """Built-in activations; with a linear growth bound unless told otherwise."""
    # by name, so that an activation is built (and checked) when it is drawn, and not before
    drawn = st.sampled_from(library.names()).map(library.get)
    return drawn.filter(lambda a: a.growth is not None) if with_growth else drawn


@st.composite
def networks(
    draw: st.DrawFn,
    normalizations: tuple[str, ...] = ("batch", "batch-uncentered"),
    sizes: st.SearchStrategy[int] | None = None,
) -> Network:
    """Networks of the model, with built-in activations that have a linear growth bound."""
    for name in normalizations:
        if name not in NORMALIZATIONS:
            raise ValueError(f"unknown normalization {name!r}: write one of {', '.join(NORMALIZATIONS)}")
    size = draw(batch_sizes() if sizes is None else sizes)
    return Network(draw(activations()), draw(st.sampled_from(normalizations)), size)


@st.composite
def batches(draw: st.DrawFn, batch_size: int, features: st.SearchStrategy[int] | None = None) -> np.ndarray:
    """Input batches (features, batch) that batch normalisation accepts: random directions at several scales, now and then
    with a repeated sample, a constant feature, or one dominant direction."""
    rows = draw(st.integers(1, 12) if features is None else features)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    batch = rng.standard_normal((rows, batch_size)) * 10.0 ** draw(st.integers(-3, 3))
    shape = draw(st.sampled_from(["plain", "repeated", "constant", "dominant"]))
    if shape == "repeated" and batch_size > 2:
        batch[:, 1] = batch[:, 0]
    elif shape == "constant":
        batch = np.vstack([batch, np.full((1, batch_size), batch.std())])
    elif shape == "dominant":
        batch[0] *= 1e3
    return batch


def gram_matrices(batch_size: int) -> st.SearchStrategy[np.ndarray]:
    """Gram matrices X^T X / d_0 of the batches above."""
    return batches(batch_size).map(lambda x: x.T @ x / x.shape[0])


@st.composite
def correlation_matrices(draw: st.DrawFn, size: int) -> ImmutableDenseMatrix:
    """Exact correlation matrices: inner products of rational unit vectors, equal and opposite ones included.

    Args:
        size: samples, 1 or more.
    """
    dimension = draw(st.integers(1, size))
    vectors = []
    for _ in range(size):  # a rational point of the unit sphere by stereographic projection
        t = draw(st.lists(st.fractions(-3, 3, max_denominator=12), min_size=dimension, max_size=dimension))
        square = sum((x * x for x in t), Fraction(0))
        vectors.append([2 * x / (1 + square) for x in t] + [(1 - square) / (1 + square)])
    products = [[sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) for v in vectors] for u in vectors]
    return ImmutableDenseMatrix([[Rational(p.numerator, p.denominator) for p in row] for row in products])


@st.composite
def covariance_matrices(draw: st.DrawFn, size: int) -> ImmutableDenseMatrix:
    """Exact covariance matrices A A^T with small rational A, singular ones included; every variance is positive.

    Args:
        size: variables, 1 or more.
    """
    correlation = draw(correlation_matrices(size))
    scales = draw(st.lists(st.fractions(Fraction(1, 8), 8, max_denominator=8), min_size=size, max_size=size))
    exact = [Rational(x.numerator, x.denominator) for x in scales]
    return ImmutableDenseMatrix(size, size, lambda i, j: exact[i] * exact[j] * correlation[i, j])
