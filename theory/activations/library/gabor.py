"""Gabor functions exp(-x^2/2) cos(w x)."""

from __future__ import annotations

from sympy import Expr, S, cos, exp

from theory.activations.base import Activation, Growth, Parity
from theory.activations.parameters import exact_real
from theory.conventions import x


def gabor(frequency: Expr | int = 1) -> Activation:
    """``exp(-x^2/2) cos(frequency x)``.

    Raises:
        ValueError: the frequency is a float or symbolic.
    """
    w = exact_real(frequency, "the frequency of gabor")
    return Activation(
        name=f"gabor({w})",
        formula=exp(-(x**2) / 2) * cos(w * x),
        parity=Parity.EVEN,
        growth=Growth(S.One, S.Zero),
    )
