r"""Dual activations: ``E sigma(u) sigma(v)`` for Gaussian (u, v), derived from the formula, and what follows from them."""

from __future__ import annotations

from typing import Any

from sympy import Expr, sympify

from theory.activations.base import Activation, ActivationError
from theory.conventions import rho, x, z
from theory.derivation import Derivation, derive
from theory.expectation import GaussianLaw, GaussianMean


def as_activation(activation: Activation | str | Expr) -> Activation:
    """The activation that a value, a name, a text or an expression in x stands for."""
    from theory import activations

    if isinstance(activation, Activation):
        return activation
    return activations.get(activation) if isinstance(activation, str) else Activation.from_expression(activation)


def dual_mean(activation: Activation | str | Expr, q1: Any = 1, q2: Any = 1, c: Any = rho) -> GaussianMean:
    """The dual as an unevaluated mean; see `dual`."""
    sigma = as_activation(activation)
    return GaussianMean(sigma(z[0]) * sigma(z[1]), GaussianLaw(z[:2], [[q1, c], [c, q2]]))


def derive_dual(activation: Activation | str | Expr, q1: Any = 1, q2: Any = 1, c: Any = rho) -> Derivation:
    """The derivation of `dual`, step by step.

    >>> derive_dual("erf").rules
    ('error functions',)
    """
    return derive(dual_mean(activation, q1, q2, c))


def dual(activation: Activation | str | Expr, q1: Any = 1, q2: Any = 1, c: Any = rho) -> Expr:
    """``E sigma(u) sigma(v)``, Var u = q1, Var v = q2, Cov(u, v) = c.

    Args:
        activation: a value, a name, a text or an expression in x.
        q1, q2: variances, positive numbers or symbols.
        c: the covariance (not the correlation), ``|c| <= sqrt(q1 q2)``.

    Returns:
        The closed form the rules derive (unverified), or the unevaluated mean where they find none.

    Raises:
        NotIntegrableError: the mean is infinite.
        ActivationError, ExpressionError: the activation cannot be understood.

    >>> dual("relu")
    (rho*(pi - acos(rho)) + sqrt(1 - rho**2))/(2*pi)
    >>> dual("sin", c=rho)
    exp(-1)*sinh(rho)
    """
    derivation = derive_dual(activation, q1, q2, c)
    return derivation.guarded if derivation.solved else derivation.mean


def derivative_dual(
    activation: Activation | str | Expr, q1: Any = 1, q2: Any = 1, c: Any = rho, order: int = 1
) -> Expr:
    """``E sigma^(k)(u) sigma^(k)(v)``: the dual of a derivative, which is the k-th derivative of the dual in c.

    >>> derivative_dual("relu")
    (pi - acos(rho))/(2*pi)
    """
    body = as_activation(activation).derivative(order)
    first, second = (body.xreplace({x: v}) for v in z[:2])
    return derive(GaussianMean(first * second, GaussianLaw(z[:2], [[q1, c], [c, q2]]))).guarded


def moment(activation: Activation | str | Expr, power: int = 2, q: Any = 1) -> Expr:
    """``E sigma(z)^power`` for z ~ N(0, q).

    >>> moment("relu", 4)
    3/2
    """
    sigma = as_activation(activation)
    return derive(GaussianMean(sigma(z[0]) ** power, GaussianLaw(z[0], q))).guarded


def derivative_moment(activation: Activation | str | Expr, q: Any = 1) -> Expr:
    """``E sigma'(z)^2`` for z ~ N(0, q): the slope of the dual in c at c = q.

    Raises:
        ActivationError: sigma jumps, so that the slope is infinite.

    >>> derivative_moment("relu")
    1/2
    """
    sigma = as_activation(activation)
    if sigma.kinks and sigma.smoothness == -1:
        raise ActivationError(f"{sigma.name} jumps: the slope of its dual at coinciding inputs is infinite")
    body = sigma.derivative().xreplace({x: z[0]})
    return derive(GaussianMean(body**2, GaussianLaw(z[0], q))).guarded


def c_map(activation: Activation | str | Expr, correlation: Any = rho, q: Any = 1) -> Expr:
    """The normalised dual ``dual(q, q, q rho)/dual(q, q, q)``: a map of correlations with value 1 at 1.

    >>> c_map("relu")
    (rho*(pi - acos(rho)) + sqrt(1 - rho**2))/pi
    """
    from theory.presentation import present

    sigma, q, r = as_activation(activation), sympify(q), sympify(correlation)
    size = moment(sigma, 2, q)
    if size == 0:
        raise ActivationError(f"{sigma.name} is zero: it has no normalised dual")
    return present(dual(sigma, q, q, q * r) / size)


def q_map(activation: Activation | str | Expr, q: Any, weight_variance: Any = 1, bias_variance: Any = 0) -> Expr:
    """``weight_variance E sigma(sqrt q z)^2 + bias_variance``: the variance one layer on, without normalisation.

    >>> from sympy import Symbol
    >>> q_map("relu", Symbol("q", positive=True), 2)
    q
    """
    return sympify(weight_variance) * moment(activation, 2, q) + sympify(bias_variance)


def slope_at_one(activation: Activation | str | Expr, q: Any = 1) -> Expr:
    """Slope of the C-map at 1, ``q E sigma'^2 / E sigma^2`` (Price); exactly 1 for every degree-1 homogeneous sigma.

    >>> slope_at_one("relu")
    1
    """
    return sympify(q) * derivative_moment(activation, q) / moment(activation, 2, q)


def slope_at_zero(activation: Activation | str | Expr, q: Any = 1) -> Expr:
    """Slope of the C-map at 0, ``(E z sigma(z))^2 / (q E sigma^2)`` with z ~ N(0, q) (Stein: no smoothness needed)."""
    sigma, q = as_activation(activation), sympify(q)
    first = derive(GaussianMean(z[0] * sigma(z[0]), GaussianLaw(z[0], q))).guarded
    return first**2 / (q * moment(sigma, 2, q))
