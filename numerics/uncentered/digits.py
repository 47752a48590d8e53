r"""The exchangeable fixed point without centring to any number of digits, for homogeneous activations with a known dual.

At the Gram matrix (1-c) I + c 11^T, for sigma positively homogeneous of degree k,

    E f_i f_j n^k / |x|^{2k} = n^k/Gamma(k) int_0^oo t^{k-1} det(I + 2tS)^{-1/2} q_t^k dual(r_t/q_t) dt ,

with q_t, r_t the entries of S (I + 2tS)^{-1}.  In t = exp(pi/2 sinh v) the integrand decays doubly exponentially both ways, so the
trapezoid sum converges exponentially in the number of nodes; c is the root of c' = c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
from sympy import lambdify

from numerics.uncentered.fixed_point import fixed_correlation
from theory.conventions import rho
from theory.mean_field import has_correlated_rows
from theory.network import Network, NetworkError


@dataclass(frozen=True)
class FixedPointDigits:
    """Diagonal b and correlation c of the fixed point, with an estimate of the error of either."""

    diagonal: mpmath.mpf
    correlation: mpmath.mpf
    error: mpmath.mpf


def has_digits(network: Network) -> bool:
    """Whether the network is one whose fixed point this module evaluates."""
    sigma = network.activation
    degree = sigma.homogeneity
    return has_correlated_rows(network) and sigma.dual is not None and degree is not None and bool(degree.is_positive)


def fixed_point_digits(network: Network, digits: int = 30) -> FixedPointDigits:
    """b and c at the exchangeable fixed point of an uncentred network with a homogeneous activation.

    Args:
        network: uncentred batch normalisation, an integer batch size, an activation that is homogeneous, not odd, with a closed dual.
        digits: wanted digits; the error is estimated by halving the step.

    Raises:
        NetworkError: another network, or samples that become parallel.

    >>> from theory.network import Network
    >>> point = fixed_point_digits(Network("relu", "batch-uncentered", 5), 20)
    >>> print(mpmath.nstr(point.correlation, 15))
    0.486928895312683
    """
    if not has_digits(network):
        raise NetworkError(
            "these digits are for uncentred batch normalisation and a homogeneous activation with a closed dual"
        )
    start = fixed_correlation(network)[0]
    with mpmath.workdps(digits + 15):
        step = 3 / mpmath.mpf(digits + 20)
        coarse = _solve(network, start, step, digits)
        fine = _solve(network, coarse[1], step * 2 / 3, digits)
        error = max(abs(fine[0] - coarse[0]), abs(fine[1] - coarse[1]), mpmath.mpf(10) ** -(digits + 8))
        return FixedPointDigits(fine[0], fine[1], error)


def _solve(network: Network, start: float, step: mpmath.mpf, digits: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    moment = _moments(network, step, digits)

    def residual(c: mpmath.mpf) -> mpmath.mpf:
        return moment(c, pair=True) / moment(c, pair=False) - c

    c = mpmath.findroot(
        residual, (mpmath.mpf(start), mpmath.mpf(start) + mpmath.mpf(10) ** -8), tol=mpmath.mpf(10) ** -(2 * digits)
    )
    return moment(c, pair=False), c


def _moments(network: Network, step: mpmath.mpf, digits: int) -> Callable[..., mpmath.mpf]:
    """The trapezoid sum for a diagonal or an off-diagonal entry of F at correlation c."""
    n, k = int(network.batch_size), mpmath.mpf(str(network.activation.homogeneity))
    form = network.activation.dual
    if form is None:
        raise NetworkError(f"{network.activation.name} has no closed dual")
    dual, dual_one = lambdify(rho, form, "mpmath"), mpmath.mpf(str(form.subs(rho, 1).evalf(digits + 15)))
    reach = mpmath.log(10) * (digits + 12)
    first = -int(mpmath.asinh(2 * reach / (k * mpmath.pi)) / step) - 1
    last = int(mpmath.asinh(4 * reach / (n * mpmath.pi)) / step) + 1
    half_pi = mpmath.pi / 2
    nodes = [
        (mpmath.exp(half_pi * mpmath.sinh(j * step)), half_pi * mpmath.cosh(j * step)) for j in range(first, last + 1)
    ]
    scale = mpmath.mpf(n) ** k / mpmath.gamma(k)

    def moment(c: mpmath.mpf, pair: bool) -> mpmath.mpf:
        low, high = 1 - c, 1 + (n - 1) * c
        total = mpmath.mpf(0)
        for t, speed in nodes:
            shrunk_low, shrunk_high = low / (1 + 2 * t * low), high / (1 + 2 * t * high)
            q, r = ((n - 1) * shrunk_low + shrunk_high) / n, (shrunk_high - shrunk_low) / n
            weight = speed * t**k * (1 + 2 * t * low) ** (-mpmath.mpf(n - 1) / 2) / mpmath.sqrt(1 + 2 * t * high)
            total += weight * q**k * (mpmath.re(dual(r / q)) if pair else dual_one)
        return scale * step * total

    return moment
