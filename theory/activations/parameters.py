"""Parameters of activation families: exact real numbers, small integers."""

from __future__ import annotations

from typing import Any

from sympy import Expr, sympify


def exact_real(value: Any, what: str, minimum: int | None = None) -> Expr:
    """An exact real number (``Rational(1, 5)``, not the float 0.2).

    Raises:
        ValueError: a float, a symbol, a complex number, or one below `minimum`.
    """
    number = sympify(value)
    if number.is_Float or number.free_symbols or number.is_real is not True:
        raise ValueError(f"{what} must be an exact real number such as 1/5, not {value!r}")
    if minimum is not None and (number - minimum).is_negative:
        raise ValueError(f"{what} must be at least {minimum}, not {value}")
    return number


def small_integer(value: Any, what: str, low: int, high: int) -> int:
    """An integer between `low` and `high`.

    Raises:
        ValueError: anything else.
    """
    number = sympify(value)
    if not number.is_Integer or not low <= number <= high:
        raise ValueError(f"{what} must be an integer from {low} to {high}, not {value}")
    return int(number)
