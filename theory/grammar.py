"""Expressions that come from outside: text in, sympy expression out, nothing executed.

`theory.syntax` reads the text; here its tree becomes a sympy expression with exact numbers, node by node, and whatever
sympy folds into something outsized, undefined or complex is refused.  Text never reaches ``eval`` or ``sympify``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import (
    Abs,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from theory.conventions import x
from theory.syntax import ARITY, MAX_EXPONENT, ExpressionError, Tree, parse_tree, shown

__all__ = ["FUNCTIONS", "ExpressionError", "parse_expression"]

MAX_BITS = 4096
MAX_ARGUMENT = 10**4


def _step(value: Expr) -> Expr:
    return Heaviside(value, Rational(1, 2))


_MEANING: dict[str, Callable[..., Expr]] = {
    "abs": Abs, "sign": sign, "step": _step, "max": Max, "min": Min,
    "exp": exp, "log": log, "sqrt": sqrt,
    "sin": sin, "cos": cos, "tan": tan, "asin": asin, "acos": acos, "atan": atan,
    "sinh": sinh, "cosh": cosh, "tanh": tanh, "asinh": asinh,
    "erf": erf, "erfc": erfc, "Phi": lambda t: (1 + erf(t / sqrt(2))) / 2,
    "sigmoid": lambda t: 1 / (1 + exp(-t)), "softplus": lambda t: log(1 + exp(t)),
    "relu": lambda t: Max(t, 0),
}  # fmt: skip

FUNCTIONS: Mapping[str, tuple[int, Callable[..., Expr]]] = {name: (ARITY[name], _MEANING[name]) for name in ARITY}
"""Number of arguments and meaning of every function of the grammar."""


class _Builder:
    def __init__(self, text: str, symbols: Mapping[str, Expr]):
        self.text, self.symbols = text, symbols

    def build(self, tree: Tree) -> Expr:
        return getattr(self, f"_{tree[0]}")(*tree[1:])  # type: ignore[no-any-return]

    def _number(self, value: object) -> Expr:
        numerator, denominator = value.numerator, value.denominator  # type: ignore[attr-defined]
        return Integer(numerator) if denominator == 1 else Rational(numerator, denominator)

    def _name(self, name: str) -> Expr:
        return self.symbols.get(name, pi)

    def _negative(self, tree: Tree) -> Expr:
        return -self.build(tree)

    def _sum(self, parts: tuple[tuple[str, Tree], ...]) -> Expr:
        total: Expr = S.Zero
        for sign_, tree in parts:
            value = self.build(tree)
            total = total + value if sign_ == "+" else total - value
        return total

    def _product(self, parts: tuple[tuple[str, Tree], ...]) -> Expr:
        total: Expr = S.One
        for operator, tree in parts:
            value = self.build(tree)
            if operator == "/":
                if value.is_zero:
                    raise ExpressionError(f"division by zero in {shown(self.text)}")
                total = total / value
            else:
                total = total * value
            _bounded(total)
        return total

    def _power(self, base_tree: Tree, exponent_tree: Tree) -> Expr:
        base, exponent = self.build(base_tree), self.build(exponent_tree)
        if exponent.has(Symbol):
            raise ExpressionError(
                f"the exponent {exponent} is not a number: write exp(... * log(...)) for a variable power"
            )
        if not exponent.is_Rational or abs(exponent) > MAX_EXPONENT:
            raise ExpressionError(f"an exponent must be a rational number of size at most {MAX_EXPONENT}")
        if base.is_zero and exponent.is_negative:
            raise ExpressionError(f"division by zero in {shown(self.text)}")
        if base.is_Rational and _bits(base) * abs(exponent) > MAX_BITS:
            raise ExpressionError(f"a power in {shown(self.text)} is too large a number")
        return _bounded(base**exponent)

    def _call(self, name: str, trees: tuple[Tree, ...]) -> Expr:
        arguments = [self.build(tree) for tree in trees]
        for argument in arguments:
            if argument.is_number and not abs(argument.evalf(5)) <= MAX_ARGUMENT:
                raise ExpressionError(f"{name} of a number beyond {MAX_ARGUMENT} in {shown(self.text)}")
        try:
            return _bounded(FUNCTIONS[name][1](*arguments))
        except ExpressionError:
            raise
        except (ValueError, TypeError, ArithmeticError, RecursionError):  # sympy's refusals, such as max(x, asin(2))
            raise ExpressionError(f"{name} has no real value for its arguments in {shown(self.text)}") from None


def _bits(number: Expr) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())  # type: ignore[attr-defined]


def _bounded(value: Expr) -> Expr:
    """Refuse what sympy has folded into something outsized, undefined or complex."""
    if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        raise ExpressionError("the expression has an undefined or infinite part")
    if value.has(S.ImaginaryUnit):
        raise ExpressionError("the expression has an imaginary part: activations are real")
    if value.is_number and value.is_real is False:
        raise ExpressionError(f"{value} is not a real number")
    if value.is_Rational and _bits(value) > MAX_BITS:
        raise ExpressionError("the expression has a number that is too large")
    if isinstance(value, Pow) and value.exp.is_Rational and abs(value.exp) > MAX_EXPONENT:
        raise ExpressionError(f"an exponent must be a rational number of size at most {MAX_EXPONENT}")
    return value


def parse_expression(text: str, symbols: Mapping[str, Expr] | None = None) -> Expr:
    """Parse text in the grammar of `theory.syntax`.

    Args:
        text: the expression.
        symbols: names that may occur and what they stand for; ``{"x": x}`` if omitted.

    Returns:
        A real sympy expression with exact numbers.

    Raises:
        ExpressionError: malformed, unknown name, too long, nested too deeply, or a number or exponent out of range.

    >>> parse_expression("x*tanh(log(1+exp(x)))")
    x*tanh(log(exp(x) + 1))
    >>> parse_expression("0.1*x^2")
    x**2/10
    """
    symbols = {"x": x} if symbols is None else symbols
    return _Builder(text, symbols).build(parse_tree(text, tuple(symbols)))
