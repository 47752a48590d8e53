"""Fluctuations of the eigenvalues of G_l: exact cases, and a plain simulation that shares no code with the formulas."""

from __future__ import annotations

import numpy
import pytest

from numerics import evaluate
from theory import BatchNorm, Network
from theory.fluctuations import stationary_fluctuations
from theory.network import NetworkError


def test_the_linear_network_has_no_constant_part():
    assert stationary_fluctuations(Network("identity", batch_size=4)).variance_constant_eigenvalue == 0


def test_a_correlation_that_is_zero_leaves_no_eigenvalue_apart():
    stated = stationary_fluctuations(Network("x^2 - 1/2", batch_size=5))
    assert stated.linearization.gram.off_diagonal == 0
    with pytest.raises(NetworkError, match="c = 0"):
        _ = stated.variance_constant_eigenvalue


@pytest.mark.slow
def test_relu_against_simulation():
    """The constant vector's eigenvalue sees no earlier layer, so layers are independent to first order.

    Six standard errors of a sample variance (1e-8), with 3 % for the next order in 1/d, about 20 % at d = 1000; the spread is correlated
    over layers
    with rate 0.61^2 and has nine degrees of freedom, so the same margin is wider still.
    """
    n, width, layers = 5, 8000, 1500
    generator = numpy.random.default_rng(7)
    gram, top, spread = numpy.eye(n), [], []
    for layer in range(layers):
        rows = generator.standard_normal((width, n)) @ numpy.linalg.cholesky(gram).T
        rows -= rows.mean(axis=1, keepdims=True)
        rows *= numpy.sqrt(n) / numpy.linalg.norm(rows, axis=1, keepdims=True)
        features = numpy.maximum(rows, 0)
        gram = features.T @ features / width
        if layer >= 20:
            values = numpy.linalg.eigvalsh(gram)
            top.append(values[-1])
            spread.append(((values[:-1] - values[:-1].mean()) ** 2).sum())
    stated = stationary_fluctuations(Network("relu", batch_size=n))
    margin = 6 * numpy.sqrt(2 / len(top)) + 0.03
    constant = float(evaluate(stated.variance_constant_eigenvalue, 12).value)
    assert width * numpy.var(top) == pytest.approx(constant, rel=margin, abs=0)
    assert width * numpy.mean(spread) == pytest.approx(float(evaluate(stated.eigenvalue_spread, 12).value), rel=margin)


@pytest.mark.parametrize("name", ["variance_constant_eigenvalue", "eigenvalue_spread"])
def test_errors_without_centring(name):
    stated = stationary_fluctuations(Network("identity", BatchNorm(centered=False), 5))
    with pytest.raises(NetworkError, match=r"centring|centred"):
        getattr(stated, name)
