"""Expressions as functions of mpmath numbers at the ambient mpmath precision (set by the caller in a block)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mpmath
from sympy import Expr, Symbol, lambdify

from numerics.errors import EvaluationError
from numerics.precision import pulse


def _heaviside(argument: Any, at_zero: Any = 0.5) -> Any:
    return mpmath.mpf(1) if argument > 0 else mpmath.mpf(0) if argument < 0 else mpmath.mpf(at_zero)


_EXTRA = {
    "Heaviside": _heaviside,
    "sign": mpmath.sign,
    "sinc": mpmath.sinc,
    "Max": lambda *a: max(a),
    "Min": lambda *a: min(a),
    "Abs": abs,
    "loggamma": mpmath.loggamma,
    "polygamma": lambda m, x: mpmath.psi(int(m), x),
}


@lru_cache(maxsize=4096)
def _compiled(expression: Expr, variables: tuple[Symbol, ...], digits: int) -> Callable[..., Any]:
    del digits  # constants such as sqrt(2) are computed when the function runs; the key only separates precisions
    function = lambdify(variables, expression, modules=[_EXTRA, "mpmath"])

    def heeding(*values: Any) -> Any:
        pulse()
        return function(*values)

    return heeding


def mp_function(expression: Expr, variables: tuple[Symbol, ...]) -> Callable[..., Any]:
    """The expression as a function of mpmath numbers.

    Raises:
        EvaluationError: sympy cannot print it for mpmath.
    """
    try:
        return _compiled(expression, variables, mpmath.mp.dps)
    except (ValueError, TypeError, NotImplementedError, SyntaxError) as failure:
        raise EvaluationError(f"cannot evaluate {expression}: {failure}") from failure


def real_number(value: Any, what: Any) -> mpmath.mpf:
    """A finite real mpmath number, or EvaluationError."""
    value = mpmath.mpmathify(value)
    if isinstance(value, mpmath.mpc):
        if abs(value.imag) > abs(value.real) * mpmath.mpf(10) ** (5 - mpmath.mp.dps) and value.imag != 0:
            raise EvaluationError(f"{what} is not real: {mpmath.nstr(value, 8)}")
        value = value.real
    number = mpmath.mpf(value)
    if not mpmath.isfinite(number):
        raise EvaluationError(f"{what} has no finite value (a pole, a divergence or 0/0)")
    return number
