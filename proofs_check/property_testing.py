"""Judge a bound on simulated networks inside a property test: one example, one decision, one share of the error budget.

A property test draws many examples; a rule with a false-alarm probability of five per cent would fail a true bound almost surely.
Here the level of the whole run is divided over a number of examples fixed in advance, and each example is judged with an
e-process that may be looked at whenever one likes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numerics.lowering import lower
from numerics.maps import mean_field_step
from numerics.simulation import gram_chain
from numerics.simulation.betting import EProcess
from numerics.simulation.canonical import stream
from proofs_check.finite_width.quantities import largest_trace
from theory.network import Network

RUN_LEVEL = 1e-7


@dataclass(frozen=True)
class ExampleVerdict:
    """What one example says about the bound ``E X <= bound``.

    Args:
        refuted: the e-process against the bound reached 1/level: the bound is false, but for a false alarm.
        level: probability of that false alarm in this example.
        measured: average of X.
        ratio: bound / measured; a bound that holds by a large factor was hardly tested.
        networks: simulated networks.
    """

    refuted: bool
    level: float
    measured: float
    ratio: float
    networks: int


@dataclass(frozen=True)
class BoundTest:
    """A run of examples that share an error budget.

    Args:
        name: names the random streams.
        max_examples: fixed in advance; each example may spend level/max_examples.
        level: false-alarm probability of the whole run.
        networks: simulated networks an example.
    """

    name: str
    max_examples: int
    level: float = RUN_LEVEL
    networks: int = 400
    seed: int = 0

    def judge(self, draws: Callable[[int, int], np.ndarray], bound: float, settings: str) -> ExampleVerdict:
        """Test ``E X <= bound`` for nonnegative X; ``draws(count, seed)`` returns `count` fresh values.

        Raises:
            ValueError: a negative or infinite bound.
        """
        if not 0 < bound < np.inf:
            raise ValueError(f"a bound on a nonnegative mean must be positive and finite, not {bound}")
        level = self.level / self.max_examples
        seed = int(stream(self.seed, self.name, settings).generate_state(1, np.uint64)[0] >> 1)
        values = np.asarray(draws(self.networks, seed), dtype=float)
        process = EProcess(bound, "at_most")
        process.update(values)
        measured = float(np.mean(values))
        return ExampleVerdict(
            process.refutes(level), level, measured, bound / measured if measured > 0 else np.inf, len(values)
        )


def one_step_errors(network: Network, start: np.ndarray, width: int, depth: int) -> Callable[[int, int], np.ndarray]:
    """Draws of ``||G_depth - F(G_{depth-1})||_F^2``: the error that one layer of finite width adds at a depth."""
    spec = lower(network)

    def draws(count: int, seed: int) -> np.ndarray:
        grams = gram_chain.sample(
            spec, start, width=width, depth=depth, networks=count, seed=seed, layers=[depth - 1, depth]
        )
        before, after = grams[:, 0], grams[:, 1]
        if depth == 1:  # all networks share G_0
            image = mean_field_step(network, start)[None]
        else:
            image = np.stack([mean_field_step(network, gram) for gram in before])
        return np.sum((after - image) ** 2, axis=(1, 2))

    return draws


def one_step_noise_bound(network: Network, width: int) -> float:
    """``R^2/d``: the mean-square noise of one layer, R the largest ``||sigma(phi(x))||^2``.

    Raises:
        ValueError: no batch normalisation, or an activation without a linear growth bound.
    """
    radius = largest_trace(network)
    if radius is None:
        raise ValueError(
            f"the bound needs batch normalisation and a growth bound |sigma(x)| <= a0 + a1|x|; {network!r} has not both"
        )
    return radius**2 / width


def one_step_tail_bound(network: Network, width: int, threshold: float) -> float:
    """``2 exp(-d t^2 / (4 R^2))``: P(||G_{l+1} - F(G_l)||_F >= t) for every G_l (Pinelis)."""
    radius = largest_trace(network)
    if radius is None:
        raise ValueError(
            f"the bound needs batch normalisation and a growth bound |sigma(x)| <= a0 + a1|x|; {network!r} has not both"
        )
    return min(1.0, 2 * float(np.exp(-width * threshold**2 / (4 * radius**2))))
