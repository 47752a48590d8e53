"""What the error figures share: the seed's input and its way of measuring, and the exact quantities beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from numerics.evaluate import evaluate
from numerics.fixed_gram import fixed_point_gram
from numerics.lowering import lower
from numerics.maps.mean_field import mean_field_orbit
from numerics.simulation import gram_chain
from numerics.simulation.starting_gram import gram_of_input
from proofs_check.figures.base import Point
from proofs_check.finite_width.prediction import bounded_error
from theory import Network
from theory.fluctuations import stationary_fluctuations
from theory.linearization import linearize

# the gains of the seed's initialisation, sqrt(d) times the standard deviation of a weight
GAINS = {"relu": 2**0.5, "tanh": 5 / 3, "selu": 3 / 4}
SEED_PANEL, OURS_PANEL = "as in the seed: linear outputs, averaged centre", "this theory: activations, exact centre"


@dataclass(frozen=True)
class Run:
    """Networks from one input: Gram matrices after the activation, and of the linear outputs that follow.

    Attributes:
        network, start, width: the model, G_0, d.
        seed: of the networks.
        activations: shape (networks, depth, n, n), layers 1 to depth.
        orbit: the mean-field orbit from G_0, shape (depth + 1, n, n).
    """

    network: Network
    start: np.ndarray
    width: int
    seed: int
    activations: np.ndarray
    orbit: np.ndarray

    @cached_property
    def outputs(self) -> np.ndarray:
        """Gram matrices of the linear outputs, shape (networks, depth, n, n); drawn where a panel asks for them."""
        name = self.network.activation.name
        depth, samples = self.activations.shape[1:3]
        rng = named_generator(self.seed, "linear outputs", name, self.width, depth, samples)
        return linear_outputs(self.activations, GAINS[name] ** 2, self.width, rng)


def named_generator(seed: int, *labels: object) -> np.random.Generator:
    """A generator of its own for every name, from one seed."""
    words = np.frombuffer(hashlib.blake2b(repr(labels).encode(), digest_size=16).digest(), dtype="<u4")
    return np.random.default_rng([seed, *(int(word) for word in words)])


def seed_input(batch_size: int, features: int, top: float, seed: int) -> np.ndarray:
    """X = U diag(top, 1, ..., 1) V^T, shape (features, batch_size), U and V with Haar-distributed columns."""
    rng = named_generator(seed, "input", batch_size, features)
    left, _ = np.linalg.qr(rng.standard_normal((features, batch_size)))
    right, _ = np.linalg.qr(rng.standard_normal((batch_size, batch_size)))
    values = np.ones(batch_size)
    values[0] = top
    return left @ np.diag(values) @ right.T


def run(activation: str, batch: np.ndarray, width: int, depth: int, repeats: int, seed: int) -> Run:
    """Independent networks from one input, every layer recorded.

    Args:
        activation: one with a gain in `GAINS`.
        batch: X, shape (features, batch size).
        width, depth, repeats, seed: of the networks.
    """
    network = Network(activation, batch_size=batch.shape[1])
    start = gram_of_input(batch)
    grams = gram_chain.sample(
        lower(network), start, width=width, depth=depth, networks=repeats, seed=seed, layers=range(1, depth + 1)
    )
    return Run(network, start, width, seed, grams, mean_field_orbit(network, start, depth))


def linear_outputs(grams: np.ndarray, variance: float, width: int, rng: np.random.Generator) -> np.ndarray:
    """(1/d) h^T h for h = W s, given the Gram matrix of s: d rows of law N(0, variance G)."""
    values, vectors = np.linalg.eigh(grams)
    root = vectors * np.sqrt(np.clip(values, 0, None))[..., None, :]
    normals = rng.standard_normal((*grams.shape[:-2], width, grams.shape[-1]))
    hidden = normals @ np.swapaxes(root, -1, -2)
    return variance * np.swapaxes(hidden, -1, -2) @ hidden / width


def distances(grams: np.ndarray, center: np.ndarray) -> np.ndarray:
    """Frobenius distances over the last two axes."""
    return np.linalg.norm(grams - center, axis=(-2, -1))


def seed_errors(found: Run) -> np.ndarray:
    """Distance of the linear outputs to their average over all layers and runs, shape (networks, layers)."""
    return distances(found.outputs, found.outputs.mean(axis=(0, 1)))


def exact_errors(found: Run) -> np.ndarray:
    """Distance of the post-activation Gram matrices to the exact G_*, shape (networks, layers)."""
    return distances(found.activations, fixed_point_gram(found.network))


def measured_point(panel: str, series: str, x: float, errors: np.ndarray) -> Point:
    """Median over networks, with the smallest and largest."""
    return Point(panel, series, "measured", x, float(np.median(errors)), float(errors.min()), float(errors.max()))


def predicted_error(found: Run, layer: int) -> float:
    """Root mean square of ||G_l - G_*||: the mean-field orbit's own distance, and the stationary tr V / d."""
    orbit = found.orbit
    gap = float(np.linalg.norm(orbit[layer] - fixed_point_gram(found.network)))
    return float(np.sqrt(gap**2 + sharp_constant(found.network) / found.width))


def rigorous_error(found: Run, layer: int) -> tuple[float, str]:
    """Rigorous bound on the root mean square of ||G_l - G_*|| and its basis; nan where there is none."""
    orbit = found.orbit[: layer + 1]
    bound = bounded_error(found.network, found.start, orbit, found.width)
    if bound.value is None:
        return float("nan"), bound.basis
    return float(np.sqrt(bound.value) + np.linalg.norm(orbit[-1] - fixed_point_gram(found.network))), bound.basis


@lru_cache(maxsize=64)
def sharp_constant(network: Network) -> float:
    """tr V, the limit of d E||G_l - G_*||^2; inf where the fixed point is unstable."""
    linear = linearize(network)
    rates = [linear.eigenvalue_standard] + ([] if linear.eigenvalue_pairs is None else [linear.eigenvalue_pairs])
    if any(abs(float(evaluate(rate, 8).value)) >= 1 for rate in rates):
        return float("inf")
    return float(evaluate(stationary_fluctuations(network).fluctuation_constant, 8).value)


def condition_number(network: Network) -> float:
    """kappa(G_*): the ratio of its extreme eigenvalues."""
    values = np.linalg.eigvalsh(fixed_point_gram(network))
    return float(values[-1] / values[0])


def called_theory(network: Network, layer: int, width: int, alpha: float = 0.5) -> float:
    """The curve that the seed's figures call theory: 2 kappa [(1-alpha)^{l/2} + n/(4 alpha sqrt d)]; not its theorem."""
    n = int(network.batch_size)
    return 2 * condition_number(network) * ((1 - alpha) ** (layer / 2) + 0.25 * n / (alpha * width**0.5))
