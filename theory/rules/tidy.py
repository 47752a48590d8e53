"""Cheap normal form of rational expressions met on the way."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, cancel, factor_terms, together


@lru_cache(maxsize=2048)
def tidy_rational(expression: Expr) -> Expr:
    """One fraction in lowest terms; anything that is no rational function of its symbols is only put together."""
    if expression.is_Rational or expression.is_Symbol:
        return expression
    symbols = expression.free_symbols
    if symbols and expression.is_rational_function(*symbols):
        return factor_terms(cancel(expression))
    return together(expression)
