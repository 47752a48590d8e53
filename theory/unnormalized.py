r"""Linear networks without normalisation: exact second moments at finite width, at every depth.

One layer of width d maps ``A = E (x.y)^2`` and ``B = E |x|^2 |y|^2`` to ``(1+1/d) A + B/d`` and ``B + 2A/d`` (Isserlis on a
Gaussian weight matrix).  The eigenvectors (1, 1) and (1, -2) grow by ``1 + 2/d`` and ``1 - 1/d`` a layer.
"""

from __future__ import annotations

from typing import Any


def linear_squared_error(frobenius_squared: Any, trace: Any, width: Any, depth: Any, weight_variance: Any = 1) -> Any:
    """``E ||G_L - Gbar_L||_F^2`` of an unnormalised linear network, exactly, at finite width.

    The mean-field orbit is ``Gbar_L = weight_variance^L G_0``.  Sums over all pairs of samples leave two numbers of the
    start.  Works for numbers, arrays and expressions alike.

    Args:
        frobenius_squared: ``||G_0||_F^2``.
        trace: ``tr G_0``.
        width: d, the same for every layer.
        depth: L, number of layers.
        weight_variance: d times the variance of one weight.

    Returns:
        The mean squared error; grows like ``(1 + 2/d)^L`` even at weight variance 1.

    >>> from sympy import Rational, sqrt
    >>> error = linear_squared_error(Rational(5), Rational(5), Rational(1000), 2)  # five orthonormal inputs
    >>> round(sqrt(error), 4)
    0.2450

    Source: docs/conventions.md, section "Without normalisation". Neighbour: `theory.fluctuations`.
    """
    square = trace**2
    growing = (2 * frobenius_squared + square) * (1 + 2 / width) ** depth
    shrinking = (frobenius_squared - square) * (1 - 1 / width) ** depth
    return ((growing + shrinking) / 3 - frobenius_squared) * weight_variance ** (2 * depth)
