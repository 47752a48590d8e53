"""Cubic polynomials without constant term."""

from __future__ import annotations

from sympy import Expr

from theory.activations.base import Activation
from theory.activations.inference import inferred_facts
from theory.activations.parameters import exact_real
from theory.conventions import x


def cubic(linear: Expr | int = 1, quadratic: Expr | int = 0, third: Expr | int = 1) -> Activation:
    """``linear x + quadratic x^2 + third x^3``.

    Raises:
        ValueError: a coefficient is a float or symbolic.
    """
    a, b, c = (exact_real(v, "a coefficient of cubic") for v in (linear, quadratic, third))
    formula = a * x + b * x**2 + c * x**3
    return Activation(name=f"cubic({a}, {b}, {c})", formula=formula, **inferred_facts(formula))
