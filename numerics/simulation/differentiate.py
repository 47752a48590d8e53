"""The derivative of an activation's tree, as another tree."""

from __future__ import annotations

import math
from functools import lru_cache

from numerics.simulation.elementwise import Elementwise

_ZERO, _ONE = ("const", 0.0), ("const", 1.0)


@lru_cache(maxsize=64)
def derivative(activation: Elementwise) -> Elementwise:
    """The derivative where it exists; jumps contribute nothing, and at a kink the value is one side's.

    Example:
        >>> import numpy as np
        >>> from numerics.simulation.elementwise import BUILTIN
        >>> derivative(BUILTIN["relu"])(np.array([-1.0, 2.0])).tolist()
        [0.0, 1.0]
    """
    return Elementwise(f"{activation.name}'", _slope(activation.tree), activation.kinks)


def _add(a: tuple, b: tuple) -> tuple:
    return b if a == _ZERO else a if b == _ZERO else ("add", a, b)


def _mul(a: tuple, b: tuple) -> tuple:
    if _ZERO in (a, b):
        return _ZERO
    return b if a == _ONE else a if b == _ONE else ("mul", a, b)


def _slope(node: tuple) -> tuple:
    operation, children = node[0], node[1:]
    if operation == "x":
        return _ONE
    if operation in ("const", "sign", "heaviside"):
        return _ZERO
    if operation == "add":
        total = _ZERO
        for child in children:
            total = _add(total, _slope(child))
        return total
    if operation == "mul":
        first, rest = children[0], children[1:]
        other = rest[0] if len(rest) == 1 else ("mul", *rest)
        return _add(_mul(_slope(first), other), _mul(first, _slope(other)))
    if operation in ("max", "min"):
        first, rest = children[0], children[1:]
        other = rest[0] if len(rest) == 1 else (operation, *rest)
        comparison = "gt" if operation == "max" else "lt"
        return ("where", (comparison, first, other), _slope(first), _slope(other))
    if operation == "where":
        condition, then, otherwise = children
        return ("where", condition, _slope(then), _slope(otherwise))
    if operation == "div":
        top, bottom = children
        falling = _mul(("div", top, ("mul", bottom, bottom)), _slope(bottom))
        rising = _slope(top)
        return _add(
            _ZERO if rising == _ZERO else ("div", rising, bottom), _ZERO if falling == _ZERO else ("neg", falling)
        )
    if operation == "pow":
        base, (_, exponent) = children
        if exponent == 0:
            return _ZERO
        return _mul(_mul(("const", exponent), ("pow", base, ("const", exponent - 1))), _slope(base))
    inner = children[0]
    return _mul(_OUTER[operation](inner), _slope(inner))


def _bell(x: tuple, scale: float, rate: float) -> tuple:
    """scale exp(-rate x^2)."""
    return ("mul", ("const", scale), ("exp", ("mul", ("const", -rate), x, x)))


def _one_less_square(value: tuple) -> tuple:
    return ("add", _ONE, ("neg", ("mul", value, value)))


_OUTER = {
    "neg": lambda x: ("const", -1.0),
    "abs": lambda x: ("sign", x),
    "sqrt": lambda x: ("div", ("const", 0.5), ("sqrt", x)),
    "exp": lambda x: ("exp", x),
    "expm1": lambda x: ("exp", x),
    "log": lambda x: ("div", _ONE, x),
    "log1p": lambda x: ("div", _ONE, ("add", _ONE, x)),
    "sin": lambda x: ("cos", x),
    "cos": lambda x: ("neg", ("sin", x)),
    "tan": lambda x: ("div", _ONE, ("mul", ("cos", x), ("cos", x))),
    "sinh": lambda x: ("cosh", x),
    "cosh": lambda x: ("sinh", x),
    "tanh": lambda x: _one_less_square(("tanh", x)),
    "asin": lambda x: ("div", _ONE, ("sqrt", _one_less_square(x))),
    "acos": lambda x: ("div", ("const", -1.0), ("sqrt", _one_less_square(x))),
    "atan": lambda x: ("div", _ONE, ("add", _ONE, ("mul", x, x))),
    "erf": lambda x: _bell(x, 2 / math.sqrt(math.pi), 1.0),
    "erfc": lambda x: _bell(x, -2 / math.sqrt(math.pi), 1.0),
    "norm_cdf": lambda x: _bell(x, 1 / math.sqrt(2 * math.pi), 0.5),
    "sigmoid": lambda x: ("mul", ("sigmoid", x), ("sigmoid", ("neg", x))),
    "softplus": lambda x: ("sigmoid", x),
}
