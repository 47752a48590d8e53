"""A relation between two expressions, with its two sides kept apart and never evaluated while being built."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Float, Limit, Rational, Symbol, sympify

from proofs_check.domains.at_point import at_point
from theory.display import Displayed
from theory.notation import OURS, Notation, Printer, notation_of


class Relation(enum.Enum):
    """How the two sides of a statement compare; the value is the sign."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="

    @property
    def mirrored(self) -> Relation:
        return _MIRROR[self]

    @property
    def latex(self) -> str:
        return {"<=": r"\le", ">=": r"\ge"}.get(self.value, self.value)

    @property
    def unicode(self) -> str:
        return {"<=": "≤", ">=": "≥"}.get(self.value, self.value)


_MIRROR = {
    Relation.EQUAL: Relation.EQUAL,
    Relation.LESS: Relation.GREATER,
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.GREATER: Relation.LESS,
    Relation.AT_LEAST: Relation.AT_MOST,
}


MOST_BITS = 8192


class StatementError(ValueError):
    """The statement is malformed; the message says what was passed and what to write instead."""


@dataclass(frozen=True, repr=False)
class Statement(Displayed):
    """``left relation right``, between two real scalar expressions.

    Args:
        left, right: sympy expressions; they may contain `GaussianMean`, `SphereMean`, `BatchNormMean`, `ChainMean`,
            `ChainProbability`.
        relation: a `Relation`.

    Raises:
        StatementError: a side is a float (write an exact number), a matrix, a relation, or complex; the variable of a limit is free
            elsewhere.

    >>> from sympy import Integer, sqrt
    >>> print(less(sqrt(2), Integer(2)))
    sqrt(2) < 2
    """

    left: Expr
    relation: Relation
    right: Expr

    def __post_init__(self) -> None:
        for name in ("left", "right"):
            side = getattr(self, name)
            if isinstance(side, float):
                raise StatementError(
                    f"a statement takes exact numbers: write Rational('{side!r}') instead of the float {side!r}"
                )
            if getattr(side, "shape", None):
                raise StatementError(
                    f"the {name} side has shape {side.shape}: state relations between scalars, entry by entry"
                )
            if isinstance(side, str):
                raise StatementError(
                    f"a side is an expression, not the text {side!r}: theory.grammar.parse_expression reads text"
                )
            side = sympify(side)
            floats = side.atoms(Float) if hasattr(side, "atoms") else ()
            if floats:
                number = min(map(str, floats))
                raise StatementError(
                    f"a statement takes exact numbers: write Rational('{number}') instead of the float {number}"
                )
            if not isinstance(side, Expr):
                raise StatementError(f"the {name} side must be a scalar expression, not {type(side).__name__} {side}")
            if side.is_real is False and not side.is_infinite:
                raise StatementError(f"the {name} side is not real: {side}")
            long = [r for r in side.atoms(Rational) if max(abs(int(r.p)), int(r.q)).bit_length() > MOST_BITS]
            if long:
                raise StatementError(
                    f"the {name} side has a number of more than {MOST_BITS} bits: write it with exp or as a power of a symbol"
                )
            object.__setattr__(self, name, side)
        if not isinstance(self.relation, Relation):
            raise StatementError(f"the relation must be a Relation, not {self.relation!r}")
        # sympy puts a value for the variable of a limit inside the limit as well
        both = self.free_symbols & set().union(
            *(node.args[1].free_symbols for side in (self.left, self.right) for node in side.atoms(Limit))
        )
        if both:
            raise StatementError(
                f"{min(map(str, both))} is the variable of a limit and free: give the limit another one"
            )

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.left.free_symbols | self.right.free_symbols  # type: ignore[return-value]

    @property
    def upward(self) -> Statement:
        """The same statement written with =, < or <=."""
        if self.relation in (Relation.GREATER, Relation.AT_LEAST):
            return Statement(self.right, self.relation.mirrored, self.left)
        return self

    def subs(self, point: dict[Any, Any]) -> Statement:
        """The statement with values for some symbols; a side without a value there becomes nan."""
        return Statement(at_point(self.left, point), self.relation, at_point(self.right, point))

    def xreplace(self, rule: dict[Any, Any]) -> Statement:
        return Statement(self.left.xreplace(rule), self.relation, self.right.xreplace(rule))

    def latex(self, notation: Notation | str = OURS) -> str:
        """Left side, sign, right side."""
        shown = Printer(notation_of(notation).clear_of(self.free_symbols)).doprint
        return f"{shown(self.left)} {self.relation.latex} {shown(self.right)}"

    def unicode(self) -> str:
        """The same in one line of Unicode."""
        from proofs_check.unicode_text import unicode_text

        return f"{unicode_text(self.left)} {self.relation.unicode} {unicode_text(self.right)}"

    def __str__(self) -> str:
        return f"{self.left} {self.relation.value} {self.right}"

    def __bool__(self) -> bool:
        raise TypeError("a statement is neither true nor false until it is judged: judge(Claim(statement)).outcome")


def equal(left: Any, right: Any) -> Statement:
    """left = right."""
    return Statement(left, Relation.EQUAL, right)


def less(left: Any, right: Any) -> Statement:
    """left < right."""
    return Statement(left, Relation.LESS, right)


def at_most(left: Any, right: Any) -> Statement:
    """left <= right."""
    return Statement(left, Relation.AT_MOST, right)


def greater(left: Any, right: Any) -> Statement:
    """left > right."""
    return Statement(left, Relation.GREATER, right)


def at_least(left: Any, right: Any) -> Statement:
    """left >= right."""
    return Statement(left, Relation.AT_LEAST, right)
