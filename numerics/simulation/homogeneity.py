"""The degree of positive homogeneity of an activation, read off its tree."""

from __future__ import annotations

import math
from functools import lru_cache

from numerics.simulation.elementwise import COMPARISONS

ANY = math.inf  # zero is homogeneous of every degree


@lru_cache(maxsize=256)
def homogeneous_degree(tree: tuple) -> float | None:
    """k such that f(t x) = t^k f(x) for every t > 0, where the tree's operations show it; None where they do not.

    Example:
        >>> homogeneous_degree(("max", ("x",), ("const", 0.0)))
        1.0
        >>> homogeneous_degree(("tanh", ("x",))) is None
        True
    """
    degree = _degree(tree)
    return None if degree == ANY else degree


def _degree(node: tuple) -> float | None:
    operation, children = node[0], node[1:]
    if operation == "x":
        return 1.0
    if operation == "const":
        return ANY if children[0] == 0 else 0.0
    if operation == "where":
        (comparison, left, right), then, otherwise = children
        assert comparison in COMPARISONS
        compared = _common([_degree(left), _degree(right)])
        return None if compared is None else _common([_degree(then), _degree(otherwise)])
    if operation == "pow":
        base = _degree(children[0])
        exponent = children[1][1]
        return None if base is None or base == ANY else base * exponent
    degrees = [_degree(child) for child in children]
    known = [degree for degree in degrees if degree is not None]
    if len(known) < len(degrees):
        return None
    if operation == "mul":
        return sum(known)
    if operation == "div":
        return None if known[1] == ANY else known[0] - known[1]
    if operation in ("add", "max", "min"):
        return _common(degrees)
    if operation in ("abs", "neg"):
        return known[0]
    if operation == "sqrt":
        return known[0] / 2
    # signs do not see the scale; any other function of a constant is a constant
    return 0.0 if operation in ("sign", "heaviside") or known[0] == 0 else None


def _common(degrees: list[float | None]) -> float | None:
    """The one degree that all have, zero counting as any."""
    if any(degree is None for degree in degrees):
        return None
    finite = {degree for degree in degrees if degree != ANY}
    if len(finite) > 1:
        return None
    return finite.pop() if finite else ANY
