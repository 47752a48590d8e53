"""Leaky ReLU: x for x > 0, slope * x below."""

from __future__ import annotations

from sympy import Expr, Max, Min, Rational, S, acos, pi, sqrt

from theory.activations.base import Activation, Growth, Parity
from theory.activations.parameters import exact_real
from theory.conventions import rho, x
from theory.sources import Source

DEFAULT_SLOPE = Rational(1, 100)


def leaky_relu(slope: Expr | int = DEFAULT_SLOPE) -> Activation:
    """Leaky ReLU with a given negative slope; slope 0 is ReLU, 1 the identity, -1 the absolute value.

    Args:
        slope: an exact real number (``Rational(1, 5)``, not the float 0.2).

    Raises:
        ValueError: the slope is a float, symbolic or not real.
    """
    a = exact_real(slope, "the slope of leaky_relu")
    parity = Parity.ODD if a == 1 else Parity.EVEN if a == -1 else Parity.NONE
    bend = (1 - a) ** 2 / (2 * pi)
    return Activation(
        name=f"leaky_relu({a})",
        formula=Max(x, 0) + a * Min(x, 0) if a != 1 else x,
        parity=parity,
        kinks=() if a == 1 else (S.Zero,),
        growth=Growth(S.Zero, a if a > 1 else (-a if a < -1 else S.One)),
        homogeneity=S.One,
        dual=bend * (sqrt(1 - rho**2) - rho * acos(rho)) + (1 + a**2) / 2 * rho,
        source=Source("cho2009", "arc-cosine kernel of order 1, by linearity"),
    )
