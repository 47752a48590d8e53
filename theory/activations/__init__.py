"""Activations: one file each in ``library``, loaded on first use.

>>> from theory import activations
>>> activations.get("relu").dual
(rho*(pi - acos(rho)) + sqrt(1 - rho**2))/(2*pi)
"""

from __future__ import annotations

import difflib
import importlib
import re
from typing import Any

from theory.activations.base import Activation, ActivationError, Growth, Parity

__all__ = ["Activation", "ActivationError", "Growth", "Parity", "get", "names"]

# name -> file in theory/activations/library; the file holds a value (or, with parameters, a function) of that name
LIBRARY = {
    "identity": "identity",
    "relu": "relu",
    "leaky_relu": "leaky_relu",
    "abs": "abs",
    "erf": "erf",
    "tanh": "tanh",
    "sin": "sin",
}


def names() -> list[str]:
    """Names of the built-in activations."""
    return sorted(LIBRARY)


def _load(name: str) -> Any:
    return getattr(importlib.import_module(f"theory.activations.library.{LIBRARY[name]}"), name)


def __getattr__(name: str) -> Any:
    if name in LIBRARY:
        return _load(name)
    raise AttributeError(f"theory.activations has no {name!r}; the activations are {', '.join(names())}")


def __dir__() -> list[str]:
    return sorted([*globals(), *LIBRARY])


def get(text: str) -> Activation:
    """The activation that `text` names: a built-in name, a name with parameters, or an expression in x.

    Args:
        text: ``"relu"``, ``"leaky_relu(1/5)"``, or ``"x*tanh(log(1+exp(x)))"``.

    Raises:
        ActivationError: an unknown name; the message offers the nearest one.
        ExpressionError: a malformed expression.
    """
    from theory.grammar import parse_expression

    word = text.strip()
    if word in LIBRARY:
        value = _load(word)
        return value if isinstance(value, Activation) else value()
    call = re.fullmatch(r"([A-Za-z_]\w*)\((.*)\)", word)
    if call and call[1] in LIBRARY and "x" not in call[2] and not isinstance(_load(call[1]), Activation):
        return _load(call[1])(*(parse_expression(a, {}) for a in call[2].split(",")))
    if re.fullmatch(r"[A-Za-z_]\w*", word) and word not in ("x", "pi"):
        near = difflib.get_close_matches(word.lower(), LIBRARY, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"the activations are {', '.join(names())}"
        raise ActivationError(f"unknown activation {word!r}: {advice} (or write an expression in x)")
    return Activation.from_expression(word)
