"""Normalised probabilists' Hermite polynomials: the dual is rho^k."""

from __future__ import annotations

from sympy import Expr, S

from theory.activations.base import Activation, Growth, Parity
from theory.activations.parameters import small_integer
from theory.conventions import rho, x
from theory.orthogonal import hermite_polynomial
from theory.sources import DERIVED_HERE


def hermite(degree: Expr | int = 2) -> Activation:
    """``He_k(x)/sqrt(k!)``.

    Raises:
        ValueError: k is not an integer between 1 and 16.
    """
    k = small_integer(degree, "the degree of hermite", 1, 16)
    return Activation(
        name=f"hermite({k})",
        formula=hermite_polynomial(k, x),
        parity=Parity.ODD if k % 2 else Parity.EVEN,
        growth=Growth(S.Zero, S.One) if k == 1 else None,
        homogeneity=S.One if k == 1 else None,
        dual=rho**k,
        source=DERIVED_HERE,
    )
