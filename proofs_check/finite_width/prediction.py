"""What theory says about the mean squared error of a finite-width chain about its mean-field orbit: a value, a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from numerics.errors import EvaluationError
from theory.concentration.base import HypothesisError
from theory.mean_field import has_correlated_rows
from theory.network import BatchNorm, Network, NetworkError

# share of the fluctuations of the transient that may be left when the stationary value is quoted
FORGOTTEN = 1e-3
CLOSE = 1e-2
STATIONARY = "stationary linear noise, order 1/width"
ROUNDING = 1 + 1e-9  # upwards, for the arithmetic behind a bound


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
        except (NetworkError, EvaluationError) as error:
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


def bounded_error(network: Network, start: np.ndarray, orbit: np.ndarray, width: int) -> Prediction:
    """The smallest rigorous upper bound on E||G_L - Gbar_L||_F^2 that the theory has for these settings.

    Under batch normalisation: the local theorem where the start is exchangeable, the noise of one step at depth 1, and always
    the size of the matrices: both are positive semi-definite, so E||G - Gbar||^2 <= R^2 + ||Gbar||^2 with tr G <= R.

    Args:
        network, start, orbit, width: as for `predicted_error`.
    """
    depth = len(orbit) - 1
    if depth == 0:
        return Prediction(0.0, "exact: no layer, no error")
    if not isinstance(network.normalization, BatchNorm):
        return Prediction(None, "no rigorous bound is known for this normalisation")
    found = [
        p for p in (_local_bound(network, start, width, depth), _size_bound(network, orbit, width)) if p is not None
    ]
    if not found:
        return Prediction(None, "no rigorous bound: the activation has no linear growth bound")
    return min(found, key=lambda p: p.value or 0.0)


def _local_bound(network: Network, start: np.ndarray, width: int, depth: int) -> Prediction | None:
    from theory.concentration import local_gram_mean_square

    # F depends on the centred start up to scale only, so from an exchangeable start the chain is at G_* in law
    proportional = _exchangeable(start) and (
        network.require_sphere().centered or not np.any(start - np.diag(np.diag(start)))
    )
    if not proportional:
        return None
    try:
        value = float(local_gram_mean_square(network).at(width=width, depth=depth, delta0=0))
    except (HypothesisError, NetworkError, EvaluationError):
        return None
    return Prediction(value * ROUNDING, "local theorem, no assumption on mixing") if math.isfinite(value) else None


def _size_bound(network: Network, orbit: np.ndarray, width: int) -> Prediction | None:
    from theory.concentration import one_step_noise
    from theory.concentration.row_size import row_size

    try:
        if len(orbit) == 2:
            return Prediction(float(one_step_noise(network).at(width=width)) * ROUNDING, "noise of one step")
        size = float(row_size(network).evalf(20))
    except (HypothesisError, NetworkError, EvaluationError):
        return None
    value = size**2 + float(np.sum(orbit[-1] ** 2))
    return (
        Prediction(value * ROUNDING, "the size of the matrices alone: says nothing about width")
        if math.isfinite(value)
        else None
    )


def _linear_noise(network: Network, start: np.ndarray, orbit: np.ndarray, width: int) -> Prediction:
    from numerics.evaluate import evaluate
    from theory.fluctuations import stationary_fluctuations
    from theory.linearization import linearize
    from theory.transient_fluctuations import transient_fluctuations

    if network.batch_size == 2 and network.require_sphere().centered:
        # rows are (s, -s) up to the sign of s, so ||sigma(row)||^2 = tr F always, and no layer remembers the one before
        noise = (np.trace(orbit[-1]) ** 2 - np.sum(orbit[-1] ** 2)) / width
        return Prediction(float(noise), "exact: with two samples the map is constant")
    if has_correlated_rows(network):
        return _correlated_noise(network, orbit, width)
    depth = len(orbit) - 1
    rate = float(evaluate(linearize(network).contraction_rate, 8).value)
    if not rate < 1:
        return Prediction(None, f"the fixed point is unstable (contraction rate {rate:.4g}): the chain leaves it")
    if _exchangeable(start):
        constant = transient_fluctuations(network, depth).fluctuation_constant
        return Prediction(
            float(evaluate(constant, 8).value) / width,
            f"linear noise after {depth} layer{'s' * (depth > 1)}, order 1/width",
        )
    from numerics.fixed_gram import fixed_point_gram

    unsettled = _unsettled(orbit, fixed_point_gram(network), rate)
    if unsettled is not None:
        return unsettled
    constant = stationary_fluctuations(network).fluctuation_constant
    return Prediction(float(evaluate(constant, 8).value) / width, STATIONARY)


def _unsettled(orbit: np.ndarray, target: np.ndarray, rate: float) -> Prediction | None:
    """Why the stationary value does not apply, or None."""
    depth = len(orbit) - 1
    settled = 1 if rate < 1e-6 else math.ceil(math.log(FORGOTTEN) / (2 * math.log(rate)))
    if settled > depth:
        return Prediction(None, f"the start is forgotten after about {settled} layers; give at least that --depth")
    if float(np.linalg.norm(orbit[depth - settled] - target)) > CLOSE * float(np.linalg.norm(target)):
        return Prediction(None, "the mean-field orbit has not come to rest at the fixed point: raise --depth")
    return None


def _correlated_noise(network: Network, orbit: np.ndarray, width: int) -> Prediction:
    """Without centring and with an activation that is not odd: the stationary value alone."""
    from numerics.uncentered.fixed_point import Estimate, uncentered_analysis

    n = int(network.batch_size)
    try:
        found = uncentered_analysis(network)
    except ValueError as error:
        return Prediction(None, str(error))
    entries = [found[key] for key in ("fluctuation_constant", "contraction_rate", "b", "c")]
    reasons = [entry[1] for entry in entries if not isinstance(entry, Estimate)]
    if reasons:
        return Prediction(None, reasons[0])
    constant, rate, b, c = (entry.value for entry in entries if isinstance(entry, Estimate))
    unsettled = _unsettled(orbit, b * ((1 - c) * np.eye(n) + c * np.ones((n, n))), rate)
    return unsettled or Prediction(constant / width, STATIONARY)


def _exchangeable(gram: np.ndarray) -> bool:
    """Whether a matrix is a I + b 11^T up to rounding."""
    n = len(gram)
    off = gram[~np.eye(n, dtype=bool)]
    tolerance = 1e-12 * float(np.abs(gram).max())
    return bool(np.ptp(np.diagonal(gram)) <= tolerance and np.ptp(off) <= tolerance)
