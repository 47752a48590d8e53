"""Powers of ReLU, max(x, 0)^k: the arc-cosine kernels."""

from __future__ import annotations

from sympy import Expr, Heaviside, Max, Rational, S

from theory.activations.base import Activation, Growth
from theory.activations.parameters import small_integer
from theory.conventions import x


def relu_power(power: Expr | int = 2) -> Activation:
    """``max(x, 0)^k``; k = 0 is the step function.

    Raises:
        ValueError: k is not an integer between 0 and 16.
    """
    k = small_integer(power, "the power of relu_power", 0, 16)
    bounds = {0: Growth(S.One, S.Zero), 1: Growth(S.Zero, S.One)}
    return Activation(
        name=f"relu_power({k})",
        formula=Max(x, 0) ** k if k else Heaviside(x, Rational(1, 2)),
        kinks=(S.Zero,),
        growth=bounds.get(k),
        homogeneity=S(k),
    )
