r"""Backward: the factor by which one layer multiplies the mean squared norm of the gradient at the fixed point.

The gradient of a loss passes a layer as ``J^T (W^T g)``, J the Jacobian of ``sigma o phi`` on one row, and W is taken
independent of g (the usual gradient-independence assumption, exact in the limit of width).  On permutation-invariant
covariances of the gradient the backward map is one number.  Derivation: docs/derivations/gradients.md.
"""

from __future__ import annotations

import mpmath
from sympy import DiracDelta, Expr, S, expand, lambdify, oo, sympify

from theory.activations.base import Activation
from theory.conventions import x, z
from theory.expectation import SphereLaw, SphereMean
from theory.linearization import require_linearizable
from theory.mean_field import row_law
from theory.network import Network
from theory.rules.polar import absolute_moment
from theory.sphere_moments import homogeneous_dual, moment, polynomial_mean, tidy


def is_discontinuous(activation: Activation) -> bool:
    """Whether the activation jumps at one of its kinks, so that its derivative contains a delta function."""
    return bool(activation.kinks) and activation.smoothness == -1


def slope(activation: Activation) -> Expr:
    """The derivative of a continuous activation away from its kinks, as a function of x."""
    derivative = activation.derivative()
    return derivative.replace(DiracDelta, lambda *arguments: S.Zero)


def has_square_integrable_slope(activation: Activation) -> bool:
    """Whether sigma'^2 is integrable at every kink, judged by its growth from 1e-12 to 1e-24 away from it.

    A slope of order |x - kink|^-p is square integrable for p < 1/2, where sigma'(kink + h)^2 h decreases with h.
    """
    function = lambdify(x, slope(activation), "mpmath")
    with mpmath.workdps(60):
        for kink in activation.kinks:
            centre = mpmath.mpf(str(kink.evalf(60)))
            for side in (1, -1):
                far, near = (
                    abs(function(centre + side * h)) ** 2 * h for h in (mpmath.mpf("1e-12"), mpmath.mpf("1e-24"))
                )
                if near > far * mpmath.mpf("0.99"):
                    return False
    return True


def _homogeneous_slopes(sigma: Activation, single: SphereLaw, pair: SphereLaw) -> tuple[Expr, Expr, Expr, Expr] | None:
    """E f'_1^2, E f'_1^2 z_1^2, E f'_1 f'_2, E f'_1 f'_2 z_1 z_2 by Euler's relation x sigma' = k sigma, or None."""
    from theory.conventions import rho
    from theory.expectation import sphere_to_gaussian_ratio

    dual = homogeneous_dual(sigma)
    if dual is None:
        return None
    degree = sympify(sigma.homogeneity)
    ratio = sphere_to_gaussian_ratio(2 * degree - 2, single)
    own = ratio * degree**2 * absolute_moment(2 * degree - 2, S.One) * (sigma(1) ** 2 + sigma(-1) ** 2) / 2
    cross = ratio * dual[1].subs(rho, pair.correlation)
    square = moment(sigma, single, (2,))
    product = moment(sigma, pair, (1, 1))
    return own, degree**2 * square, cross, degree**2 * product


def gradient_growth(network: Network) -> Expr:
    """Growth of the mean squared gradient norm per layer, at the exchangeable fixed point.

    Args:
        network: centred batch normalisation, or uncentred with an odd activation.

    Returns:
        Closed form for polynomial and homogeneous activations, sphere means otherwise; ``oo`` for n <= 3 centred
        (n = 2 uncentred), where E 1/|x|^2 diverges, and for discontinuous activations.

    Raises:
        NetworkError: where there is no linearisation, see `linearize`.

    >>> gradient_growth(Network("identity"))
    (n - 2)/(n - 3)
    """
    gram = require_linearizable(network)
    sigma, n = network.activation, network.batch_size
    centered = network.require_sphere().centered
    shift = 3 if centered else 2
    if (n.is_number and n <= shift) or is_discontinuous(sigma) or not has_square_integrable_slope(sigma):
        return oo
    single, pair = row_law(network, 1), row_law(network, 2)
    closed = _homogeneous_slopes(sigma, single, pair)
    lead = n - 1 if centered else n
    if closed is not None:
        own, own_weighted, cross, cross_weighted = closed
        total = lead * own - own_weighted + (cross + cross_weighted if centered else 0)
        return tidy(total / (gram.mu * (n - shift)))
    derivative = slope(sigma)
    at = [derivative.xreplace({x: v}) for v in z[:2]]
    own_body, cross_body = at[0] ** 2 * (lead - z[0] ** 2), at[0] * at[1] * (1 + z[0] * z[1])
    if sigma.formula.is_polynomial(x):
        total = polynomial_mean(expand(own_body), single)
        total += polynomial_mean(expand(cross_body), pair) if centered else 0
    else:
        total = SphereMean(own_body, single) + (SphereMean(cross_body, pair) if centered else 0)
    return tidy(total / (gram.mu * (n - shift)))
