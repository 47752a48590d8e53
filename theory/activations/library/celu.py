"""CELU: x for x > 0, alpha (e^{x/alpha} - 1) below: continuously differentiable."""

from __future__ import annotations

from sympy import Expr, Piecewise, S, exp

from theory.activations.base import Activation, Growth
from theory.activations.parameters import exact_real
from theory.conventions import x


def celu(alpha: Expr | int = 1) -> Activation:
    """CELU with length `alpha` > 0.

    Raises:
        ValueError: alpha is a float, symbolic or not positive.
    """
    a = exact_real(alpha, "alpha of celu", minimum=0)
    if a == 0:
        raise ValueError("alpha of celu must be positive, not 0: write relu")
    return Activation(
        name="celu" if a == 1 else f"celu({a})",
        formula=Piecewise((x, x > 0), (a * (exp(x / a) - 1), True)),
        kinks=(S.Zero,),
        growth=Growth(a, S.One),
    )
