"""ELU: x for x > 0, alpha (e^x - 1) below."""

from __future__ import annotations

from sympy import Expr, Piecewise, S, exp

from theory.activations.base import Activation, Growth
from theory.activations.parameters import exact_real
from theory.conventions import x


def elu(alpha: Expr | int = 1) -> Activation:
    """ELU with scale `alpha`; 0 is ReLU.

    Raises:
        ValueError: alpha is a float, symbolic or negative.
    """
    a = exact_real(alpha, "alpha of elu", minimum=0)
    return Activation(
        name="elu" if a == 1 else f"elu({a})",
        formula=Piecewise((x, x > 0), (a * (exp(x) - 1), True)),
        kinks=(S.Zero,),
        growth=Growth(a, S.One),
    )
