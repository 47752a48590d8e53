"""Take an integrand apart: a sum of products of functions of one coordinate each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, Integer, Pow, S, Symbol, exp

from numerics.errors import UndecidedError

MOST_TERMS = 512


@dataclass(frozen=True)
class Product:
    """``coefficient * prod factors[v](v)``; a variable with no factor is absent."""

    coefficient: Expr
    factors: tuple[tuple[Symbol, Expr], ...]

    def times(self, other: Product) -> Product:
        merged = dict(self.factors)
        for v, f in other.factors:
            merged[v] = merged[v] * f if v in merged else f
        return Product(
            self.coefficient * other.coefficient, tuple(sorted(merged.items(), key=lambda p: p[0].sort_key()))
        )


def parity_of(expression: Expr, variable: Symbol) -> int:
    """1 for a function that is certainly even, -1 for odd, 0 where sympy's own normal forms do not show it."""
    mirrored = expression.xreplace({variable: -variable})
    mirrored = mirrored.func(*mirrored.args) if mirrored.args else mirrored
    if mirrored == expression:
        return 1
    return -1 if mirrored == -expression else 0


@lru_cache(maxsize=1024)
def separated(expression: Expr, variables: tuple[Symbol, ...]) -> tuple[Product, ...]:
    """The integrand as a sum of products of one-coordinate functions.

    Raises:
        UndecidedError: a part mixes coordinates otherwise than by sums, products, whole powers and exponentials of
            sums.
    """
    merged: dict[tuple[tuple[Symbol, Expr], ...], Expr] = {}
    for term in _split(expression, frozenset(variables)):
        merged[term.factors] = merged.get(term.factors, S.Zero) + term.coefficient
    return tuple(Product(c, f) for f, c in merged.items() if c != 0)


def _split(node: Expr, variables: frozenset[Symbol]) -> list[Product]:
    present = [v for v in variables if node.has(v)]
    if not present:
        return [Product(node, ())]
    if node.is_Mul or (len(present) > 1 and node.is_Pow and isinstance(node.exp, Integer) and node.exp > 0):
        factors = node.args if node.is_Mul else [node.base] * int(node.exp)
        total = [Product(S.One, ())]
        for factor in factors:
            parts = _split(factor, variables)
            total = [a.times(b) for a in total for b in parts]
            if len(total) > MOST_TERMS:
                raise UndecidedError(f"the integrand multiplies out to more than {MOST_TERMS} products")
        return total
    if len(present) == 1:
        return [Product(S.One, ((present[0], node),))]
    if node.is_Add:
        return [p for a in node.args for p in _split(a, variables)]
    if isinstance(node, exp) and node.args[0].is_Add:
        return _split_product([exp(a) for a in node.args[0].args], variables)
    if isinstance(node, Pow) and node.exp.is_Add and not any(node.base.has(v) for v in variables):
        return _split_product([node.base**a for a in node.exp.args], variables)
    raise UndecidedError(
        f"{node} mixes coordinates: write the integrand as sums of products of functions of one coordinate"
    )


def _split_product(factors: list[Expr], variables: frozenset[Symbol]) -> list[Product]:
    total = [Product(S.One, ())]
    for f in factors:
        total = [a.times(b) for a in total for b in _split(f, variables)]
    return total
