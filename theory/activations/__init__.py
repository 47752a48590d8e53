"""Activations: one file each in ``library``, loaded on first use.

Importing this package brings in no sympy: an unknown name is answered at once.

>>> from theory import activations
>>> activations.get("relu").dual
(rho*(pi - acos(rho)) + sqrt(1 - rho**2))/(2*pi)
"""

from __future__ import annotations

import difflib
import importlib
import re
from typing import TYPE_CHECKING, Any

from theory.activations.errors import ActivationError
from theory.syntax import parse_tree

if TYPE_CHECKING:
    from theory.activations.base import Activation, Growth, Parity

__all__ = ["Activation", "ActivationError", "Growth", "Parity", "get", "names"]

# each name is a file in theory/activations/library that holds a value (or, with parameters, a function) of that name
LIBRARY = (
    "abs",
    "arctan",
    "celu",
    "cos",
    "cubic",
    "elu",
    "erf",
    "exp",
    "gabor",
    "gaussian",
    "gelu",
    "gelu_tanh",
    "hard_tanh",
    "hermite",
    "identity",
    "leaky_relu",
    "mish",
    "monomial",
    "relu",
    "relu_power",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "softplus",
    "softsign",
    "step",
    "tanh",
)


_CALL = re.compile(r"([A-Za-z_]\w*)\((.*)\)", re.ASCII)


def names() -> list[str]:
    """Names of the built-in activations."""
    return sorted(LIBRARY)


def _load(name: str) -> Any:
    return getattr(importlib.import_module(f"theory.activations.library.{name}"), name)


def __getattr__(name: str) -> Any:
    if name in LIBRARY:
        return _load(name)
    if name in __all__:
        return getattr(importlib.import_module("theory.activations.base"), name)
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
    check_syntax(text)
    from theory.activations.base import Activation
    from theory.grammar import parse_expression

    word = text.strip()
    if word in LIBRARY:
        value = _load(word)
        return value if isinstance(value, Activation) else value()
    call = _CALL.fullmatch(word)
    if call and call[1] in LIBRARY and "x" not in call[2] and not isinstance(_load(call[1]), Activation):
        return _load(call[1])(*(parse_expression(a, {}) for a in call[2].split(",")))
    return Activation.from_expression(word)


def check_syntax(text: str) -> None:
    """Raise for an unknown name or a malformed expression, without loading sympy.

    Raises:
        ActivationError: a single word that names no activation.
        ExpressionError: a malformed expression.
    """
    word = text.strip()
    call = _CALL.fullmatch(word)
    if word in LIBRARY:
        return
    if call and call[1] in LIBRARY and "x" not in call[2]:
        for argument in call[2].split(","):
            parse_tree(argument, ())
        return
    if re.fullmatch(r"[A-Za-z_]\w*", word) and word not in ("x", "pi"):
        near = difflib.get_close_matches(word.lower(), LIBRARY, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"the activations are {', '.join(names())}"
        raise ActivationError(f"unknown activation {word!r}: {advice} (or write an expression in x)")
    parse_tree(word)
