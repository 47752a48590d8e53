"""Parity: an integrand that changes sign with all variables has mean 0 (the law is symmetric)."""

from __future__ import annotations

from sympy import Expr, Heaviside, S, preorder_traversal

from theory.expectation import Mean
from theory.rules.base import NotApplicable, Rule


def is_odd(expression: Expr, variables: tuple) -> bool:
    flipped = expression.xreplace({v: -v for v in variables})
    flipped = flipped.replace(lambda e: e.is_Function or e.is_Pow, lambda e: e.func(*e.args))
    if any(isinstance(n, Heaviside) for n in preorder_traversal(expression)):
        return False
    total = flipped + expression
    return total == 0 or total.expand() == 0


def apply(mean: Mean) -> Expr:
    if is_odd(mean.expression, mean.law.variables):
        return S.Zero
    raise NotApplicable("the integrand is not odd")


PARITY = Rule("parity", r"f(-z) = -f(z) \Rightarrow \mathbb{E} f(z) = 0", apply, partial=True)
