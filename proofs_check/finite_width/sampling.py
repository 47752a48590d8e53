"""Draw a finite-width number: networks from the exact-in-law sampler, and a confidence sequence for the mean."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from numerics.lowering import lower
from numerics.maps import mean_field_orbit
from numerics.simulation import gram_chain
from numerics.simulation.backward import squared_gradients
from numerics.simulation.betting import BoundedMean
from numerics.simulation.canonical import stream
from proofs_check.finite_width.chain import ChainMean, ChainProbability, Event
from proofs_check.finite_width.quantities import QuantityError
from proofs_check.statement import Relation
from theory.activations.inference import jump_points
from theory.network import BatchNorm, Network

ROUNDING = 1e-9
"""Relative room for float64 rounding: a measured mean is worth no more than that."""
_COMPARE = {
    Relation.LESS: np.less,
    Relation.AT_MOST: np.less_equal,
    Relation.GREATER: np.greater,
    Relation.AT_LEAST: np.greater_equal,
    Relation.EQUAL: np.equal,
}


@functools.lru_cache(maxsize=64)
def _orbit_end(network: Network, start: Any, depth: int) -> np.ndarray:
    return mean_field_orbit(network, np.array(start.evalf(17).tolist(), dtype=float), depth)[-1]


TIE = 1e-11
"""Values this close to an event's threshold, relatively, are not told apart from it."""


class Sampler:
    """Draws of one finite-width number, and the running confidence sequence of its mean.

    Args:
        node: a `ChainMean` or `ChainProbability` with integer width, depth and batch size.
        level: probability that the confidence sequence ever misses the mean.
        seed, key: name the random stream; the same names give the same networks.

    Raises:
        QuantityError: a symbol left in the node, or a quantity that can be neither bounded below nor above.
    """

    def __init__(self, node: ChainMean | ChainProbability, level: float, seed: int, key: tuple[str, ...]):
        if node.free_symbols:
            names = ", ".join(sorted(map(str, node.free_symbols)))
            raise QuantityError(f"simulation needs numbers for {names}: give the variable a domain of choices")
        self.node = node
        self.spec = lower(node.network)
        self.start = np.array(node.start_gram().evalf(17).tolist(), dtype=float)
        _refuse_masses_at_jumps(node.network, self.start)
        self.seed = int(stream(seed, *key).generate_state(1, np.uint64)[0] >> 1)
        self.level = level
        self.number = 0
        self.size = 1.0  # of what was measured

    @functools.cached_property
    def mean(self) -> BoundedMean:
        """The running confidence sequence."""
        if isinstance(self.node, ChainProbability):
            return BoundedMean(0.0, 1.0, alpha=self.level)
        low, high = self.node.quantity.range(self.node.network)
        if self.node.depth == 0:  # no randomness yet; the range is that of a normalised network after a layer
            low = high = float(self.values(1)[0])
        if not np.isfinite(low) and high is None:
            raise QuantityError(
                "the quantity is unbounded on both sides: its mean cannot be tested without a moment bound"
            )
        # rounding may carry a measured value over the end of its range: widening the range keeps the interval valid
        low -= ROUNDING * max(1.0, abs(low))
        high = np.inf if high is None else high + ROUNDING * max(1.0, abs(high))
        return BoundedMean(low, high, alpha=self.level)

    @property
    def rounding(self) -> float:
        """Room for rounding in the values; the indicator of an event has none."""
        return 0.0 if isinstance(self.node, ChainProbability) else ROUNDING * self.size

    @property
    def lower(self) -> float:
        return float(self.mean.interval().lower) - self.rounding if self.number else -np.inf

    @property
    def upper(self) -> float:
        return float(self.mean.interval().upper) + self.rounding if self.number else np.inf

    @property
    def estimate(self) -> float:
        return float(self.mean.estimate) if self.number else np.nan

    def draw(self, count: int) -> None:
        """Simulate `count` more networks."""
        if count <= 0:
            return
        values = self.values(count)
        self.size = max(self.size, float(np.max(np.abs(values))))
        self.mean.update(values)
        self.number += count

    def values(self, count: int) -> np.ndarray:
        """The quantity for the next `count` networks, without counting them."""
        node, depth = self.node, int(self.node.depth)
        quantity = node.quantity.quantity if isinstance(node.quantity, Event) else node.quantity
        networks, width = range(self.number, self.number + count), int(node.width)
        if quantity.of_gradients:
            drawn = squared_gradients(
                self.spec, self.start, width=width, depth=depth, networks=networks, seed=self.seed
            )
        else:
            drawn = gram_chain.sample(
                self.spec, self.start, width=width, depth=depth, networks=networks, seed=self.seed, layers=[depth]
            )[:, 0]
        orbit = _orbit_end(node.network, node.start_gram(), depth) if quantity.needs_orbit else None
        values = quantity.measure(drawn, node.network, orbit)
        return happens(node.quantity, values) if isinstance(node.quantity, Event) else values


def _refuse_masses_at_jumps(network: Network, start: np.ndarray) -> None:
    """QuantityError where a row of the first layer lies at a jump of the activation with positive probability: float64 would decide.

    A coordinate has a mass where its variance is 0 and, under batch normalisation, where all samples lie on a line.
    """
    jumps = np.array([float(p) for p in jump_points(network.activation.formula)])
    if not jumps.size or (network.bias_variance != 0 and network.normalization is None):
        return
    spread, n = start, len(start)
    if isinstance(network.normalization, BatchNorm):
        if network.normalization.centered:
            spread = start - start.mean(0) - start.mean(1)[:, None] + start.mean()
        values, vectors = np.linalg.eigh(spread)
        if np.sum(values > TIE * values[-1]) == 1:
            line = np.sqrt(n) * vectors[:, -1]
            places = np.concatenate([line, -line])
        else:
            places = np.zeros(n)[np.diag(spread) <= TIE * values[-1]]
    else:
        places = np.zeros(n)[np.diag(spread) <= 0]
    if np.any(np.abs(places[:, None] - jumps[None, :]) <= np.sqrt(TIE)):
        raise QuantityError(
            f"a sample of this start lies at a jump of {network.activation.name} with positive probability: what the activation is there "
            "cannot be seen in float64; move the start"
        )


def happens(event: Event, values: np.ndarray) -> np.ndarray:
    """1 where the event happens for these values of its quantity, 0 elsewhere.

    Raises:
        QuantityError: a value that rounding cannot tell from the threshold: an atom of the law, where float64 would decide.
    """
    threshold = float(event.threshold)
    near = TIE * (1 + abs(threshold) + np.max(np.abs(values), initial=0.0))
    if np.any(np.abs(values - threshold) <= near):
        raise QuantityError(
            f"{event.quantity} equals the threshold {event.threshold} to rounding in some networks: "
            "whether the event happens there cannot be seen in float64; move the threshold"
        )
    return _COMPARE[event.relation](values, threshold).astype(float)
