"""The sharp prediction (tr V)/d against the simulator, which shares no code with ``theory``."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.gram_chain import sample
from numerics.simulation.network_spec import NetworkSpec
from theory import Network, fixed_point, stationary_fluctuations


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "networks", "layers"), [("relu", 4, 700, 160), ("identity", 4, 800, 120), ("relu", 3, 600, 160)]
)
def test_prediction_is_within_two_percent_at_fifty_n_squared(name, size, networks, layers):
    """d = 50 n^2, G_0 = G_*, first 15 layers dropped.

    A network's average over its layers has mean (tr V)/d (1 + O(1/d)); |measured/predicted - 1| is to be below 2 %.  The
    standard error over networks is asserted below 0.35 %, so that a false alarm needs more than five of them (< 1e-6).
    """
    network = Network(name, batch_size=size)
    gram = np.array(fixed_point(network).matrix()).astype(float)
    width = 50 * size**2
    grams = sample(NetworkSpec(BUILTIN[name], "batch"), gram, width=width, depth=layers + 15, networks=networks, seed=3)
    squares = ((grams[:, 16:] - gram) ** 2).sum((2, 3)).mean(1) * width
    predicted = float(stationary_fluctuations(network).fluctuation_constant.evalf())
    error = squares.std(ddof=1) / np.sqrt(networks) / predicted
    assert error < 0.0035
    assert abs(squares.mean() / predicted - 1) < 0.02
