"""Sides of statements by plain sampling, written from the definitions: Gaussian rows, normalised rows, networks of finite width.

Shares nothing with the library's evaluation, enclosures or samplers; good to a few standard errors.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import erf as erf_of
from sympy import Expr, Float, Limit, lambdify, oo

from proofs_check.finite_width.chain import ChainProbability, Event, chain_numbers
from theory.expectation import BatchNormMean, GaussianMean, Mean, SphereMean


def _normalised(rows: np.ndarray, centered: bool) -> np.ndarray:
    rows = rows - rows.mean(axis=1, keepdims=True) if centered else rows
    return rows * np.sqrt(rows.shape[1]) / np.linalg.norm(rows, axis=1, keepdims=True)


def _gaussian(rng: np.random.Generator, count: int, covariance: Any) -> np.ndarray:
    values, vectors = np.linalg.eigh(np.array(covariance.tolist(), dtype=float))
    return (rng.standard_normal((count, len(values))) * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _mean(node: Mean, rng: np.random.Generator, count: int) -> tuple[float, float]:
    law = node.law
    if isinstance(node, GaussianMean):
        rows = _gaussian(rng, count, law.covariance)
    elif isinstance(node, SphereMean):
        rows = _normalised(rng.standard_normal((count, int(law.batch_size))), law.centered)
    else:
        assert isinstance(node, BatchNormMean)
        rows = _normalised(_gaussian(rng, count, law.gram), law.centered)[:, list(law.indices)]
    function = lambdify(
        law.variables,
        node.expression.doit(),
        [{"erf": erf_of, "Heaviside": lambda v, _=0: np.heaviside(v, 0.5)}, "numpy"],
    )
    values = np.broadcast_to(function(*(rows[:, k] for k in range(len(law.variables)))), count)
    return float(values.mean()), float(values.std() / math.sqrt(count))


def _grams(number: Any, rng: np.random.Generator, networks: int) -> np.ndarray:
    """G_L of many networks of finite width, layer by layer with explicit rows."""
    net, d = number.network, int(number.width)
    n, key = int(net.batch_size), net.normalization_key
    sigma = lambdify(list(net.activation.formula.free_symbols), net.activation.formula, "numpy")
    start = np.eye(n) if number.start is None else np.array(number.start.tolist(), dtype=float)
    grams = np.broadcast_to(start, (networks, n, n))
    for _ in range(int(number.depth)):
        values, vectors = np.linalg.eigh(grams)
        root = vectors * np.sqrt(np.maximum(values, 0))[:, None, :]
        rows = rng.standard_normal((networks, d, n)) @ np.swapaxes(root, 1, 2) * math.sqrt(float(net.weight_variance))
        if key != "none":
            rows = _normalised(rows.reshape(-1, n), key == "batch").reshape(rows.shape)
        active = sigma(rows)
        grams = np.swapaxes(active, 1, 2) @ active / d
    return grams


def _chain(number: Any, rng: np.random.Generator, networks: int) -> tuple[float, float]:
    grams, quantity = _grams(number, rng, networks), number.quantity
    measured = quantity.quantity if isinstance(quantity, Event) else quantity
    orbit = None
    if measured.needs_orbit:
        assert number.depth == 1 or number.network.activation.name == "identity"
        orbit = grams.mean(axis=0)  # the chain's mean is the orbit where one step is unbiased, or the map is linear
    values = measured.measure(grams, number.network, orbit)
    if isinstance(number, ChainProbability):
        assert quantity.relation.value == ">="
        values = (values >= float(quantity.threshold)).astype(float)
    return float(values.mean()), float(values.std() / math.sqrt(networks))


def sampled(side: Expr, point: dict[Any, Any], seed: int, count: int = 200_000) -> tuple[float, float]:
    """The value of a side at a point, and its standard error to first order."""
    if isinstance(side, Limit):
        inner, variable, _ = side.args[:3]
        assert side.args[2] is oo
        return float(inner.subs(variable, 10**9).evalf(40)), 1e-6
    rng, side = np.random.default_rng(seed), side.subs(point)
    nodes = [*side.atoms(Mean), *chain_numbers(side)]
    found = [_chain(v, rng, min(count, 4_000_000 // (int(v.width) * int(v.network.batch_size) ** 2)))
             if not isinstance(v, Mean) else _mean(v, rng, count) for v in nodes]  # fmt: skip
    value = float(side.xreplace({v: Float(m) for v, (m, _) in zip(nodes, found, strict=True)}).doit().evalf(30))
    variance = 0.0
    for v, (m, error) in zip(nodes, found, strict=True):
        rule = {w: Float(p) for w, (p, _) in zip(nodes, found, strict=True)}
        rule[v] = Float(m + error)
        variance += (float(side.xreplace(rule).doit().evalf(30)) - value) ** 2
    return value, math.sqrt(variance)
