"""Expressions that contain means with unknown parameters, as functions of balls: what roots and covers are made of.

>>> from sympy import Symbol, tanh
>>> from theory import GaussianLaw, GaussianMean
>>> from theory.conventions import x
>>> q = Symbol("q", positive=True)
>>> solve = ball_function(GaussianMean(tanh(x) ** 2, GaussianLaw(x, q)), (q,))
>>> solve(arb(1)).contains(0.394) or bool(abs(solve(arb(1)) - arb("0.39429449")) < 1e-7)
True
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx
from sympy import Expr, Integer, Symbol

from numerics.errors import TimeLimitError, UndecidedError
from numerics.formulas.enclosed_number import EnclosedNumber
from numerics.formulas.expressions import outermost_means, prepared
from numerics.formulas.walker import real_function
from numerics.precision import NO_DEADLINE


def ball_function(expression: Expr, variables: tuple[Symbol, ...], defined: bool = False) -> Callable[..., arb]:
    """The expression as a function of real balls at the working precision, means included.

    A ball that meets the end of a law's range (a variance that may be 0, a correlation that may be 1) gives nan.
    For `defined` see `numerics.formulas.walker.real_function`; beside means it changes nothing.

    Raises:
        UndecidedError: no ball form.
    """
    body = prepared(expression)
    means = [m for m in outermost_means(body) if m.free_symbols & set(variables)]
    if not means:
        return real_function(body, variables, defined)
    from numerics.enclose import expression_ball

    def value(*balls: arb) -> arb:
        numbers = {
            v: Integer(int(b.mid().man_exp()[0]) << int(b.mid().man_exp()[1]))
            if b.is_exact() and b.is_integer()
            else EnclosedNumber(b)
            for v, b in zip(variables, balls, strict=True)
        }
        try:
            return expression_ball(body.xreplace(numbers), ctx.prec, NO_DEADLINE)
        except TimeLimitError:  # not a property of the point
            raise
        except (UndecidedError, ValueError, ArithmeticError):
            return arb.nan()

    return value
