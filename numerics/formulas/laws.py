"""Facts about laws that evaluation and enclosure share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Expr, Integer, S, Symbol, simplify, sqrt


def standardised(f: Expr, variable: Symbol, variance: Expr) -> Expr:
    """f as a function of a standard normal variable."""
    return f if variance == 1 else f.xreplace({variable: sqrt(variance) * variable})


def correlation_of(covariance: Expr, first: Expr, second: Expr) -> Expr:
    """covariance / sqrt(first * second), exactly 1 or -1 where that can be shown."""
    ratio = covariance / sqrt(first * second)
    if ratio.is_Rational:
        return ratio
    if simplify(covariance**2 - first * second) == 0:
        return S.One if covariance.is_positive else S.NegativeOne if covariance.is_negative else ratio
    return ratio


def blocks(variables: list[Symbol], linked: Callable[[Symbol, Symbol], bool]) -> list[list[Symbol]]:
    """Independent groups of variables."""
    groups: list[list[Symbol]] = []
    for v in variables:
        joined = [g for g in groups if any(linked(u, v) for u in g)]
        merged = [*(u for g in joined for u in g), v]
        groups = [g for g in groups if g not in joined] + [merged]
    return groups


def discrete_value(functions: Mapping[Symbol, Expr], variables: tuple[Symbol, ...]) -> Expr:
    """The mean of a product under n = 2 centred: z = (s, -s) with a random sign s."""
    total: Expr = S.Zero
    for sign in (1, -1):
        product: Expr = S.One
        for v, f in functions.items():
            product *= f.xreplace({v: Integer(sign if variables.index(v) == 0 else -sign)})
        total += product
    return total / 2
