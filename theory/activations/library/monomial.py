"""Monomials x^k."""

from __future__ import annotations

from sympy import Expr, S

from theory.activations.base import Activation, Growth, Parity
from theory.activations.parameters import small_integer
from theory.conventions import x


def monomial(degree: Expr | int = 2) -> Activation:
    """``x^k``.

    Raises:
        ValueError: k is not an integer between 1 and 16.
    """
    k = small_integer(degree, "the degree of monomial", 1, 16)
    return Activation(
        name=f"monomial({k})",
        formula=x**k,
        parity=Parity.ODD if k % 2 else Parity.EVEN,
        growth=Growth(S.Zero, S.One) if k == 1 else None,
        homogeneity=S(k),
    )
