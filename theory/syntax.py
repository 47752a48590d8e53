"""The syntax of expressions that come from outside: text in, a tree of tuples out, nothing executed.

    expression := term (("+" | "-") term)*
    term       := unary (("*" | "/") unary)*
    unary      := ("+" | "-") unary | power
    power      := atom (("^" | "**") unary)?
    atom       := number | "x" | "pi" | name "(" expression ("," expression)* ")" | "(" expression ")"

Numbers are exact: ``0.1`` is one tenth.  No sympy here, so that a malformed expression is answered at once;
`theory.grammar` turns the tree into a sympy expression.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any, TypeAlias

MAX_LENGTH = 2000
MAX_DEPTH = 40
MAX_EXPONENT = 64

Tree: TypeAlias = tuple[Any, ...]
"""("number", Fraction), ("name", str), ("negative", tree), ("power", base, exponent), ("call", name, (tree, ...)),
("sum", (("+" or "-", tree), ...)), ("product", (("*" or "/", tree), ...))."""

ARITY = {
    **dict.fromkeys(("abs", "sign", "step", "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
                     "cosh", "tanh", "asinh", "erf", "erfc", "Phi", "sigmoid", "softplus", "relu"), 1),
    **dict.fromkeys(("max", "min"), 2),
}  # fmt: skip

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<op>\*\*|[-+*/^(),]))",
    re.ASCII,
)


class ExpressionError(ValueError):
    """The text is not an expression of the grammar; the message says where and what to write instead."""


def shown(text: str) -> str:
    """The text as an error message quotes it."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


class _Parser:
    def __init__(self, text: str, symbols: Collection[str]):
        self.text, self.symbols, self.position, self.depth = text, symbols, 0, 0
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        stripped = text.rstrip()
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None:
                bad = stripped[at:].lstrip()[0]
                raise ExpressionError(f"unexpected {bad!r} at position {at + 1} of {shown(text)}: {self.hint()}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            at = match.end()
        self.tokens.append(("end", "", len(stripped)))

    def hint(self) -> str:
        if not self.symbols:
            return "write a number such as 1/5"
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
            raise ExpressionError(f"expected {op!r} but found {found} at position {at + 1} of {shown(self.text)}")

    def nested(self, rule: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"expression nested deeper than {MAX_DEPTH} levels: write it flatter")
        tree = rule()
        self.depth -= 1
        return tree

    def whole(self) -> Tree:
        tree = self.sum()
        kind, text, at = self.take()
        if kind != "end":
            raise ExpressionError(f"unexpected {text!r} at position {at + 1} of {shown(self.text)}: {self.hint()}")
        return tree

    def chain(self, name: str, operators: tuple[str, str], rule: Callable[[], Tree]) -> Tree:
        parts = [(operators[0], rule())]
        while self.peek() in operators:
            parts.append((self.take()[1], rule()))
        return parts[0][1] if len(parts) == 1 else (name, tuple(parts))

    def sum(self) -> Tree:
        return self.chain("sum", ("+", "-"), self.product)

    def product(self) -> Tree:
        return self.chain("product", ("*", "/"), self.unary)

    def unary(self) -> Tree:
        if self.peek() == "-":
            self.take()
            return ("negative", self.nested(self.unary))
        if self.peek() == "+":
            self.take()
            return self.nested(self.unary)
        return self.power()

    def power(self) -> Tree:
        base = self.atom()
        if self.peek() not in ("^", "**"):
            return base
        self.take()
        exponent = self.nested(self.unary)
        _check_exponent(exponent)
        return ("power", base, exponent)

    def atom(self) -> Tree:
        kind, text, at = self.take()
        if kind == "number":
            return ("number", _number(text))
        if text == "(":
            tree = self.nested(self.sum)
            self.expect(")")
            return tree
        if kind == "name":
            if self.peek() == "(":
                return self.call(text)
            if text in self.symbols or text == "pi":
                return ("name", text)
            raise ExpressionError(f"unknown name {text!r} in {shown(self.text)}: {self.hint()}")
        found = "end" if kind == "end" else repr(text)
        raise ExpressionError(f"unexpected {found} at position {at + 1} of {shown(self.text)}: {self.hint()}")

    def call(self, name: str) -> Tree:
        if name not in ARITY:
            raise ExpressionError(f"unknown function {shown(name)}: the functions are {', '.join(sorted(ARITY))}")
        self.expect("(")
        arguments = [self.nested(self.sum)]
        while self.peek() == ",":
            self.take()
            arguments.append(self.nested(self.sum))
        self.expect(")")
        if len(arguments) != ARITY[name]:
            plural = "s" * (ARITY[name] > 1)
            raise ExpressionError(f"{name} takes {ARITY[name]} argument{plural}, not {len(arguments)}")
        return ("call", name, tuple(arguments))


_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def _check_exponent(tree: Tree) -> None:
    """Refuse an exponent that is certainly no rational number of moderate size."""
    value = _constant(tree)
    if value is not None and abs(value) > MAX_EXPONENT:
        raise ExpressionError(f"an exponent must be a rational number of size at most {MAX_EXPONENT}")


def _constant(tree: Tree) -> Fraction | None:
    """The value of a tree of plain numbers; None where it is something else, or divides by zero."""
    kind = tree[0]
    if kind == "number":
        return tree[1]  # type: ignore[no-any-return]
    if kind == "negative":
        inner = _constant(tree[1])
        return None if inner is None else -inner
    if kind == "power":
        base, exponent = _constant(tree[1]), _constant(tree[2])  # the inner exponent was checked when it was read
        if base is None or exponent is None or exponent.denominator != 1 or (base == 0 and exponent < 0):
            return None
        return base ** int(exponent) if abs(base.numerator) + base.denominator < 10**6 else None
    if kind in ("sum", "product"):
        total = Fraction(kind == "product")
        for sign, part in tree[1]:
            value = _constant(part)
            if value is None or (sign == "/" and value == 0):
                return None
            total = _OPERATIONS[sign](total, value)
        return total
    return None


def _number(text: str) -> Fraction:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > 400 or len(exponent) > 4 or (exponent and abs(int(exponent)) > 400):
        raise ExpressionError(
            f"the number {shown(text)} is too long: give at most 400 digits and an exponent within 400"
        )
    return Fraction(text)


def parse_tree(text: str, symbols: Collection[str] = ("x",)) -> Tree:
    """Parse text into a tree of tuples.

    Args:
        text: the expression.
        symbols: names that may occur besides ``pi``.

    Raises:
        ExpressionError: malformed, unknown name, too long, nested too deeply, or a literal number out of range.

    >>> parse_tree("2*x^3")
    ('product', (('*', ('number', Fraction(2, 1))), ('*', ('power', ('name', 'x'), ('number', Fraction(3, 1))))))
    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("empty expression: write an expression in x such as tanh(x)")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"expression of {len(text)} characters: at most {MAX_LENGTH} are read")
    return _Parser(text, symbols).whole()
