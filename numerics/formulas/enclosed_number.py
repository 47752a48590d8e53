"""A number known only as a ball, as a sympy atom: means nested inside the law of another mean travel as such."""

from __future__ import annotations

import itertools
from typing import Any

from flint import arb
from sympy import AtomicExpr

_serial = itertools.count()


class EnclosedNumber(AtomicExpr):
    """A real constant of which an enclosing ball is known; two of them are equal only if they are the same object."""

    is_real = True
    is_number = False

    def __new__(cls, ball: arb) -> EnclosedNumber:
        number = AtomicExpr.__new__(cls)
        number.ball = ball
        number.serial = next(_serial)
        return number

    ball: arb
    serial: int

    def _eval_is_positive(self) -> bool | None:
        return True if self.ball > 0 else False if self.ball <= 0 else None

    def _eval_is_zero(self) -> bool | None:
        return False if self.ball != 0 else None

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.serial,)

    def _sympystr(self, printer: Any) -> str:
        return f"[{self.ball.str(10)}]"
