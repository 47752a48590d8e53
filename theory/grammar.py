"""The grammar of expressions that come from outside: text in, sympy expression out, nothing executed.

    expression := term (("+" | "-") term)*
    term       := unary (("*" | "/") unary)*
    unary      := ("+" | "-") unary | power
    power      := atom (("^" | "**") unary)?
    atom       := number | "x" | "pi" | name "(" expression ("," expression)* ")" | "(" expression ")"

Numbers are exact: ``0.1`` is one tenth.  Text never reaches ``eval`` or ``sympify``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

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

MAX_LENGTH = 2000
MAX_DEPTH = 40
MAX_EXPONENT = 64
MAX_BITS = 4096
MAX_ARGUMENT = 10**4

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<op>\*\*|[-+*/^(),]))"
)


class ExpressionError(ValueError):
    """The text is not an expression of the grammar; the message says where and what to write instead."""


def _step(value: Expr) -> Expr:
    return Heaviside(value, Rational(1, 2))


FUNCTIONS: Mapping[str, tuple[int, Callable[..., Expr]]] = {
    "abs": (1, Abs), "sign": (1, sign), "step": (1, _step), "max": (2, Max), "min": (2, Min),
    "exp": (1, exp), "log": (1, log), "sqrt": (1, sqrt),
    "sin": (1, sin), "cos": (1, cos), "tan": (1, tan), "asin": (1, asin), "acos": (1, acos), "atan": (1, atan),
    "sinh": (1, sinh), "cosh": (1, cosh), "tanh": (1, tanh), "asinh": (1, asinh),
    "erf": (1, erf), "erfc": (1, erfc), "Phi": (1, lambda t: (1 + erf(t / sqrt(2))) / 2),
    "sigmoid": (1, lambda t: 1 / (1 + exp(-t))), "softplus": (1, lambda t: log(1 + exp(t))),
    "relu": (1, lambda t: Max(t, 0)),
}  # fmt: skip


class _Parser:
    def __init__(self, text: str, symbols: Mapping[str, Expr]):
        self.text, self.symbols, self.position, self.depth = text, symbols, 0, 0
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        stripped = text.rstrip()
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None:
                bad = stripped[at:].lstrip()[0]
                raise ExpressionError(f"unexpected {bad!r} at position {at + 1} of {_shown(text)}: {self.hint()}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            at = match.end()
        self.tokens.append(("end", "", len(stripped)))

    def hint(self) -> str:
        return f"write an expression in {', '.join(self.symbols)} such as x*tanh(log(1+exp(x)))"

    def peek(self) -> str:
        return self.tokens[self.position][1]

    def take(self) -> tuple[str, str, int]:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expect(self, op: str) -> None:
        kind, text, at = self.take()
        if text != op:
            found = "the end" if kind == "end" else repr(text)
            raise ExpressionError(f"expected {op!r} but found {found} at position {at + 1} of {_shown(self.text)}")

    def nested(self, rule: Callable[[], Expr]) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"expression nested deeper than {MAX_DEPTH} levels: write it flatter")
        value = rule()
        self.depth -= 1
        return value

    def whole(self) -> Expr:
        value = self.sum()
        kind, text, at = self.take()
        if kind != "end":
            raise ExpressionError(f"unexpected {text!r} at position {at + 1} of {_shown(self.text)}: {self.hint()}")
        return value

    def sum(self) -> Expr:
        value = self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take()[1] == "+" else value - self.product()
        return value

    def product(self) -> Expr:
        value = self.unary()
        while self.peek() in ("*", "/"):
            if self.take()[1] == "*":
                value = value * self.unary()
            else:
                divisor = self.unary()
                if divisor.is_zero:
                    raise ExpressionError(f"division by zero in {_shown(self.text)}")
                value = value / divisor
            _bounded(value)
        return value

    def unary(self) -> Expr:
        if self.peek() == "-":
            self.take()
            return -self.nested(self.unary)
        if self.peek() == "+":
            self.take()
            return self.nested(self.unary)
        return self.power()

    def power(self) -> Expr:
        base = self.atom()
        if self.peek() not in ("^", "**"):
            return base
        self.take()
        exponent = self.nested(self.unary)
        if exponent.has(Symbol):
            raise ExpressionError(
                f"the exponent {exponent} is not a number: write exp(... * log(...)) for a variable power"
            )
        if not exponent.is_Rational or abs(exponent) > MAX_EXPONENT:
            raise ExpressionError(f"an exponent must be a rational number of size at most {MAX_EXPONENT}")
        if base.is_zero and exponent.is_negative:
            raise ExpressionError(f"division by zero in {_shown(self.text)}")
        if base.is_Rational and _bits(base) * abs(exponent) > MAX_BITS:
            raise ExpressionError(f"a power in {_shown(self.text)} is too large a number")
        return _bounded(base**exponent)

    def atom(self) -> Expr:
        kind, text, at = self.take()
        if kind == "number":
            return _number(text)
        if text == "(":
            value = self.nested(self.sum)
            self.expect(")")
            return value
        if kind == "name":
            if self.peek() == "(":
                return self.call(text)
            if text in self.symbols:
                return self.symbols[text]
            if text == "pi":
                return pi
            raise ExpressionError(f"unknown name {text!r} in {_shown(self.text)}: {self.hint()}")
        found = "the end" if kind == "end" else repr(text)
        raise ExpressionError(f"unexpected {found} at position {at + 1} of {_shown(self.text)}: {self.hint()}")

    def call(self, name: str) -> Expr:
        if name not in FUNCTIONS:
            raise ExpressionError(f"unknown function {name!r}: the functions are {', '.join(sorted(FUNCTIONS))}")
        arity, function = FUNCTIONS[name]
        self.expect("(")
        arguments = [self.nested(self.sum)]
        while self.peek() == ",":
            self.take()
            arguments.append(self.nested(self.sum))
        self.expect(")")
        if len(arguments) != arity:
            raise ExpressionError(f"{name} takes {arity} argument{'s' * (arity > 1)}, not {len(arguments)}")
        for argument in arguments:
            if argument.is_number and not abs(argument.evalf(5)) <= MAX_ARGUMENT:
                raise ExpressionError(f"{name} of a number beyond {MAX_ARGUMENT} in {_shown(self.text)}")
        try:
            return _bounded(function(*arguments))
        except ExpressionError:
            raise
        except (ValueError, TypeError, ArithmeticError, RecursionError):  # sympy's refusals, such as max(x, asin(2))
            raise ExpressionError(f"{name} has no real value for its arguments in {_shown(self.text)}") from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


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


def _number(text: str) -> Rational:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > 400 or len(exponent) > 4 or (exponent and abs(int(exponent)) > 400):
        raise ExpressionError(
            f"the number {_shown(text)} is too long: give at most 400 digits and an exponent within 400"
        )
    value = Fraction(text)
    return Integer(value.numerator) if value.denominator == 1 else Rational(value.numerator, value.denominator)


def parse_expression(text: str, symbols: Mapping[str, Expr] | None = None) -> Expr:
    """Parse text in the grammar of this module.

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
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("empty expression: write an expression in x such as tanh(x)")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"expression of {len(text)} characters: at most {MAX_LENGTH} are read")
    return _Parser(text, {"x": x} if symbols is None else symbols).whole()
