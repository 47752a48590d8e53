"""One line of Unicode for expressions: Greek letters, roots, powers, and finite-width numbers with the network they are about."""

from __future__ import annotations

from typing import Any

from sympy import Expr
from sympy.printing.pretty.pretty_symbology import pretty_symbol
from sympy.printing.str import StrPrinter

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class UnicodePrinter(StrPrinter):
    """sympy's own text, with the characters that mathematics uses; what it prints is read by people, not parsed again."""

    def _print_Symbol(self, expr: Any) -> str:
        return str(pretty_symbol(expr.name))

    _print_Dummy = _print_Symbol

    def _print_Pi(self, expr: Any) -> str:
        return "π"

    def _print_Infinity(self, expr: Any) -> str:
        return "∞"

    def _print_NegativeInfinity(self, expr: Any) -> str:
        return "-∞"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        # every part is printed by this printer, so at most one ** is left: the power's own
        plain = str(super()._print_Pow(expr, rational)).replace("sqrt(", "√(")
        base, _, power = plain.rpartition("**")
        digits = power.removeprefix("(").removesuffix(")") if power.startswith("(-") else power
        raised = digits.translate(_RAISED) if digits.removeprefix("-").isdigit() else f"^{power}"
        return f"{base}{raised}" if base else plain

    def _print_Mul(self, expr: Any) -> str:
        return str(super()._print_Mul(expr)).replace("*", "·")

    def _print_ChainMean(self, node: Any) -> str:
        return f"E[{node.quantity.unicode()}; {self._setting(node)}]"

    def _print_ChainProbability(self, node: Any) -> str:
        event = node.event
        return f"P[{event.quantity.unicode()} {event.relation.unicode} {self._print(event.threshold)}; {self._setting(node)}]"

    def _setting(self, node: Any) -> str:
        net = node.network
        sizes = {"n": net.batch_size, "d": node.width, "L": node.depth}
        sizes |= {"v_W": net.weight_variance} if net.weight_variance != 1 else {}
        sizes |= {"v_b": net.bias_variance} if net.bias_variance != 0 else {}
        start = [] if node.start is None else [f"G[0] = {node.start.tolist()}"]
        shown = [net.activation.name, net.normalization_key, *(f"{k} = {self._print(v)}" for k, v in sizes.items())]
        return ", ".join([*shown, *start])

    def _print(self, expr: Any, **settings: Any) -> str:
        own = getattr(self, f"_print_{type(expr).__name__}", None) if type(expr).__name__.startswith("Chain") else None
        return str(own(expr) if own else super()._print(expr, **settings))


def unicode_text(expression: Expr) -> str:
    """One line of Unicode.

    >>> from sympy import pi, sqrt, symbols
    >>> rho, t = symbols("rho t_1")
    >>> print(unicode_text(sqrt(2) * rho**2 / pi + t))
    √(2)·ρ²/π + t₁
    """
    return UnicodePrinter({"order": None}).doprint(expression)


def signs_in_words(words: str) -> str:
    """The name of a hypothesis with one character for each of <= and >=."""
    return words.replace("<=", "≤").replace(">=", "≥")
