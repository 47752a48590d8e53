"""What theory predicts for the mean squared error of a finite-width chain about its mean-field orbit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from theory.network import BatchNorm, Network, NetworkError

# share of the fluctuations of the transient that may be left when the stationary value is quoted
FORGOTTEN = 1e-3
CLOSE = 1e-2


@dataclass(frozen=True)
class Prediction:
    """A predicted value, or why there is none.

    Args:
        value: of E||G_L - Gbar_L||_F^2; None where theory has no value here.
        basis: where it comes from, or the reason there is none.
    """

    value: float | None
    basis: str


def predicted_error(network: Network, start: np.ndarray, orbit: np.ndarray, width: int) -> Prediction:
    """The theory's value of E||G_L - Gbar_L||_F^2.

    Without normalisation and linear: exact for every start.  Under batch normalisation: the linear-noise value, leading
    order in 1/width; after L layers where the start is exchangeable, stationary where the orbit has come to rest.

    Args:
        network: the model, with an integer batch size.
        start: G_0, shape (n, n).
        orbit: the mean-field orbit from G_0, shape (L + 1, n, n).
        width: d.
    """
    depth = len(orbit) - 1
    if depth == 0:
        return Prediction(0.0, "exact: no layer, no error")
    if isinstance(network.normalization, BatchNorm):
        try:
            return _linear_noise(network, start, orbit, width)
        except NetworkError as error:
            return Prediction(None, str(error))
    if network.normalization is not None:
        return Prediction(None, "layer and RMS normalisation couple the neurons: the noise has no formula here")
    if network.activation.name != "identity" or network.bias_variance != 0:
        return Prediction(
            None, "without normalisation the error has an exact formula for the identity without bias only"
        )
    from theory.unnormalized import linear_squared_error

    value = linear_squared_error(
        float(np.sum(start**2)), float(np.trace(start)), width, depth, float(network.weight_variance)
    )
    return Prediction(value, "exact: moments of an unnormalised linear network")


def _linear_noise(network: Network, start: np.ndarray, orbit: np.ndarray, width: int) -> Prediction:
    from numerics.evaluate import evaluate
    from theory.fluctuations import stationary_fluctuations
    from theory.linearization import linearize
    from theory.transient_fluctuations import transient_fluctuations

    depth = len(orbit) - 1
    rate = float(evaluate(linearize(network).contraction_rate, 12).value)
    if not rate < 1:
        return Prediction(None, f"the fixed point is unstable (contraction rate {rate:.4g}): the chain leaves it")
    if _exchangeable(start):
        constant = transient_fluctuations(network, depth).fluctuation_constant
        return Prediction(
            float(evaluate(constant, 12).value) / width, f"linear noise after {depth} layers, order 1/width"
        )
    settled = 1 if rate < 1e-6 else math.ceil(math.log(FORGOTTEN) / (2 * math.log(rate)))
    if settled > depth:
        return Prediction(None, f"the start is forgotten after about {settled} layers; give at least that --depth")
    from numerics.fixed_gram import fixed_point_gram

    target = fixed_point_gram(network)
    gap = float(np.linalg.norm(orbit[depth - settled] - target))
    if gap > CLOSE * float(np.linalg.norm(target)):
        return Prediction(None, "the mean-field orbit has not come to rest at the fixed point: raise --depth")
    constant = stationary_fluctuations(network).fluctuation_constant
    return Prediction(float(evaluate(constant, 12).value) / width, "stationary linear noise, order 1/width")


def _exchangeable(gram: np.ndarray) -> bool:
    """Whether a matrix is a I + b 11^T up to rounding."""
    n = len(gram)
    off = gram[~np.eye(n, dtype=bool)]
    tolerance = 1e-12 * float(np.abs(gram).max())
    return bool(np.ptp(np.diagonal(gram)) <= tolerance and np.ptp(off) <= tolerance)
